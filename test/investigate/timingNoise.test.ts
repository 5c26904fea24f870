// The rates of the timing verdicts on recorded noise: times of one command, run several hundred times in a row on a machine that
// others used as well. Equals and slowdowns are cut from it, noise in its own order, and judged as an investigation does.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { comparisonLooks, decide, sideOf, sidingLooks } from '../../src/workflows/investigation/timing/looks.ts';
import { orderOfPairs, seededRandom } from '../../src/workflows/investigation/timing/seededRandom.ts';

const fixture = resolve(import.meta.dirname, '../fixtures/timing/noise.json');
const times = z.array(z.number().positive()).min(200);
const noise = z.object({ cpu: times, wall: times }).parse(JSON.parse(readFileSync(fixture, 'utf8')));

interface Pairs {
  readonly before: number[];
  readonly after: number[];
}

/** Runs that followed each other, in pairs, from a place in the recording; those of `after` take `ratio` times as long. */
function cut(recorded: readonly number[], ratio: number, count: number, seed: number): Pairs {
  const random = seededRandom(seed);
  const start = Math.floor(random() * recorded.length);
  const pairs: Pairs = { before: [], after: [] };
  orderOfPairs(count, seed).forEach((first, index) => {
    const two = [0, 1].map((more) => recorded[(start + 2 * index + more) % recorded.length] ?? 0);
    const [early = 0, late = 0] = two;
    pairs.before.push(first === 'before' ? early : late);
    pairs.after.push(ratio * (first === 'before' ? late : early));
  });
  return pairs;
}

const upTo = ({ before, after }: Pairs, count: number): Pairs => ({
  before: before.slice(0, count),
  after: after.slice(0, count),
});

function verdictOf(pairs: Pairs): { verdict: string; visibleAbove: number; pairs: number } {
  for (const look of comparisonLooks) {
    const isLast = look === comparisonLooks.at(-1);
    const { verdict, visibleAbove } = decide(upTo(pairs, look.pairs), look.alpha, isLast);
    if (verdict !== undefined) return { verdict, visibleAbove, pairs: look.pairs };
  }
  throw new Error('The last look decides.');
}

const most = comparisonLooks.at(-1)?.pairs ?? 0;

function rates(recorded: readonly number[], ratio: number, rounds: number) {
  const seen = Array.from({ length: rounds }, (_, seed) => verdictOf(cut(recorded, ratio, most, 1_000 + seed)));
  const share = (verdict: string): number => seen.filter((one) => one.verdict === verdict).length / rounds;
  return { slower: share('slower'), faster: share('faster'), seen };
}

describe('timing verdicts on recorded noise', { timeout: 120_000 }, () => {
  it.each(['cpu', 'wall'] as const)('raise no more than 1 in 100 false alarms each way: %s', (measure) => {
    const { slower, faster } = rates(noise[measure], 1, 200);
    expect(slower).toBeLessThanOrEqual(0.01);
    expect(faster).toBeLessThanOrEqual(0.01);
  });

  it('see every slowdown of 20 % and more by CPU time, the larger the sooner', () => {
    const pairsFor = [1.2, 1.5, 3].map((ratio) => {
      const { slower, seen } = rates(noise.cpu, ratio, 70);
      expect(slower, `${ratio} times`).toBe(1);
      return seen.reduce((sum, { pairs }) => sum + pairs, 0) / seen.length;
    });
    expect(pairsFor).toEqual([...pairsFor].sort((a, b) => b - a));
    expect(pairsFor.at(-1)).toBeLessThan(10);
  });

  it('promise only to have seen what they would have seen', () => {
    const equal = rates(noise.cpu, 1, 40).seen.filter(({ verdict }) => verdict === 'same');
    expect(equal.length).toBeGreaterThan(35);
    for (const { visibleAbove } of equal) expect(visibleAbove).toBeGreaterThan(1);
    const bound = equal.map(({ visibleAbove }) => visibleAbove).sort((a, b) => a - b)[20] ?? 1;
    // A slowdown well above what half of them promise is seen in nearly all cases.
    expect(rates(noise.cpu, 1.02 * bound ** 2, 60).slower).toBeGreaterThan(0.9);
  });

  it('tell which end a commit is like in at least 97 of 100 cases', () => {
    const middle = Math.log(1.2) / 2;
    const last = sidingLooks.at(-1)?.pairs ?? 0;
    const wrong = [1, 1.2].map((ratio) => {
      const sides = Array.from({ length: 100 }, (_, seed) => {
        const pairs = cut(noise.cpu, ratio, last, 5_000 + seed);
        const known = sidingLooks.map(({ pairs: count, alpha }) =>
          sideOf(upTo(pairs, count), middle, alpha, count === last),
        );
        return known.find((side) => side !== undefined);
      });
      return sides.filter((side) => side !== (ratio > 1 ? 'slower' : 'same')).length;
    });
    expect(Math.max(...wrong)).toBeLessThanOrEqual(3);
  });
});
