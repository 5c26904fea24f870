import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levelsOf } from './changePoints.ts';
import { seededRandom } from './timing/seededRandom.ts';

const repeat = (value: number, times: number): number[] => Array.from({ length: times }, () => value);

describe('levelsOf', () => {
  it('finds where a level changes, also at the last value, and how high each is', () => {
    expect(levelsOf([...repeat(40, 12), ...repeat(120, 8)])).toEqual([
      { start: 0, length: 12, mean: 40 },
      { start: 12, length: 8, mean: 120 },
    ]);
    expect(levelsOf([...repeat(40, 12), 120]).at(-1)).toEqual({ start: 12, length: 1, mean: 120 });
  });

  it('sees one level where there is noise alone', () => {
    const random = seededRandom(7);
    const noisy = Array.from({ length: 200 }, () => 100 + Math.round((random() - 0.5) * 8));
    expect(levelsOf(noisy)).toHaveLength(1);
    expect(levelsOf(noisy.map((value, index) => (index < 120 ? value : value + 20)))).toMatchObject([
      { start: 0 },
      { start: 120 },
    ]);
    expect([levelsOf([]), levelsOf([5])]).toEqual([[], [{ start: 0, length: 1, mean: 5 }]]);
  });

  it('is as good as trying every division', () => {
    const value = fc.integer({ min: 0, max: 30 });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 9 }), (values) => {
        const found = costOf(
          values,
          levelsOf(values).map(({ start }) => start),
        );
        for (let division = 0; division < 1 << (values.length - 1); division += 1) {
          const starts = values.flatMap((_, index) => (index === 0 || (division >> (index - 1)) & 1 ? [index] : []));
          expect(found).toBeLessThanOrEqual(costOf(values, starts) + 1e-6);
        }
      }),
      { numRuns: 100 },
    );
  });
});

/** Squared errors and penalties, by the definition. */
function costOf(values: readonly number[], starts: readonly number[]): number {
  const steps = values.slice(1).map((value, index) => Math.abs(value - (values[index] ?? 0)));
  const sorted = [...steps].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)] ?? 0, sorted[Math.floor(sorted.length / 2)] ?? 0];
  const noise = Math.max(1, (1.4826 * (low + high)) / 2 / Math.SQRT2);
  return starts.reduce((total, start, index) => {
    const part = values.slice(start, starts[index + 1] ?? values.length);
    const mean = part.reduce((sum, value) => sum + value, 0) / part.length;
    const error = part.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return total + error + (index === 0 ? 0 : 3 * noise ** 2 * Math.log(Math.max(2, values.length)));
  }, 0);
}
