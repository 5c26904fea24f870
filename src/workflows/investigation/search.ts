// The words of the search for a culprit: what it is given, what a run answers, what it has seen and what it found.

/** The confidence at which a commit counts as found. */
export const targetConfidence = 0.975;

export type ProbeAnswer = 'passed' | 'failed' | 'untestable';

export interface SearchOptions {
  /** Candidates; 0 is the newest. Position `size` is the good end, where there is one. */
  readonly size: number;
  readonly hasGood: boolean;
  /** How many runs at once. */
  readonly parallel: number;
  /** The confidence that ends the search. */
  readonly target: number;
  /** There are commits older than all of these that cannot be looked at, and nothing is said to be good. */
  readonly isOpen?: boolean;
  /** The newest is known to fail from a run before, so that asking for it costs nothing. */
  readonly isSeen?: boolean;
  /** For each commit, how likely it is to be the culprit; without, all are alike. */
  readonly likely?: readonly number[];
  /** The same, when it takes work that is done beside the first run. */
  readonly learn?: () => Promise<readonly number[]>;
}

/** `attempt` counts from 0 for each position, so that a run again is another run. */
export type AskProbe = (position: number, attempt: number) => Promise<ProbeAnswer>;

export type Seen = Record<ProbeAnswer, number>;

export interface Found {
  /**
   * `culprit`: one of `candidates`, which cannot be told apart when there are several. `notReproduced`: the newest passes.
   * `untestable`: the newest cannot be tested. `flaky`: it fails at times, and did so before. `older`: it fails at the good
   * end as well, or in the oldest commit that can be looked at. `born`: everything older than the only candidate cannot be
   * tested. `unsure`: the runs contradict each other.
   */
  readonly kind: 'culprit' | 'notReproduced' | 'untestable' | 'flaky' | 'older' | 'born' | 'unsure';
  readonly candidates: readonly number[];
  readonly confidence: number;
  /** The chance that the oracle is flaky, and how often it then fails without cause or misses one. */
  readonly noise: { readonly flaky: number; readonly falseFailure: number; readonly missedFailure: number };
  readonly runs: number;
}
