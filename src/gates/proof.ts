// What a gate is given to show more than that tests pass: runs of a symptom, and trees with and without a regression.
import type { ProbeResult } from '../protocol/investigation.ts';
import type { Proof } from '../protocol/proof.ts';
import type { Result } from '../protocol/result.ts';

export type ProofOf<K extends Proof['kind']> = Extract<Proof, { readonly kind: K }>;

export interface FixPort {
  readonly kind: 'fix';
  readonly asked: ProofOf<'fix'>;
  /** The symptom on a tree, with its own files as they are on the base. */
  readonly ask: (tree: string, signal: AbortSignal) => Promise<Result<ProbeResult>>;
}

export interface RegressionPort {
  readonly kind: 'regressionTest';
  readonly asked: ProofOf<'regressionTest'>;
  /** The trees with and without the regression, both with these files of the candidate laid over them. */
  readonly layOver: (paths: readonly string[]) => Promise<Result<RegressionTrees>>;
}

export interface RegressionTrees {
  /** Without the candidate's files, to tell which tests are new. */
  readonly before: string;
  readonly with: string;
  readonly without: string;
  readonly isToday: boolean;
}

export type ProofPort = FixPort | RegressionPort;
