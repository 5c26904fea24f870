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

/** Files of one name beyond which the name says nothing, as with `index`. */
const maxNamesakes = 12;

export type Link = 'imports' | 'names' | 'subject';

export interface Linked extends Edge {
  readonly link: Link;
  /** The name that links the two, where one does. */
  readonly name: string | null;
}

/** Links between files, by their place in the list; both ways. Several reasons to link two files are one link. */
export function linksOf(files: readonly IndexedFile[], terms: Terms): Linked[] {
  const places = new Map(files.map(({ path }, place) => [path, place]));
  const resolver = new ImportResolver(places.keys());
  const definers = definersOf(files, terms);
  const subjects = subjectsOf(files);
  return files.flatMap(({ path, facts }, from) => {
    const found = new Map<number, Found>();
    const add = (to: number, weight: number, link: Link, name: string | null) => {
      if (to === from) return;
      const known = found.get(to);
      if (known === undefined) found.set(to, { weight, most: weight, link, name });
      else {
        known.weight += weight;
        if (weight > known.most) Object.assign(known, { most: weight, link, name });
      }
    };
    for (const specifier of facts.imports) {
      const targets = resolver.resolve(path, specifier);
      for (const target of targets) add(places.get(target) ?? from, importWeight / targets.length, 'imports', null);
    }
    eachCount(facts.names, (term, count) => {
      const having = definers.get(term);
      if (having === undefined || having.length > maxDefiners || having.includes(from)) return;
      const name = terms.textOf(term);
      const weight = (Math.sqrt(count) * nameWeight(name)) / having.length;
      for (const to of having) add(to, weight, 'names', name);
    });
    for (const subject of subjects.get(from) ?? []) add(subject, subjectWeight, 'subject', null);
    return [...found].flatMap(([to, { weight, link, name }]): Linked[] => [
      { from, to, weight, link, name },
      { from: to, to: from, weight: weight * backWeight, link, name },
    ]);
  });
}

/** What links a file to another: all of its weight, and the strongest part of it. */
interface Found {
  weight: number;
  most: number;
  link: Link;
  name: string | null;
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

/** Of each test, the files whose name it bears; among several, those that share most of their folders. */
function subjectsOf(files: readonly IndexedFile[]): Map<number, number[]> {
  const bySubject = new Map<string, number[]>();
  files.forEach(({ path }, place) => {
    const subject = subjectOf(path);
    const places = bySubject.get(subject);
    if (places === undefined) bySubject.set(subject, [place]);
    else places.push(place);
  });
  const pathOf = (place: number) => files[place]?.path ?? '';
  const subjects = new Map<number, number[]>();
  for (const places of bySubject.values()) {
    if (places.length > maxNamesakes) continue;
    const others = places.filter((place) => !isTest(pathOf(place)));
    for (const test of places.filter((place) => isTest(pathOf(place)))) {
      const nearest = Math.max(...others.map((place) => nearness(pathOf(test), pathOf(place))));
      subjects.set(
        test,
        others.filter((place) => nearness(pathOf(test), pathOf(place)) === nearest),
      );
    }
  }
  return subjects;
}

/** Folders that two paths share, wherever they stand in them. */
function nearness(one: string, other: string): number {
  const folders = new Set(dirname(one).split('/'));
  return dirname(other)
    .split('/')
    .filter((folder) => folders.has(folder)).length;
}
