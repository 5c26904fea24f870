// What the engine throws into a workflow, and what it throws at a host that breaks the rules.
import type { Failure } from '../protocol/failure.ts';

/** An activity failed for good. A workflow may catch it; uncaught, it fails the run. */
export class ActivityError extends Error {
  readonly activity: string;
  readonly failure: Failure;

  constructor(activity: string, failure: Failure) {
    super(failure.message);
    this.name = 'ActivityError';
    this.activity = activity;
    this.failure = failure;
  }
}

/** The workflow did not do what its journal says it did. Nothing is written after this. */
export class DeterminismError extends Error {
  constructor(expected: string, actual: string) {
    super(
      `The journal says ${expected}, but the workflow asked for ${actual}. The workflow changed, or it is not deterministic.`,
    );
    this.name = 'DeterminismError';
  }
}
