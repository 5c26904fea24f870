// The durable engine: runs one workflow on one journal. Recorded events and new ones take the same way, one at a time,
// so a replay cannot differ from the run. It must never know what an activity does, and never read a clock of its own.
import { activityNames, activitySchemas } from '../protocol/activities.ts';
import { canonicalJson } from '../protocol/canonicalJson.ts';
import type { Budget } from '../protocol/config.ts';
import type { Failure } from '../protocol/failure.ts';
import type { JournalEntry, JournalEvent, JournalEventOf } from '../protocol/journal.ts';
import { type RunSignal, runSignalSchema } from '../protocol/signals.ts';
import { exhausted, nothingSpent, type Spent, spend } from './budget.ts';
import { ActivityError, DeterminismError } from './errors.ts';
import type { ActivityResult, ActivityTask, EnginePorts } from './ports.ts';
import { SignalBuffer } from './signalBuffer.ts';
import {
  type Activities,
  type ActivityOptions,
  type ExecutableWorkflow,
  retryDelay,
  suspendingReasons,
} from './workflow.ts';

/** How executing ended. `detached`: the host stopped executing; the journal is open and can be resumed. */
export type EngineEnd =
  | { readonly status: 'completed'; readonly output: unknown }
  | { readonly status: 'failed'; readonly failure: Failure }
  | { readonly status: 'stopped'; readonly failure: Failure }
  | { readonly status: 'detached' };

interface Call {
  readonly activity: number;
  readonly name: string;
  readonly label: string;
  readonly input: unknown;
  readonly inputDigest: string;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: Error) => void;
  scheduled: boolean;
  settled: boolean;
  attempts: number;
  /** Milliseconds since the epoch before which the next attempt may not start. */
  notBefore: number;
  stop: (() => void) | undefined;
}

interface Arrival {
  readonly event: JournalEvent;
  /** Called with true when the event is on disk, with false when the run ended before. */
  readonly written: (isWritten: boolean) => void;
}

export interface EngineOptions {
  readonly workflow: ExecutableWorkflow;
  readonly recorded: readonly JournalEntry[];
  readonly ports: EnginePorts;
  readonly options: (name: string) => ActivityOptions;
  readonly host: string;
  /** Replaces the recorded budget when an interrupted or stopped run goes on. */
  readonly budget: Budget | null;
  /** True: follow the journal and touch nothing; `run` ends where the journal does. */
  readonly replayOnly: boolean;
}

export class Engine {
  readonly #setup: EngineOptions;
  readonly #ports: EnginePorts;
  readonly #calls: Call[] = [];
  readonly #signals = new SignalBuffer();
  readonly #arrivals: Arrival[] = [];
  readonly #tasks = new Set<Promise<void>>();
  #wake: (() => void) | undefined;
  #isCanceled = false;
  #isPaused = false;
  #spent: Spent = nothingSpent;
  #budget: Budget | undefined;
  #end: EngineEnd | undefined;
  #workflowEnd: JournalEventOf<'runCompleted' | 'runFailed'> | undefined;

  constructor(setup: EngineOptions) {
    this.#setup = setup;
    this.#ports = setup.ports;
  }

  /** Records a signal; resolves when it is on disk. Refuses (returns false) once the run has ended. */
  async signal(signal: RunSignal): Promise<boolean> {
    if (this.#end !== undefined) return false;
    const event: JournalEvent = { type: 'signalReceived', name: signal.name, payload: signal.payload };
    return await new Promise((written) => this.#enqueue({ event, written }));
  }

  /** What the workflow itself returned or threw so far; undefined while it runs. */
  workflowResult(): JournalEventOf<'runCompleted' | 'runFailed'> | undefined {
    return this.#workflowEnd;
  }

  /** Stops executing without a trace in the journal, as if the process had died. */
  detach(): void {
    this.#finish({ status: 'detached' });
  }

  /**
   * Follows the recorded entries, then lives on. Returns when every started activity has ended.
   * @throws DeterminismError, and whatever `append` throws; the journal is then open and can be resumed.
   */
  async run(): Promise<EngineEnd> {
    try {
      return await this.#follow();
    } finally {
      this.#finish({ status: 'detached' });
      await Promise.allSettled(this.#tasks);
    }
  }

  async #follow(): Promise<EngineEnd> {
    const [first, ...rest] = this.#setup.recorded;
    if (first?.event.type !== 'runStarted') throw new DeterminismError('nothing', 'a run without a start');
    this.#budget = first.event.budget;
    this.#account(first);
    this.#startWorkflow(first.event.input);
    await this.#ports.settle();
    for (const entry of rest) {
      if (this.#end?.status === 'detached') return this.#end;
      await this.#apply(entry);
    }
    if (this.#setup.replayOnly) return this.#end ?? { status: 'detached' };
    const isStopped = this.#end?.status === 'stopped' && !this.#isCanceled;
    if (this.#end === undefined || isStopped) await this.#live();
    return this.#end ?? { status: 'detached' };
  }

  #startWorkflow(input: unknown): void {
    this.#setup.workflow.run(input, this.#activities(), this.#signals).then(
      (output) => {
        this.#workflowEnd = { type: 'runCompleted', output };
        this.#wake?.();
      },
      (error: unknown) => {
        this.#workflowEnd = { type: 'runFailed', failure: failureOf(error) };
        this.#wake?.();
      },
    );
  }

  #activities(): Activities {
    const entries = activityNames.map((name) => [
      name,
      (input: unknown, label: string) => this.#call(name, input, label),
    ]);
    // The table of schemas that types the activities also names them, so the object has just these members.
    return Object.fromEntries(entries) as Activities;
  }

  #call(name: string, input: unknown, label: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#calls.push({
        activity: this.#calls.length,
        name,
        label,
        input,
        inputDigest: this.#ports.digest(canonicalJson(input)),
        resolve,
        reject,
        scheduled: false,
        settled: false,
        attempts: 0,
        notBefore: 0,
        stop: undefined,
      });
    });
  }

  /** Applies one entry that is on disk, and lets the workflow take the consequences. */
  async #apply(entry: JournalEntry): Promise<void> {
    this.#account(entry);
    const { event } = entry;
    switch (event.type) {
      case 'activityScheduled':
        this.#matchScheduled(event);
        break;
      case 'activityAttemptFailed': {
        const call = this.#openCall(event.activity, 'a failed attempt');
        call.attempts = event.attempt;
        call.notBefore = entry.at + event.delayMs;
        break;
      }
      case 'activityCompleted': {
        const call = this.#openCall(event.activity, 'a completed activity');
        call.settled = true;
        call.resolve(parseOutput(call.name, event.output));
        break;
      }
      case 'activityFailed': {
        const call = this.#openCall(event.activity, 'a failed activity');
        call.settled = true;
        call.reject(new ActivityError(call.name, event.failure));
        break;
      }
      case 'signalReceived': {
        const signal = runSignalSchema.parse({ name: event.name, payload: event.payload });
        if (signal.name === 'cancel') this.#isCanceled = true;
        else if (signal.name === 'pause' || signal.name === 'continue') this.#isPaused = signal.name === 'pause';
        else this.#signals.push(signal);
        break;
      }
      case 'runResumed':
        if (event.budget !== null) this.#budget = event.budget;
        for (const call of this.#calls) Object.assign(call, { attempts: 0, notBefore: 0 });
        if (this.#end?.status === 'stopped') this.#end = undefined;
        break;
      case 'runCompleted':
        this.#finish({ status: 'completed', output: event.output });
        break;
      case 'runFailed':
        this.#finish({ status: 'failed', failure: event.failure });
        break;
      case 'runStopped':
        this.#finish({ status: 'stopped', failure: event.failure });
        break;
      case 'runStarted':
        throw new DeterminismError('that the run has started', 'a second start');
    }
    await this.#ports.settle();
  }

  #matchScheduled(event: JournalEventOf<'activityScheduled'>): void {
    const call = this.#calls[event.activity];
    const recorded = `activity ${event.activity} is ${event.name} (${event.inputDigest.slice(0, 12)})`;
    if (call === undefined) throw new DeterminismError(recorded, 'nothing');
    if (call.name !== event.name || call.inputDigest !== event.inputDigest)
      throw new DeterminismError(recorded, `${call.name} (${call.inputDigest.slice(0, 12)})`);
    call.scheduled = true;
  }

  #openCall(activity: number, what: string): Call {
    const call = this.#calls[activity];
    if (call === undefined || !call.scheduled || call.settled)
      throw new DeterminismError(`${what} with number ${activity}`, 'no such open activity');
    return call;
  }

  async #live(): Promise<void> {
    if (this.#setup.recorded.length > 1)
      await this.#record({ type: 'runResumed', host: this.#setup.host, budget: this.#setup.budget });
    for (const call of this.#calls) if (call.scheduled && !call.settled && !this.#isCanceled) this.#start(call);
    while (this.#end === undefined) {
      if (this.#isCanceled)
        return await this.#stop({ reason: 'canceled', message: 'The run was canceled.', retryable: false });
      await this.#scheduleNew();
      if (this.#end !== undefined) return;
      const arrival = this.#arrivals.shift();
      if (arrival !== undefined) await this.#take(arrival);
      else if (this.#workflowEnd !== undefined) await this.#record(this.#workflowEnd);
      else await this.#sleep();
    }
  }

  /** While a person has paused the run, what the workflow asks for waits. */
  async #scheduleNew(): Promise<void> {
    for (const call of this.#calls) {
      if (this.#isPaused) return;
      if (call.scheduled) continue;
      const reason = this.#budget === undefined ? null : exhausted(this.#budget, this.#spent);
      if (reason !== null) {
        const message = `${reason} Extend the budget, and the run goes on where it is.`;
        return await this.#stop({ reason: 'budgetExceeded', message, retryable: false });
      }
      const { activity, name, label, inputDigest, input } = call;
      await this.#record({ type: 'activityScheduled', activity, name, label, inputDigest, input });
      this.#start(call);
    }
  }

  async #take(arrival: Arrival): Promise<void> {
    const { event } = arrival;
    try {
      await this.#record(event);
      arrival.written(true);
    } finally {
      arrival.written(false);
    }
    if (event.type === 'activityAttemptFailed') {
      const call = this.#calls[event.activity];
      const last = call !== undefined && call.attempts >= this.#setup.options(call.name).maxAttempts;
      if (suspendingReasons.has(event.failure.reason) && (last || !event.failure.retryable))
        await this.#stop(event.failure);
      else if (call !== undefined && this.#end === undefined) this.#start(call);
    }
  }

  /** Starts the next attempt of a call, after its delay, with its time limit. */
  #start(call: Call): void {
    const attempt = call.attempts + 1;
    const options = this.#setup.options(call.name);
    const delay = Math.max(0, call.notBefore - this.#ports.now());
    let task: ActivityTask | undefined;
    let timedOut = false;
    const begin = () => {
      task = this.#ports.execute(call.name, call.input, { activity: call.activity, attempt });
      const clearLimit = this.#ports.timer(options.timeoutMs, () => {
        timedOut = true;
        task?.cancel();
      });
      call.stop = () => {
        clearLimit();
        task?.cancel();
      };
      const settle = (result: ActivityResult) => {
        clearLimit();
        call.stop = undefined;
        const limited =
          timedOut && !result.ok ? { ...result, failure: timeoutFailure(call.name, options.timeoutMs) } : result;
        this.#enqueue({ event: resultEvent(call, attempt, limited, options), written: () => undefined });
      };
      const running = task.result
        .catch((error: unknown): ActivityResult => ({ ok: false, failure: failureOf(error), spans: [] }))
        .then(settle)
        .finally(() => this.#tasks.delete(running));
      this.#tasks.add(running);
    };
    if (delay === 0) begin();
    else call.stop = this.#ports.timer(delay, begin);
  }

  #enqueue(arrival: Arrival): void {
    if (this.#end !== undefined) {
      arrival.written(false);
      return;
    }
    this.#arrivals.push(arrival);
    this.#wake?.();
  }

  async #stop(failure: Failure): Promise<void> {
    await this.#record({ type: 'runStopped', failure });
  }

  async #record(event: JournalEvent): Promise<JournalEntry> {
    const entry = await this.#ports.append(event);
    await this.#apply(entry);
    return entry;
  }

  #account(entry: JournalEntry): void {
    this.#spent = spend(this.#spent, entry);
  }

  #sleep(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }

  #finish(end: EngineEnd): void {
    this.#end ??= end;
    for (const call of this.#calls) {
      call.stop?.();
      call.stop = undefined;
    }
    for (const arrival of this.#arrivals.splice(0)) arrival.written(false);
    this.#wake?.();
  }
}

function parseOutput(name: string, output: unknown): unknown {
  const known = activityNames.find((candidate) => candidate === name);
  if (known === undefined) throw new DeterminismError(`an activity ${name}`, 'one of the known activities');
  return activitySchemas[known].output.parse(output);
}

function resultEvent(call: Call, attempt: number, result: ActivityResult, options: ActivityOptions): JournalEvent {
  const { activity } = call;
  if (result.ok)
    return { type: 'activityCompleted', activity, output: result.output, usage: result.usage, spans: result.spans };
  const { failure, spans } = result;
  const again = failure.retryable && attempt < options.maxAttempts;
  if (again || suspendingReasons.has(failure.reason)) {
    const delayMs = again ? retryDelay(options, attempt, failure) : 0;
    return { type: 'activityAttemptFailed', activity, attempt, failure, delayMs };
  }
  return { type: 'activityFailed', activity, failure, spans };
}

const timeoutFailure = (name: string, ms: number): Failure => ({
  reason: 'timeout',
  message: `${name} took longer than ${Math.round(ms / 1000)} seconds and was stopped.`,
  retryable: true,
});

function failureOf(error: unknown): Failure {
  if (error instanceof ActivityError) return error.failure;
  const message = error instanceof Error ? error.message : String(error);
  return { reason: 'internal', message, retryable: false };
}
