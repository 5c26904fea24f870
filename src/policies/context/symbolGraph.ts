// Who refers to whom: imports, names that another file defines, and a test with its subject. Pure.
import { dirname } from 'node:path/posix';
import type { IndexedFile } from './contextIndex.ts';
import { isTest, subjectOf } from './languages.ts';
import type { Edge } from './pageRank.ts';
import { ImportResolver } from './resolveImports.ts';
import { eachCount, type Terms } from './terms.ts';

/** A name that more files define says nothing of which one is meant. */
const maxDefiners = 6;
const importWeight = 2;
const subjectWeight = 3;
/** From what is used to who uses it: weaker, since much-used files would lead everywhere. */
const backWeight = 0.6;

export type Link = 'imports' | 'names' | 'subject';

export interface Linked extends Edge {
  readonly link: Link;
  /** The name that links the two, where one does. */
  readonly name: string | null;
}

/** Links between files, by their place in the list; both ways. */
export function linksOf(files: readonly IndexedFile[], terms: Terms): Linked[] {
  const places = new Map(files.map(({ path }, place) => [path, place]));
  const resolver = new ImportResolver(places.keys());
  const links: Linked[] = [];
  const add = (from: number, to: number, weight: number, link: Link, name: string | null) => {
    if (from === to) return;
    links.push({ from, to, weight, link, name }, { from: to, to: from, weight: weight * backWeight, link, name });
  };
  files.forEach(({ path, facts }, from) => {
    for (const specifier of facts.imports) {
      const targets = resolver.resolve(path, specifier);
      for (const target of targets) {
        const to = places.get(target);
        if (to !== undefined) add(from, to, importWeight / targets.length, 'imports', null);
      }
    }
  });
  const definers = definersOf(files, terms);
  files.forEach(({ facts }, from) => {
    eachCount(facts.names, (term, count) => {
      const places = definers.get(term);
      if (places === undefined || places.length > maxDefiners || places.includes(from)) return;
      const weight = (Math.sqrt(count) * nameWeight(terms.textOf(term))) / places.length;
      for (const to of places) add(from, to, weight, 'names', terms.textOf(term));
    });
  });
  for (const [from, to] of testsWithSubjects(files)) add(from, to, subjectWeight, 'subject', null);
  return links;
}

/** A long or compound name is one thing's name; a short one is anybody's. */
function nameWeight(name: string): number {
  if (name.length >= 8 && /[a-z][A-Z]|_/.test(name)) return 1;
  return name.length >= 6 ? 0.4 : 0.1;
}

export function definersOf(files: readonly IndexedFile[], terms: Terms): Map<number, number[]> {
  const definers = new Map<number, number[]>();
  files.forEach(({ facts }, place) => {
    for (const { name } of facts.definitions) {
      const term = terms.find(name);
      if (term === undefined) continue;
      const places = definers.get(term);
      if (places === undefined) definers.set(term, [place]);
      else if (places.at(-1) !== place) places.push(place);
    }
  });
  return definers;
}

/** Pairs of a test and the file whose name it bears; among several, those that share most of their folders. */
function testsWithSubjects(files: readonly IndexedFile[]): [number, number][] {
  const bySubject = new Map<string, number[]>();
  files.forEach(({ path }, place) => {
    const subject = subjectOf(path);
    bySubject.set(subject, [...(bySubject.get(subject) ?? []), place]);
  });
  const pairs: [number, number][] = [];
  for (const places of bySubject.values()) {
    if (places.length > 12) continue;
    for (const test of places) {
      const path = files[test]?.path ?? '';
      if (!isTest(path)) continue;
      const subjects = places.filter((place) => !isTest(files[place]?.path ?? ''));
      const nearest = Math.max(...subjects.map((place) => nearness(path, files[place]?.path ?? '')));
      for (const place of subjects) if (nearness(path, files[place]?.path ?? '') === nearest) pairs.push([test, place]);
    }
  }
  return pairs;
}

/** Folders that two paths share, wherever they stand in them. */
function nearness(one: string, other: string): number {
  const folders = new Set(dirname(one).split('/'));
  return dirname(other)
    .split('/')
    .filter((folder) => folders.has(folder)).length;
}
