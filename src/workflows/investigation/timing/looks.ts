// When enough pairs were run, and what they then say. Each look spends a part of the error that is allowed, so that stopping as
// soon as something shows keeps the rate. Pure; the sum of the parts bounds the whole, whatever the looks have in common.
import type { TimingVerdict } from '../../../protocol/timing.ts';
import { ratioOfMedians } from './bootstrapRatio.ts';
import { chanceAbove, chanceBelow, upperBound } from './signedRank.ts';

export interface Look {
  /** Pairs that have been run by then. */
  readonly pairs: number;
  /** The chance that this look alone sees a slowdown where there is none. */
  readonly alpha: number;
}

/** At most 8 in 1000 comparisons of equals end as slower; after that, 2 in 1000 by the clock. So it is 1 % together. */
export const comparisonLooks: readonly Look[] = [
  { pairs: 8, alpha: 0.004 },
  { pairs: 12, alpha: 0.0008 },
  { pairs: 18, alpha: 0.0008 },
  { pairs: 26, alpha: 0.0008 },
  { pairs: 38, alpha: 0.0008 },
  { pairs: 54, alpha: 0.0008 },
];
export const clockAlpha = 0.002;
export const errorRate = 0.01;

/** To tell which of two ends a commit is like: at most 3 % wrong for one that is right in the middle, far fewer at an end. */
export const sidingLooks: readonly Look[] = [
  { pairs: 6, alpha: 0.016 },
  { pairs: 10, alpha: 0.0035 },
  { pairs: 16, alpha: 0.0035 },
  { pairs: 24, alpha: 0.0035 },
  { pairs: 36, alpha: 0.0035 },
];

/** What is less is not worth a search, and two builds of the same code can differ by it. */
const margin = Math.log(1.02);
/** Nothing larger being possible, there is no need to look longer. */
export const smallEnough = 1.04;

export interface Samples {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

export interface Decision {
  /** undefined: another look may tell. */
  readonly verdict: TimingVerdict | undefined;
  /** The ratio above which a slowdown would have been seen. */
  readonly visibleAbove: number;
}

/** @param enough as soon as no larger ratio is possible, there is no difference that matters */
export function decide(samples: Samples, alpha: number, isLast: boolean, enough = smallEnough): Decision {
  const logs = logRatios(samples);
  const bound = upperBound(logs, alpha);
  const visibleAbove = Math.exp(bound);
  // The test holds the rate of error; the interval that a person is shown must agree with it.
  const interval = () => ratioOfMedians(samples.before, samples.after, samples.before.length);
  const shifted = (by: number): number[] => logs.map((value) => value - by);
  if (chanceAbove(shifted(margin)) <= alpha && interval().low > 1) return { verdict: 'slower', visibleAbove };
  if (chanceBelow(shifted(-margin)) <= alpha && interval().high < 1) return { verdict: 'faster', visibleAbove };
  return { verdict: isLast || bound <= Math.log(enough) ? 'same' : undefined, visibleAbove };
}

/** Which end a commit is like, `middle` being half way to the slow end on the scale of logarithms. */
export function sideOf(
  samples: Samples,
  middle: number,
  alpha: number,
  isLast: boolean,
): 'slower' | 'same' | undefined {
  const shifted = logRatios(samples).map((value) => value - middle);
  const [above, below] = [chanceAbove(shifted), chanceBelow(shifted)];
  if (above <= alpha) return 'slower';
  if (below <= alpha) return 'same';
  if (!isLast) return undefined;
  return above < below ? 'slower' : 'same';
}

export const logRatios = ({ before, after }: Samples): number[] =>
  before.flatMap((old, index) => {
    const now = after[index];
    return now === undefined || old <= 0 || now <= 0 ? [] : [Math.log(now / old)];
  });
