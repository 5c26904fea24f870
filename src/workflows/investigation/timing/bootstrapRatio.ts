// The ratio of two medians, and how far it may be off: the percentile bootstrap of B. Efron (Bootstrap methods: another look at
// the jackknife, 1979) over whole pairs, so that what both sides of a pair met together stays together. Seeded.
import { seededRandom } from './seededRandom.ts';
import { medianOf, medianOfSorted } from './signedRank.ts';

export interface Ratio {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

const resamples = 1_000;
/** The share of resamples beyond each end. */
const tail = 0.025;

export function ratioOfMedians(before: readonly number[], after: readonly number[], seed: number): Ratio {
  const count = Math.min(before.length, after.length);
  const ratio = medianOf(after) / medianOf(before);
  if (count === 0) return { ratio, low: ratio, high: ratio };
  const random = seededRandom(seed);
  const ratios = new Float64Array(resamples);
  // Typed arrays sort as numbers, and several times as quickly.
  const [olds, news] = [new Float64Array(count), new Float64Array(count)];
  for (let resample = 0; resample < resamples; resample += 1) {
    for (let drawn = 0; drawn < count; drawn += 1) {
      const at = Math.floor(random() * count);
      olds[drawn] = before[at] ?? 0;
      news[drawn] = after[at] ?? 0;
    }
    ratios[resample] = medianOfSorted(news.sort()) / medianOfSorted(olds.sort());
  }
  ratios.sort();
  const at = (share: number): number => ratios[Math.round(share * (resamples - 1))] ?? ratio;
  return { ratio, low: at(tail), high: at(1 - tail) };
}
