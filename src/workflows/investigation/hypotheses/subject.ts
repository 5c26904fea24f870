// What a policy is asked to explain, a failure or a slowdown, and how its experiments are tried. The rest of an inquiry is the same
// for both.
import type { Trial } from '../../../protocol/hypotheses.ts';
import type { CauseHunk } from '../../../protocol/investigation.ts';

/** An experiment as a policy said it. */
export interface Proposed {
  readonly id: string;
  readonly prediction: string;
  readonly experiment: unknown;
}

export interface RanTrial {
  readonly trial: Trial;
  /** The same for what is run in the same way; null when nothing was run. */
  readonly experiment: string | null;
}

export interface Subject {
  readonly kind: 'failure' | 'slowdown';
  readonly todayTree: string;
  /** Of the culprit, by the ids that an experiment may name. */
  readonly hunks: readonly CauseHunk[];
  /** How often an experiment tells the wrong thing. */
  readonly error: number;
  /** Experiments at once. */
  readonly parallel: number;
  /** Refuses an experiment, or runs and judges it. */
  run(asked: Proposed, name?: string): Promise<RanTrial>;
}
