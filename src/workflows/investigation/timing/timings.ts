// From runs in pairs to a row of a report: which measure counts, the samples of each side, and their ratio. Pure.
import type { ActivityInput } from '../../../protocol/activities.ts';
import type { HistoryCommit, Oracle } from '../../../protocol/investigation.ts';
import type { TimedPair, Timing, TimingBatch, TimingMeasure } from '../../../protocol/timing.ts';
import { ratioOfMedians } from './bootstrapRatio.ts';
import { comparisonLooks, logRatios, type Samples } from './looks.ts';
import { medianOf, upperBound } from './signedRank.ts';

/** Milliseconds below which the clock of a test runner, and that of a process tree, are too coarse to compare. */
const leastTest = 5;
const leastCpu = 30;

/** A test's own time says more than that of the runner around it; what others do on the machine moves CPU time least. */
export function measureFor(pairs: readonly TimedPair[], oracle: Oracle): TimingMeasure {
  const has = (measure: TimingMeasure, least: number): boolean => {
    const all = pairs.flatMap(({ before, after }) => [before[measure], after[measure]]);
    const known = all.flatMap((time) => time ?? []);
    return known.length === all.length && medianOf(known) >= least;
  };
  // Only where a person asked for it, and then nothing else is meant.
  if (has('span', 0)) return 'span';
  if (oracle.kind === 'test' && has('test', leastTest)) return 'test';
  if (has('instructions', 1)) return 'instructions';
  return has('cpu', leastCpu) ? 'cpu' : 'wall';
}

export const samplesOf = (pairs: readonly TimedPair[], measure: TimingMeasure): Samples => ({
  before: pairs.flatMap(({ before }) => before[measure] ?? []),
  after: pairs.flatMap(({ after }) => after[measure] ?? []),
});

export interface Compared {
  readonly kind: Timing['kind'];
  readonly before: HistoryCommit;
  readonly after: HistoryCommit;
}

export function timingOf(
  { kind, before, after }: Compared,
  samples: Samples,
  measure: TimingMeasure,
  verdict: Timing['verdict'],
): Timing {
  const { ratio, low, high } = ratioOfMedians(samples.before, samples.after, samples.before.length);
  const alpha = comparisonLooks.at(-1)?.alpha ?? 0;
  const bound = Math.exp(upperBound(logRatios(samples), alpha));
  const side = ({ commit, subject }: HistoryCommit, times: readonly number[]) => ({
    commit,
    subject,
    samples: times.map((time) => Math.round(time * 1000) / 1000),
  });
  return {
    kind,
    measure,
    before: side(before, samples.before),
    after: side(after, samples.after),
    ...{ ratio, low, high, verdict },
    // JSON has no infinity; nothing is a million times slower.
    visibleAbove: Math.min(1e6, bound),
  };
}

/** The rows with one more batch, as it comes in: the row is new, or there already. What an experiment times stands with it. */
export function withBatch(
  timings: readonly Timing[],
  input: ActivityInput<'timePairs'>,
  { pairs }: TimingBatch,
): Timing[] {
  if (input.kind === 'trial') return [...timings];
  const isSame = ({ kind, before, after }: Timing): boolean =>
    kind === input.kind && before.commit === input.before.commit && after.commit === input.after.commit;
  const known = timings.find(isSame);
  const measure = known?.measure ?? input.measure ?? measureFor(pairs, input.oracle);
  const { before, after } = samplesOf(pairs, measure);
  const samples = {
    before: [...(known?.before.samples ?? []), ...before],
    after: [...(known?.after.samples ?? []), ...after],
  };
  if (samples.before.length === 0 || samples.before.length !== samples.after.length) return [...timings];
  const row = timingOf(input, samples, measure, null);
  return known === undefined ? [...timings, row] : timings.map((timing) => (isSame(timing) ? row : timing));
}
