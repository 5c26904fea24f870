// Which test of the candidate is which test of the base: by place and name, then by name, then by body. Pure.
import type { FileFacts, TestFact } from '../../invariants/testFacts/factSchemas.ts';
import { likeness } from './likeness.ts';

export interface Placed {
  readonly path: string;
  readonly test: TestFact;
}

export interface Matched {
  readonly pairs: { readonly before: Placed; readonly after: Placed }[];
  readonly lost: Placed[];
  readonly added: Placed[];
}

/** Bodies less alike than this are two tests, whatever they are called. */
const sameBody = 0.7;
/** A title that is kept in a part needs less of the body. */
const sameBodyAndTitle = 0.5;
/** Bodies compared at most, so that a huge change stays cheap. */
const mostComparisons = 40_000;

export function matchTests(before: readonly FileFacts[], after: readonly FileFacts[]): Matched {
  const left = placed(before);
  const right = placed(after);
  const pairs: { before: Placed; after: Placed }[] = [];
  const pair = (keyOf: (placed: Placed) => string) => {
    const waiting = new Map<string, Placed[]>();
    for (const candidate of right) waiting.set(keyOf(candidate), [...(waiting.get(keyOf(candidate)) ?? []), candidate]);
    for (const old of [...left]) {
      const match = waiting.get(keyOf(old))?.shift();
      if (match === undefined) continue;
      pairs.push({ before: old, after: match });
      left.delete(old);
      right.delete(match);
    }
  };
  pair(({ path, test }) => `${path}\0${test.isSuite}\0${test.name}\0${test.body}`);
  pair(({ path, test }) => `${path}\0${test.isSuite}\0${test.name}`);
  pair(({ test }) => (test.isSuite ? `suite\0${test.name}` : `${test.name}`));
  pair(({ test }) => (test.isSuite ? `suite\0${test.name}` : `body\0${test.body}`));
  pair(({ test }) => (test.isSuite ? `suite\0${test.name}` : `last\0${lastName(test.name)}`));
  for (const { before: old, after: now } of byLikeness(left, right)) {
    if (!left.has(old) || !right.has(now)) continue;
    pairs.push({ before: old, after: now });
    left.delete(old);
    right.delete(now);
  }
  return { pairs, lost: [...left], added: [...right] };
}

const placed = (files: readonly FileFacts[]): Set<Placed> =>
  new Set(files.flatMap(({ path, tests }) => tests.map((test) => ({ path, test }))));

const lastName = (name: string): string => name.split(/ > |::|\./).at(-1) ?? name;

function byLikeness(left: ReadonlySet<Placed>, right: ReadonlySet<Placed>): { before: Placed; after: Placed }[] {
  const scored: { before: Placed; after: Placed; score: number }[] = [];
  const candidates = [...right].filter(({ test }) => !test.isSuite);
  let comparisons = 0;
  for (const before of left) {
    if (before.test.isSuite) continue;
    for (const after of candidates) {
      comparisons += 1;
      if (comparisons > mostComparisons) break;
      const score = likeness(before.test.body, after.test.body);
      const titles = likeness(words(before.test.name), words(after.test.name));
      if (score >= (titles >= 0.5 ? sameBodyAndTitle : sameBody))
        scored.push({ before, after, score: score + titles / 10 });
    }
  }
  return scored.sort((a, b) => b.score - a.score);
}

const words = (name: string): string =>
  name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .toLowerCase();
