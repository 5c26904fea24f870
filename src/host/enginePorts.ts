// The engine's view of the real world: the journal file, the clock, timers, and activities under an AbortSignal.
import type { ActivityResult, ActivityTask, EnginePorts } from '../controller/ports.ts';
import { activityNames, activitySchemas } from '../protocol/activities.ts';
import type { JournalEntry, JournalEvent } from '../protocol/journal.ts';
import type { Usage } from '../protocol/policy.ts';
import { failure, type Result } from '../protocol/result.ts';
import { collectingTracer } from '../telemetry/tracer.ts';
import type { ActivityContext, ActivityImplementations } from './activityContext.ts';
import { sha256 } from './blobStore.ts';

/** setTimeout fires at once for delays beyond this many milliseconds. */
const longestTimer = 2 ** 31 - 1;

export function enginePorts(options: {
  readonly append: (event: JournalEvent) => Promise<JournalEntry>;
  readonly activities: ActivityImplementations;
  readonly runId: string;
  readonly onProgress: (text: string) => void;
}): EnginePorts {
  return {
    append: options.append,
    execute: (name, input, { activity }) => execute(options, name, input, activity),
    now: () => Date.now(),
    timer: (ms, callback) => {
      const handle = setTimeout(callback, Math.min(ms, longestTimer));
      return () => clearTimeout(handle);
    },
    settle: () => new Promise((resolve) => setImmediate(resolve)),
    digest: sha256,
  };
}

function execute(
  options: { activities: ActivityImplementations; runId: string; onProgress: (text: string) => void },
  name: string,
  input: unknown,
  activity: number,
): ActivityTask {
  const abort = new AbortController();
  const tracer = collectingTracer(options.runId, activity);
  const context: ActivityContext = { signal: abort.signal, tracer, onProgress: options.onProgress };
  const result = perform(options.activities, name, input, context).then(
    (done): ActivityResult =>
      done.ok
        ? { ok: true, output: done.value.output, usage: done.value.usage, spans: tracer.spans() }
        : { ok: false, failure: done.failure, spans: tracer.spans() },
    (error: unknown): ActivityResult => {
      const message = error instanceof Error ? error.message : String(error);
      const reason = abort.signal.aborted ? 'canceled' : 'internal';
      return { ok: false, failure: { reason, message, retryable: false }, spans: tracer.spans() };
    },
  );
  return { result, cancel: () => abort.abort() };
}

/** Parses what goes in and what comes out, so that a record in the journal always has the schema's form. */
async function perform(
  activities: ActivityImplementations,
  name: string,
  input: unknown,
  context: ActivityContext,
): Promise<Result<{ output: unknown; usage: Usage | null }>> {
  const known = activityNames.find((candidate) => candidate === name);
  if (known === undefined) return failure('internal', `There is no activity named ${name}.`);
  const schemas = activitySchemas[known];
  const run = activities[known] as (
    input: unknown,
    context: ActivityContext,
  ) => Promise<Result<{ output: unknown; usage: Usage | null }>>;
  const done = await run(schemas.input.parse(input), context);
  if (!done.ok) return done;
  return { ok: true, value: { output: schemas.output.parse(done.value.output), usage: done.value.usage } };
}
