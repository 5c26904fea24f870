// Files in the order in which a task needs them: the evidence, weighed. Pure and deterministic.
import { firstOf, firstSignals, type Indexed, type Signal, type Signals, secondOf, type Weights } from './signals.ts';
import type { Task } from './task.ts';

export interface Ranked {
  readonly place: number;
  readonly score: number;
  /** What each kind of evidence gave, as a part of the score. */
  readonly parts: Readonly<Record<Signal, number>>;
}

/**
 * Found by `test/bench/context/tune.ts` on one half of the commits; `npm run bench -- context` reports on the other half.
 * `mention` and `names` hardly move that measure, since messages seldom name paths; they are set by judgement, because a
 * person who names a file means it.
 */
export const weights: Weights = {
  text: 0.6,
  path: 0.6,
  symbols: 0.4,
  mention: 0.6,
  names: 0.2,
  messages: 0.6,
  churn: 0.3,
  graph: 1,
  coChange: 0.1,
};

/** Files that the task speaks of most; their neighbours are looked at. */
export const seedCount = 12;

export function seedsOf(
  first: Pick<Signals, (typeof firstSignals)[number]>,
  size: number,
  by: Weights = weights,
): Float64Array {
  const scores = new Float64Array(size);
  for (const signal of firstSignals)
    first[signal].forEach((value, place) => {
      scores[place] = (scores[place] ?? 0) + by[signal] * value;
    });
  const least = [...scores].sort((a, b) => b - a)[seedCount - 1] ?? 0;
  return scores.map((score) => (score >= least ? score ** 2 : 0));
}

export function signalsOf(task: Task, indexed: Indexed, by: Weights = weights): Signals {
  const first = firstOf(task, indexed);
  return { ...first, ...secondOf(seedsOf(first, indexed.files.length, by), indexed) };
}

export function rank(task: Task, indexed: Indexed): Ranked[] {
  const signals = signalsOf(task, indexed);
  const names = Object.keys(weights) as Signal[];
  const ranked = indexed.files.map((_file, place) => {
    const parts = Object.fromEntries(
      names.map((name) => [name, weights[name] * (signals[name][place] ?? 0)]),
    ) as Record<Signal, number>;
    return { place, parts, score: names.reduce((sum, name) => sum + parts[name], 0) };
  });
  const pathOf = (place: number) => indexed.files[place]?.path ?? '';
  return ranked.sort((a, b) => b.score - a.score || (pathOf(a.place) < pathOf(b.place) ? -1 : 1));
}
