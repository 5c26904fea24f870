// Beliefs in hypotheses: they add up to one whatever is said and seen, and the order in which it is seen does not matter.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beliefsAfter, likelihoods, noneShare, type Outcome, priorsOf } from './belief.ts';

const ids = ['h1', 'h2', 'h3'];
const priors = fc
  .array(fc.oneof(fc.double({ min: -5, max: 5 }), fc.constant(Number.NaN), fc.constant(Number.POSITIVE_INFINITY)), {
    minLength: 1,
    maxLength: 3,
  })
  .map((said) => priorsOf(new Map(said.map((prior, index) => [ids[index] ?? '', prior]))));
const outcome: fc.Arbitrary<Outcome> = fc.record({
  experiment: fc.constantFrom('a', 'b', 'c', 'd'),
  of: fc.constantFrom(...ids),
  cameTrue: fc.boolean(),
});
const outcomes = fc.array(outcome, { maxLength: 8 });
const error = fc.double({ min: 0, max: 1, noNaN: true });
const even = priorsOf(
  new Map([
    ['h1', 0.5],
    ['h2', 0.5],
  ]),
);
const came = (experiment: string, of: string, cameTrue = true): Outcome => ({ experiment, of, cameTrue });

describe('beliefs in hypotheses', () => {
  it('add up to one and stay between nothing and all, whatever was said and seen', () => {
    fc.assert(
      fc.property(priors, outcomes, error, (before, seen, wrong) => {
        for (const { of, none } of [before, beliefsAfter(before, seen, wrong)]) {
          const all = [...of.values(), none];
          expect(all.reduce((sum, belief) => sum + belief, 0)).toBeCloseTo(1, 9);
          for (const belief of all) expect(belief).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('do not depend on the order of the outcomes, nor on seeing them together', () => {
    const distinct = fc.uniqueArray(outcome, { selector: ({ experiment }) => experiment, maxLength: 4 });
    fc.assert(
      fc.property(priors, outcomes, distinct, error, (before, seen, apart, wrong) => {
        const forward = beliefsAfter(before, seen, wrong);
        const backward = beliefsAfter(before, [...seen].reverse(), wrong);
        for (const [id, belief] of forward.of) expect(backward.of.get(id)).toBeCloseTo(belief, 9);
        const stepwise = apart.reduce((now, one) => beliefsAfter(now, [one], wrong), before);
        const together = beliefsAfter(before, apart, wrong);
        for (const [id, belief] of together.of) expect(stepwise.of.get(id)).toBeCloseTo(belief, 9);
        expect(stepwise.none).toBeCloseTo(together.none, 9);
      }),
    );
  });

  it('rise by three against each other when a prediction comes true, and fall by seven when it does not', () => {
    const odds = (seen: Outcome[]): number => {
      const { of } = beliefsAfter(even, seen, 0);
      return (of.get('h1') ?? 0) / (of.get('h2') ?? 1);
    };
    expect(odds([came('a', 'h1')])).toBeCloseTo(likelihoods.ifRight / likelihoods.ifWrong, 9);
    expect(odds([came('a', 'h1')])).toBeCloseTo(3, 9);
    expect(odds([came('a', 'h1', false)])).toBeCloseTo(1 / 7, 9);
  });

  it('count the same run once', () => {
    expect(beliefsAfter(even, [came('a', 'h1'), came('a', 'h1')], 0)).toEqual(beliefsAfter(even, [came('a', 'h1')], 0));
    // Both predicted it, so it tells nothing between them, and speaks against there being another cause.
    const both = beliefsAfter(even, [came('a', 'h1'), came('a', 'h2')], 0);
    expect(both.of.get('h1')).toBeCloseTo(both.of.get('h2') ?? 0, 9);
    expect(both.none).toBeLessThan(noneShare);
    // They predicted the opposite: it decides between them, and says nothing of others.
    const apart = beliefsAfter(even, [came('a', 'h1'), came('a', 'h2', false)], 0);
    expect((apart.of.get('h1') ?? 0) / (apart.of.get('h2') ?? 1)).toBeCloseTo(9, 9);
    expect(apart.none).toBeCloseTo(noneShare, 9);
  });

  it('move less the more the oracle errs, and not at all when it is a coin', () => {
    const beliefAt = (wrong: number) => beliefsAfter(even, [came('a', 'h1')], wrong).of.get('h1') ?? 0;
    expect(beliefAt(0.2)).toBeLessThan(beliefAt(0));
    expect(beliefAt(0.5)).toBeCloseTo(even.of.get('h1') ?? 0, 9);
  });
});
