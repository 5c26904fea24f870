// The formulas by examples that can be checked by hand, and by what holds for all counts.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dStar, ochiai, op2, tarantula } from './suspiciousness.ts';

const formulas = { ochiai, tarantula, dStar, op2 };
const totals = { failing: 2, passing: 8 };

describe('suspiciousness', () => {
  it('is what the formulas say', () => {
    const counts = { failed: 2, passed: 6 };
    expect(ochiai(counts, totals)).toBeCloseTo(2 / Math.sqrt(2 * 8));
    expect(tarantula(counts, totals)).toBeCloseTo(1 / (1 + 0.75));
    expect(dStar(counts, totals)).toBeCloseTo(4 / 6);
    expect(op2(counts, totals)).toBeCloseTo(2 - 6 / 9);
  });

  it('is most for what all failing tests and no passing ones run through, and nothing without a failing test', () => {
    expect(ochiai({ failed: 2, passed: 0 }, totals)).toBe(1);
    expect(tarantula({ failed: 2, passed: 0 }, { failing: 2, passing: 0 })).toBe(1);
    expect(dStar({ failed: 2, passed: 0 }, totals)).toBe(Number.POSITIVE_INFINITY);
    expect(op2({ failed: 2, passed: 0 }, totals)).toBe(2);
    for (const formula of Object.values(formulas)) expect(formula({ failed: 0, passed: 3 }, totals)).toBe(0);
  });

  it('never grows with one more passing test, and never falls with one more failing one', () => {
    const counts = fc
      .record({ failing: fc.integer({ min: 2, max: 20 }), passing: fc.integer({ min: 1, max: 50 }) })
      .chain((of) =>
        fc.record({
          of: fc.constant(of),
          failed: fc.integer({ min: 1, max: of.failing - 1 }),
          passed: fc.integer({ min: 0, max: of.passing - 1 }),
        }),
      );
    fc.assert(
      fc.property(counts, ({ of, failed, passed }) => {
        for (const formula of Object.values(formulas)) {
          const here = formula({ failed, passed }, of);
          expect(formula({ failed, passed: passed + 1 }, of)).toBeLessThanOrEqual(here);
          expect(formula({ failed: failed + 1, passed }, of)).toBeGreaterThanOrEqual(here);
        }
      }),
    );
  });
});
