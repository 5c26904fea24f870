// The ratio of medians and its interval: the same every time, by the scale of what goes in, and wide where there is noise.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ratioOfMedians } from './bootstrapRatio.ts';
import { seededRandom } from './seededRandom.ts';

const times = fc.array(fc.tuple(fc.integer({ min: 50, max: 200 }), fc.integer({ min: 50, max: 200 })), {
  minLength: 4,
  maxLength: 20,
});

describe('the ratio of medians', () => {
  it('lies in its interval, is the same for the same seed, and follows the scale of a side', () => {
    fc.assert(
      fc.property(times, fc.integer(), (pairs, seed) => {
        const before = pairs.map(([old]) => old);
        const after = pairs.map(([, now]) => now);
        const { ratio, low, high } = ratioOfMedians(before, after, seed);
        expect(low).toBeLessThanOrEqual(high);
        expect(ratioOfMedians(before, after, seed)).toEqual({ ratio, low, high });
        const double = ratioOfMedians(
          before,
          after.map((time) => 2 * time),
          seed,
        );
        expect(double.ratio).toBeCloseTo(2 * ratio, 9);
        expect(double.low).toBeCloseTo(2 * low, 9);
      }),
      { numRuns: 50 },
    );
    expect(ratioOfMedians([100, 100, 100], [120, 120, 120], 1)).toEqual({ ratio: 1.2, low: 1.2, high: 1.2 });
  });

  it('holds the true ratio in about 95 of 100 cases', () => {
    const random = seededRandom(3);
    const noisy = (middle: number) => middle * Math.exp(0.2 * (random() + random() + random() - 1.5));
    let held = 0;
    for (let round = 0; round < 120; round += 1) {
      const before = Array.from({ length: 25 }, () => noisy(100));
      const { low, high } = ratioOfMedians(
        before,
        before.map(() => noisy(130)),
        round,
      );
      if (low <= 1.3 && high >= 1.3) held += 1;
    }
    expect(held / 120).toBeGreaterThan(0.87);
  });
});
