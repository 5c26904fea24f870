// The signed-rank test against counting all signs, and its bound against the test.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from './seededRandom.ts';
import { chanceAbove, chanceBelow, medianOf, middleOf, upperBound } from './signedRank.ts';

const values = fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 1, maxLength: 9 });

/** The same chance by trying every choice of signs, with ranks by comparing each value with each. */
function byCounting(all: readonly number[]): number {
  const sizes = all.map(Math.abs).filter((size) => size > 0);
  if (sizes.length === 0) return 1;
  const ranks = sizes.map(
    (size) => sizes.filter((other) => other < size).length + (sizes.filter((other) => other === size).length + 1) / 2,
  );
  const seen = all
    .filter((value) => value !== 0)
    .reduce((sum, value, at) => sum + (value > 0 ? (ranks[at] ?? 0) : 0), 0);
  let as = 0;
  for (let signs = 0; signs < 2 ** ranks.length; signs += 1)
    if (ranks.reduce((sum, rank, at) => sum + ((signs >> at) & 1 ? rank : 0), 0) >= seen) as += 1;
  return as / 2 ** ranks.length;
}

describe('the signed-rank test', () => {
  it('has the chance that counting all signs gives, ties and zeros included', () => {
    fc.assert(
      fc.property(values, (all) => {
        expect(chanceAbove(all)).toBeCloseTo(byCounting(all), 10);
      }),
    );
  });

  it('knows the table: all of eight above is 1 in 256, and the other side is the mirror', () => {
    expect(chanceAbove([1, 2, 3, 4, 5, 6, 7, 8])).toBeCloseTo(1 / 256, 12);
    expect(chanceBelow([-1, -2, -3, -4, -5, -6, -7, -8])).toBeCloseTo(1 / 256, 12);
    expect(chanceAbove([-1, -2, -3])).toBe(1);
    expect(chanceAbove([0, 0])).toBe(1);
  });

  it('keeps its rate on values that are as likely above as below', () => {
    const random = seededRandom(11);
    let above = 0;
    for (let round = 0; round < 4_000; round += 1)
      if (chanceAbove(Array.from({ length: 14 }, () => (random() - 0.5) ** 3)) <= 0.05) above += 1;
    // Three standard errors around 5 %, and the test may be a little careful.
    expect(above / 4_000).toBeGreaterThan(0.037);
    expect(above / 4_000).toBeLessThan(0.061);
  });

  it('bounds the middle where the test would just see a difference', () => {
    const distinct = fc.uniqueArray(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 8, maxLength: 20 });
    fc.assert(
      fc.property(distinct, (all) => {
        const bound = upperBound(all, 0.02);
        const beyond = all.map((value) => value - (bound + 0.25));
        const within = all.map((value) => value - (bound - 0.25));
        expect(chanceBelow(beyond)).toBeLessThanOrEqual(0.02);
        expect(chanceBelow(within)).toBeGreaterThan(0.02);
      }),
    );
    expect(upperBound([1, 2, 3], 0.02)).toBe(Number.POSITIVE_INFINITY);
  });

  it('finds the middle, and moves with what is added', () => {
    expect(medianOf([3, 1, 2])).toBe(2);
    expect(medianOf([4, 1, 2, 3])).toBe(2.5);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 12 }), (all) => {
        expect(middleOf(all.map((value) => value + 7))).toBeCloseTo(middleOf(all) + 7, 9);
        expect(middleOf(all.map((value) => -value))).toBeCloseTo(-middleOf(all), 9);
      }),
    );
  });
});
