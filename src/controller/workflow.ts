// What a workflow is: a deterministic async function that touches the world by activities and signals only.
import type { ActivityInput, ActivityName, ActivityOutput } from '../protocol/activities.ts';
import type { Failure } from '../protocol/failure.ts';
import type { RunSignal, SignalName } from '../protocol/signals.ts';

/** `label` is for people: what this call is about. It is recorded, and not compared on replay. */
export type Activities = {
  readonly [N in ActivityName]: (input: ActivityInput<N>, label: string) => Promise<ActivityOutput<N>>;
};

export type SignalOf<N extends SignalName> = Extract<RunSignal, { name: N }>;

export interface Signals {
  /**
   * The next signal of these names. With `fresh`, signals that came before this call are dropped, so that a second
   * click on a button is not taken as the answer to a later question.
   */
  next<N extends SignalName>(names: readonly N[], options?: { fresh: boolean }): Promise<SignalOf<N>>;
  /** The signals of these names that are there already, in their order, without waiting. */
  take<N extends SignalName>(names: readonly N[]): SignalOf<N>[];
}

/**
 * `run` may hold no clock, no randomness and no I/O: asked again with the same answers it must do the same things.
 * A change of behaviour is a new `version`.
 */
export interface Workflow<Input, Output> {
  readonly name: string;
  readonly version: number;
  readonly input: { parse(value: unknown): Input };
  run(input: Input, act: Activities, signals: Signals): Promise<Output>;
}

/** A workflow whose input is still unparsed: what the engine runs. */
export interface ExecutableWorkflow {
  readonly name: string;
  readonly version: number;
  run(input: unknown, act: Activities, signals: Signals): Promise<unknown>;
}

export const executable = <Input, Output>(workflow: Workflow<Input, Output>): ExecutableWorkflow => ({
  name: workflow.name,
  version: workflow.version,
  run: async (input, act, signals) => await workflow.run(workflow.input.parse(input), act, signals),
});

/** Times in milliseconds. Attempt n waits `initialDelayMs * backoff^(n-1)`, at most `maxDelayMs`, before attempt n+1. */
export interface ActivityOptions {
  readonly timeoutMs: number;
  readonly maxAttempts: number;
  readonly initialDelayMs: number;
  readonly backoff: number;
  readonly maxDelayMs: number;
}

/**
 * Reasons that say nothing about the work, only that it cannot go on now. The run stops with the activity still open,
 * and resuming it asks again.
 */
export const suspendingReasons: ReadonlySet<string> = new Set([
  'unavailable',
  'rateLimited',
  'overloaded',
  'network',
  'scriptExhausted',
]);

export function retryDelay(options: ActivityOptions, attempt: number, failure: Failure): number {
  const planned = Math.min(options.initialDelayMs * options.backoff ** (attempt - 1), options.maxDelayMs);
  return Math.max(planned, failure.retryAfterMs ?? 0);
}
