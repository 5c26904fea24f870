// Why a file was chosen, in a few words that a person can check. Pure.
import type { Ranked } from './rank.ts';
import type { Indexed, Signal } from './signals.ts';
import type { Task } from './task.ts';
import { eachCount } from './terms.ts';
import { wordsOfIdentifier } from './words.ts';

const maxReasons = 3;
const maxNamed = 3;
/** Evidence that gives less than this part of a file's score is not worth a word. */
const leastShare = 0.06;
/** What the task names outright is said first, whatever it weighs. */
const outright: readonly Signal[] = ['names', 'mention'];

export interface Because {
  readonly task: Task;
  readonly indexed: Indexed;
  /** Places of the files that the task speaks of most, best first. */
  readonly seeds: readonly number[];
}

export function reasonsOf({ place, parts, score }: Ranked, because: Because): string[] {
  const signals = (Object.entries(parts) as [Signal, number][])
    .filter(([, part]) => part > 0 && part >= score * leastShare)
    .sort(([a, most], [b, other]) => outright.indexOf(b) - outright.indexOf(a) || other - most);
  const reasons = signals.flatMap(([signal]) => reasonOf(signal, place, because) ?? []);
  return [...new Set(reasons)].slice(0, maxReasons);
}

function reasonOf(signal: Signal, place: number, because: Because): string | undefined {
  switch (signal) {
    case 'mention':
      return 'the task names it';
    case 'text':
      return listed(
        'its text has',
        wordsIn(place, because).map((word) => because.task.spelling.get(word) ?? word),
      );
    case 'path':
      return listed(
        'its path has',
        [...new Set(because.indexed.files[place]?.pathWords)].flatMap((word) => because.task.spelling.get(word) ?? []),
      );
    case 'symbols':
      return listed('defines', definitionsNear(place, because));
    case 'names':
      return listed('has the symbols', namesIn(place, because)) ?? listed('defines', definitionsNear(place, because));
    case 'messages':
      return 'past commits with like messages changed it';
    case 'churn':
      return oftenChanged(place, because);
    case 'graph':
      return linkOf(place, because);
    case 'coChange':
      return companionOf(place, because);
  }
}

const listed = (what: string, names: readonly string[]): string | undefined =>
  names.length === 0 ? undefined : `${what} ${names.slice(0, maxNamed).join(', ')}`;

/** The task's words in the file, those that count most and stand most often first. */
function wordsIn(place: number, { task, indexed }: Because): string[] {
  const found: [string, number][] = [];
  const { facts } = indexed.files[place] ?? {};
  if (facts === undefined) return [];
  eachCount(facts.words, (term, count) => {
    const word = indexed.terms.textOf(term);
    const weight = task.words.get(word);
    if (weight !== undefined) found.push([word, weight * Math.log1p(count) * word.length]);
  });
  return found.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([word]) => word);
}

function definitionsNear(place: number, { task, indexed }: Because): string[] {
  const names = indexed.files[place]?.facts.definitions.map(({ name }) => name) ?? [];
  const score = (name: string) => wordsOfIdentifier(name).reduce((sum, word) => sum + (task.words.get(word) ?? 0), 0);
  return [...new Set(names)].filter((name) => score(name) > 0).sort((a, b) => score(b) - score(a) || (a < b ? -1 : 1));
}

function namesIn(place: number, { task, indexed }: Because): string[] {
  const { facts } = indexed.files[place] ?? {};
  const wanted = new Set([...task.names].flatMap((name) => indexed.terms.find(name) ?? []));
  const found: string[] = [];
  if (facts !== undefined)
    eachCount(facts.names, (term) => void (wanted.has(term) && found.push(indexed.terms.textOf(term))));
  return found;
}

/** Fewer changes are no habit. */
const leastChanges = 4;

function oftenChanged(place: number, { indexed }: Because): string | undefined {
  const path = indexed.files[place]?.path ?? '';
  const times = indexed.history.filter(({ paths }) => paths.includes(path)).length;
  return times < leastChanges ? undefined : `changed in ${times} of the last ${indexed.history.length} commits`;
}

/** The strongest link to a file that the task speaks of. */
function linkOf(place: number, { indexed, seeds }: Because): string | undefined {
  const order = new Map(seeds.map((seed, index) => [seed, index]));
  const links = indexed.links.filter(({ from, to }) => to === place && order.has(from));
  const best = links.sort((a, b) => (order.get(a.from) ?? 0) - (order.get(b.from) ?? 0) || b.weight - a.weight)[0];
  const path = best === undefined ? undefined : indexed.files[best.from]?.path;
  if (best === undefined || path === undefined) return undefined;
  if (best.link === 'subject') return `test or subject of ${path}`;
  return best.link === 'imports' ? `linked by import with ${path}` : `shares ${best.name} with ${path}`;
}

function companionOf(place: number, { indexed, seeds }: Because): string | undefined {
  const path = indexed.files[place]?.path ?? '';
  const together = indexed.history.filter(({ paths }) => paths.includes(path));
  const counted = seeds
    .map((seed) => indexed.files[seed]?.path ?? '')
    .filter((seed) => seed !== path)
    .map((seed) => ({ seed, count: together.filter(({ paths }) => paths.includes(seed)).length }))
    .sort((a, b) => b.count - a.count);
  const [best] = counted;
  return best === undefined || best.count === 0
    ? undefined
    : `changed together with ${best.seed}${best.count === 1 ? '' : ` ${best.count} times`}`;
}
