// Whether a prediction of times came true: by the verdict over the pairs, and never by how two means look. Pure. Where the pairs are
// too few or too noisy to tell, it is inconclusive, and counts for nothing.
import { measured } from '../concludeGap.ts';
import { type Comparison, typicalRatio } from '../timing/timedRuns.ts';
import type { Judged } from './judgeExperiment.ts';
import type { ReadTimed } from './readTimed.ts';

/** A difference below this share of the slowdown, on the scale of logarithms, does not explain it. */
const littleShare = 0.5;

/** The ratio below which a difference does not explain the slowdown. */
export const littleOf = (ratio: number): number => ratio ** littleShare;

/** @param ratio how many times as long it takes: what is to be explained */
export function judgeTimed(expects: ReadTimed['expects'], compared: Comparison, ratio: number): Judged {
  const { command } = compared;
  if (compared.kind === 'unfit') {
    const [line = ''] = compared.message.split('\n');
    return { outcome: 'inconclusive', detail: `it cannot be timed: ${line.slice(0, 200)}`, command };
  }
  const { verdict, timing } = compared;
  const seen = measured(timing);
  const little = isLittle(timing, ratio);
  if (verdict === 'slower') {
    const share = Math.log(typicalRatio(timing)) / Math.log(ratio);
    const detail = `it is slower: ${seen}, about ${Math.round(100 * Math.min(1, share))} % of the slowdown`;
    // What explains a small part of it is not what it is slower by.
    if (!little && share < littleShare) return { outcome: 'inconclusive', detail, command };
    return { outcome: (expects === 'slower') === little ? 'didNot' : 'cameTrue', detail, command };
  }
  if (verdict === 'faster') return { outcome: 'didNot', detail: `it is not slower but faster: ${seen}`, command };
  // That nothing is seen is not that nothing is there: what the interval leaves room for is not ruled out.
  if (!little) return { outcome: 'inconclusive', detail: `the runs differ too much to tell: ${seen}`, command };
  return {
    outcome: expects === 'same' ? 'cameTrue' : 'didNot',
    detail: `no difference that would explain it: ${seen}`,
    command,
  };
}

/** Whether the interval, on both sides, leaves out what could explain the slowdown. */
function isLittle({ low, high }: { readonly low: number; readonly high: number }, ratio: number): boolean {
  const most = Math.log(littleOf(ratio));
  return Math.log(high) < most && Math.log(low) > -most;
}
