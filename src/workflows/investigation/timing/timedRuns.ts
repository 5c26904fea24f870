// The timings of one investigation: asks for pairs until they say something, and keeps what they said. It compares each commit
// with the good end, and looks at the pairs at set numbers only, so that the rate of error is the stated one.
import type { Activities } from '../../../controller/workflow.ts';
import type { HistoryCommit, Oracle, OverlayFile } from '../../../protocol/investigation.ts';
import type { TimedPair, Timing, TimingMeasure, TimingVerdict } from '../../../protocol/timing.ts';
import { nameOf } from '../oracleRuns.ts';
import type { ProbeAnswer } from '../search.ts';
import {
  clockAlpha,
  comparisonLooks,
  decide,
  type Look,
  logRatios,
  type Samples,
  sideOf,
  sidingLooks,
} from './looks.ts';
import { seedOf } from './seededRandom.ts';
import { middleOf } from './signedRank.ts';
import { type Compared, measureFor, samplesOf, timingOf } from './timings.ts';

export interface TimedSetup {
  readonly oracle: Oracle;
  readonly overlay: readonly OverlayFile[];
  readonly todayTree: string;
  /** The name of the spans that are timed, where that is asked. */
  readonly span?: string | undefined;
}

/** `unfit`: a side cannot be timed, and why. */
export type Comparison =
  | { readonly kind: 'unfit'; readonly side: 'before' | 'after'; readonly message: string; readonly command: string }
  | { readonly kind: 'compared'; readonly verdict: TimingVerdict; readonly timing: Timing; readonly command: string };

/** Milliseconds after which one comparison is content with what it has. */
const longEnoughMs = 15 * 60_000;

interface Collected {
  readonly pairs: TimedPair[];
  command: string;
  spentMs: number;
  /** What a person reads of it, where the names of the commits do not say enough. */
  readonly label: string | undefined;
}

export class TimedRuns {
  readonly timings: Timing[] = [];
  runs = 0;
  /** Commits that could not be timed, with why. */
  readonly unfit: { readonly commit: HistoryCommit; readonly message: string }[] = [];
  readonly #act: Activities;
  readonly #setup: TimedSetup;
  #measure: TimingMeasure | null = null;

  constructor(act: Activities, setup: TimedSetup) {
    this.#act = act;
    this.#setup = setup;
  }

  get measure(): TimingMeasure | null {
    return this.#measure;
  }

  /**
   * Whether `after` takes longer than `before`; the measure that the first comparison takes is that of all. `enough`: the ratio
   * below which nothing has to be told apart, where that is not the least that is worth a search.
   */
  async compare(compared: Compared, { label, enough }: { label?: string; enough?: number } = {}): Promise<Comparison> {
    const collected: Collected = { pairs: [], command: '', spentMs: 0, label };
    let measure = this.#measure;
    for (const look of comparisonLooks) {
      const unfit = await this.#collect(compared, look, 0, collected);
      if (unfit !== undefined) return unfit;
      measure ??= measureFor(collected.pairs, this.#setup.oracle);
      const isLast = look === comparisonLooks.at(-1) || collected.spentMs > longEnoughMs;
      const { verdict } = decide(samplesOf(collected.pairs, measure), look.alpha, isLast, enough);
      if (verdict === undefined) continue;
      const isDefault = this.#measure === null;
      const byClock = isDefault && verdict === 'same' ? this.#slowerByClock(collected.pairs, measure) : undefined;
      this.#measure ??= byClock === undefined ? measure : 'wall';
      return this.#ended(compared, collected, byClock ?? verdict);
    }
    throw new Error('The last look decides.');
  }

  /** Which end a commit is like: `failed` for the slow one. `ratio`: of the slow end to the good one. */
  async side(good: HistoryCommit, commit: HistoryCommit, attempt: number, ratio: number): Promise<ProbeAnswer> {
    const compared: Compared = { kind: 'commit', before: good, after: commit };
    const collected: Collected = { pairs: [], command: '', spentMs: 0, label: undefined };
    const middle = Math.log(ratio) / 2;
    for (const look of sidingLooks) {
      const unfit = await this.#collect(compared, look, attempt, collected);
      if (unfit !== undefined) {
        this.unfit.push({ commit, message: unfit.message });
        return 'untestable';
      }
      const measure = this.#measure ?? 'wall';
      const isLast = look === sidingLooks.at(-1) || collected.spentMs > longEnoughMs;
      const side = sideOf(samplesOf(collected.pairs, measure), middle, look.alpha, isLast);
      if (side === undefined) continue;
      this.#ended(compared, collected, side);
      return side === 'slower' ? 'failed' : 'passed';
    }
    throw new Error('The last look decides.');
  }

  async #collect(
    compared: Compared,
    { pairs: wanted }: Look,
    attempt: number,
    collected: Collected,
  ): Promise<(Comparison & { kind: 'unfit' }) | undefined> {
    const { kind, before, after } = compared;
    const again = collected.pairs.length > 0 || attempt > 0 ? 'again' : '';
    const batch = await this.#act.timePairs(
      {
        oracle: this.#setup.oracle,
        overlay: [...this.#setup.overlay],
        todayTree: this.#setup.todayTree,
        kind,
        before,
        after,
        pairs: wanted - collected.pairs.length,
        seed: seedOf(`${before.tree} ${after.tree} ${kind} ${attempt} ${collected.pairs.length}`),
        measure: this.#measure,
        ...(this.#setup.span === undefined ? {} : { span: this.#setup.span }),
      },
      [collected.label ?? `Time ${nameOf(after)} against ${nameOf(before)}`, again]
        .filter((word) => word !== '')
        .join(' '),
    );
    this.runs += 2 * batch.pairs.length;
    if (batch.unfit !== null)
      return { kind: 'unfit', side: batch.unfit, message: batch.message, command: batch.command };
    collected.pairs.push(...batch.pairs);
    collected.command = batch.command;
    collected.spentMs += batch.durationMs;
    return undefined;
  }

  /** Waiting takes no CPU time: where that shows nothing, the clock is looked at, once and with its own part of the error. */
  #slowerByClock(pairs: readonly TimedPair[], measure: TimingMeasure): 'slower' | undefined {
    if (measure === 'wall' || measure === 'test' || measure === 'span') return undefined;
    return decide(samplesOf(pairs, 'wall'), clockAlpha, true).verdict === 'slower' ? 'slower' : undefined;
  }

  #ended(compared: Compared, { pairs, command }: Collected, verdict: TimingVerdict): Comparison {
    const measure = this.#measure ?? 'wall';
    const samples = samplesOf(pairs, measure);
    const timing = timingOf(compared, samples, measure, verdict);
    this.timings.push(timing);
    return { kind: 'compared', verdict, timing, command };
  }
}

/** How much longer, little moved by single runs that are far off. */
export const typicalRatio = ({ before, after }: Timing): number =>
  Math.exp(middleOf(logRatios({ before: before.samples, after: after.samples } satisfies Samples)));
