// What an activity's implementation gets besides its input, and what it gives back. Expected failures are values.
import type { ActivityInput, ActivityName, ActivityOutput } from '../protocol/activities.ts';
import type { Usage } from '../protocol/policy.ts';
import type { Result } from '../protocol/result.ts';
import type { Tracer } from '../telemetry/tracer.ts';

export interface ActivityContext {
  readonly signal: AbortSignal;
  readonly tracer: Tracer;
  /** A line for people, while the activity runs; never recorded. */
  readonly onProgress: (text: string) => void;
}

export type ActivityImplementation<N extends ActivityName> = (
  input: ActivityInput<N>,
  context: ActivityContext,
) => Promise<Result<{ output: ActivityOutput<N>; usage: Usage | null }>>;

export type ActivityImplementations = { readonly [N in ActivityName]: ActivityImplementation<N> };
