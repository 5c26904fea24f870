// What each source of evidence says of each file for a task, as numbers between 0 and 1. Pure; `rank` weighs them.
import { bm25, type Countable } from './bm25.ts';
import type { IndexedFile } from './contextIndex.ts';
import type { PastCommit } from './history.ts';
import { graphOf, pageRank } from './pageRank.ts';
import { definersOf, type Linked } from './symbolGraph.ts';
import type { Task } from './task.ts';
import { eachCount, type Terms } from './terms.ts';
import { wordsOfIdentifier } from './words.ts';

export const firstSignals = ['text', 'path', 'symbols', 'mention', 'names', 'messages', 'churn'] as const;
export const secondSignals = ['graph', 'coChange'] as const;
export type Signal = (typeof firstSignals)[number] | (typeof secondSignals)[number];
export type Signals = Readonly<Record<Signal, Float64Array>>;
export type Weights = Readonly<Record<Signal, number>>;

export interface Indexed {
  readonly files: readonly IndexedFile[];
  readonly terms: Terms;
  readonly links: readonly Linked[];
  readonly history: readonly PastCommit[];
}

/** Scaled so that the best file has 1. */
function scaled(scores: Float64Array): Float64Array {
  const most = scores.reduce((max, score) => Math.max(max, score), 0);
  return most > 0 ? scores.map((score) => score / most) : scores;
}

/** What the task alone says. */
export function firstOf(task: Task, indexed: Indexed): Record<(typeof firstSignals)[number], Float64Array> {
  const { files, terms, history } = indexed;
  const wanted = [...task.words.keys()];
  const weights = [...task.words.values()];
  const place = new Map(wanted.map((word, index) => [word, index]));
  const byTerm = new Map<number, number>();
  for (const [word, index] of place) {
    const term = terms.find(word);
    if (term !== undefined) byTerm.set(term, index);
  }
  const texts: Countable[] = files.map(({ facts }) => {
    const counts: [number, number][] = [];
    eachCount(facts.words, (term, count) => {
      const index = byTerm.get(term);
      if (index !== undefined) counts.push([index, count]);
    });
    return { length: facts.length, counts };
  });
  const counted = (words: Iterable<string>): Countable => {
    const counts = new Map<number, number>();
    let length = 0;
    for (const word of words) {
      length += 1;
      const index = place.get(word);
      if (index !== undefined) counts.set(index, (counts.get(index) ?? 0) + 1);
    }
    return { length, counts: [...counts] };
  };
  const symbols = files.map(({ facts }) => counted(facts.definitions.flatMap(({ name }) => wordsOfIdentifier(name))));
  return {
    text: scaled(bm25(texts, weights).scores),
    path: scaled(
      bm25(
        files.map(({ pathWords }) => counted(pathWords)),
        weights,
      ).scores,
    ),
    symbols: scaled(bm25(symbols, weights).scores),
    mention: mentions(task, files),
    names: scaled(namesOf(task, indexed)),
    messages: scaled(messagesOf(history, weights, counted, files)),
    churn: scaled(churnOf(history, files)),
  };
}

/** Files that the task names, by path, by the end of it, or by the bare name. */
function mentions(task: Task, files: readonly IndexedFile[]): Float64Array {
  return Float64Array.from(files, ({ path }) => {
    let best = 0;
    const name = path.slice(path.lastIndexOf('/') + 1);
    const bare = name.replace(/\..*$/, '');
    for (const said of task.paths) {
      if (path === said || path.endsWith(`/${said}`)) best = 1;
      else if (path.startsWith(`${said}/`) || path.includes(`/${said}/`)) best = Math.max(best, 0.3);
    }
    if (best === 0 && bare.length > 3 && task.identifiers.has(bare)) best = 0.6;
    return best;
  });
}

/** Files that define, or at least use, what the task names exactly. */
function namesOf(task: Task, { files, terms }: Indexed): Float64Array {
  const scores = new Float64Array(files.length);
  const definers = definersOf(files, terms);
  for (const name of task.identifiers) {
    const term = terms.find(name);
    if (term === undefined) continue;
    const isCertain = task.names.has(name);
    const places = definers.get(term) ?? [];
    for (const place of places)
      scores[place] = (scores[place] ?? 0) + (isCertain ? 1 : 0.15) / Math.sqrt(places.length);
    if (!isCertain) continue;
    const users: [number, number][] = [];
    files.forEach(({ facts }, place) => {
      eachCount(facts.names, (used, count) => {
        if (used === term) users.push([place, count]);
      });
    });
    for (const [place, count] of users)
      scores[place] = (scores[place] ?? 0) + (0.5 * Math.log2(1 + count)) / (2 * Math.sqrt(users.length));
  }
  return scores;
}

/** Files that past commits with like messages changed. */
function messagesOf(
  history: readonly PastCommit[],
  weights: readonly number[],
  counted: (words: Iterable<string>) => Countable,
  files: readonly IndexedFile[],
): Float64Array {
  const places = new Map(files.map(({ path }, place) => [path, place]));
  const { scores } = bm25(
    history.map(({ words }) => counted(words)),
    weights,
    { b: 0.5 },
  );
  const found = new Float64Array(files.length);
  history.forEach(({ paths }, commit) => {
    const score = scores[commit] ?? 0;
    if (score === 0) return;
    for (const path of paths) {
      const place = places.get(path);
      if (place !== undefined) found[place] = (found[place] ?? 0) + score ** 2 / Math.sqrt(paths.length);
    }
  });
  return found;
}

/** How often a file changed, lately more than long ago. */
function churnOf(history: readonly PastCommit[], files: readonly IndexedFile[]): Float64Array {
  const places = new Map(files.map(({ path }, place) => [path, place]));
  const found = new Float64Array(files.length);
  history.forEach(({ paths }, age) => {
    for (const path of paths) {
      const place = places.get(path);
      if (place !== undefined) found[place] = (found[place] ?? 0) + Math.exp(-age / 300) / Math.sqrt(paths.length);
    }
  });
  return found.map((value) => Math.log1p(value));
}

/** How far a walk goes from its seeds: three steps of ten lead on, the others return. */
const damping = 0.3;

/** What the files that the task speaks of lead to. `seeds` holds a weight for each file. */
export function secondOf(
  seeds: Float64Array,
  { files, links, history }: Indexed,
): Record<(typeof secondSignals)[number], Float64Array> {
  const graph = graphOf(files.length, links);

  return {
    graph: scaled(pageRank(graph, seeds, damping, 12)),
    coChange: scaled(coChangeOf(seeds, history, files)),
  };
}

/** How surely a file changed when the seeds did. */
function coChangeOf(seeds: Float64Array, history: readonly PastCommit[], files: readonly IndexedFile[]): Float64Array {
  const places = new Map(files.map(({ path }, place) => [path, place]));
  const times = new Float64Array(files.length);
  const commits = history.map(({ paths }) => paths.flatMap((path) => places.get(path) ?? []));
  for (const commit of commits) for (const place of commit) times[place] = (times[place] ?? 0) + 1;
  const found = new Float64Array(files.length);
  for (const commit of commits) {
    if (commit.length < 2) continue;
    for (const seed of commit) {
      const weight = seeds[seed] ?? 0;
      if (weight === 0) continue;
      const share = weight / ((times[seed] ?? 1) + 2) / Math.sqrt(commit.length);
      for (const place of commit) if (place !== seed) found[place] = (found[place] ?? 0) + share;
    }
  }
  return found;
}
