// The trace of a run: a pure fold of its journal, so that it is the same live, after a reload and in a replay.
import { activitySchemas } from '../protocol/activities.ts';
import type { Failure } from '../protocol/failure.ts';
import type { JournalEntry, JournalEventOf } from '../protocol/journal.ts';
import type { PolicyReply } from '../protocol/policy.ts';
import type { AttributeValue, SpanRecord } from '../protocol/trace.ts';
import type { Verdict } from '../protocol/verdict.ts';
import { attributes as names } from './names.ts';
import { nanoseconds, spanIdOf, traceIdOf } from './tracer.ts';

type Open = { -readonly [K in keyof SpanRecord]: SpanRecord[K] };

/** Spans in the order in which they began; the root comes first. Spans that still run have no end. */
export function spansOfRun(entries: readonly JournalEntry[]): SpanRecord[] {
  const [first] = entries;
  if (first?.event.type !== 'runStarted') return [];
  const fold = new TraceFold(first, first.event);
  for (const entry of entries.slice(1)) fold.add(entry);
  return fold.spans;
}

/** Activities that ask the policy. */
const asking: ReadonlySet<string> = new Set(['consider', 'synthesise', 'hypothesise', 'doubt', 'nextTurn']);

class TraceFold {
  readonly spans: Open[] = [];
  readonly #runId: string;
  readonly #policy: string;
  readonly #root: Open;
  readonly #activities = new Map<number, { span: Open; event: JournalEventOf<'activityScheduled'> }>();
  #waiting: Open | undefined;
  #open = 0;

  constructor(entry: JournalEntry, event: JournalEventOf<'runStarted'>) {
    this.#runId = event.runId;
    this.#policy = event.policy;
    this.#root = this.#begin('run', `invoke_workflow ${event.workflow}`, entry.at, null, {
      [names.operation]: 'invoke_workflow',
      [names.workflowName]: event.workflow,
      [names.runId]: event.runId,
    });
  }

  add({ at, event, index }: JournalEntry): void {
    switch (event.type) {
      case 'activityScheduled': {
        this.#endWaiting(at, {});
        this.#open += 1;
        this.#activities.set(event.activity, { span: this.#beginActivity(event, at), event });
        break;
      }
      case 'activityAttemptFailed': {
        const span = this.#activities.get(event.activity)?.span;
        if (span !== undefined)
          Object.assign(span.attributes, {
            [names.activityAttempts]: event.attempt + 1,
            [names.errorType]: event.failure.reason,
          });
        break;
      }
      case 'activityCompleted':
      case 'activityFailed': {
        this.#open -= 1;
        const known = this.#activities.get(event.activity);
        if (known === undefined) break;
        this.spans.push(...event.spans);
        if (event.type === 'activityFailed') end(known.span, at, event.failure);
        else this.#complete(known.span, known.event, event.output, at);
        if (this.#open === 0) this.#beginWaiting(at, index);
        break;
      }
      case 'signalReceived':
        this.#endWaiting(at, { [names.signalName]: event.name });
        if (this.#open === 0) this.#beginWaiting(at, index);
        break;
      case 'runResumed':
        this.#root.endTime = null;
        this.#root.status = 'unset';
        break;
      case 'runCompleted':
        this.#endWaiting(at, {});
        end(this.#root, at, null);
        break;
      case 'runFailed':
      case 'runStopped':
        this.#endWaiting(at, {});
        for (const { span } of this.#activities.values()) if (span.endTime === null) end(span, at, event.failure);
        end(this.#root, at, event.failure);
        break;
      case 'runStarted':
        break;
    }
  }

  #begin(
    part: string,
    name: string,
    at: number,
    parent: string | null,
    attributes: Record<string, AttributeValue>,
  ): Open {
    const span: Open = {
      traceId: traceIdOf(this.#runId),
      spanId: spanIdOf(this.#runId, part),
      parentSpanId: parent,
      name,
      kind: 'internal',
      startTime: nanoseconds(at),
      endTime: null,
      attributes,
      status: 'unset',
      statusMessage: null,
    };
    this.spans.push(span);
    return span;
  }

  #beginActivity(event: JournalEventOf<'activityScheduled'>, at: number): Open {
    const { name, activity, label } = event;
    const base = {
      [names.activityName]: name,
      [names.activityNumber]: activity,
      [names.activityLabel]: label,
      [names.activityAttempts]: 1,
    };
    const begin = (spanName: string, more: Record<string, AttributeValue>) =>
      this.#begin(`activity ${activity}`, spanName, at, this.#root.spanId, { ...base, ...more });
    const provider = this.#policy.startsWith('claude') ? 'anthropic' : this.#policy;
    if (asking.has(name)) {
      const agent = name === 'nextTurn' ? { [names.agentName]: 'developer' } : {};
      const span = begin(`chat ${this.#policy}`, { [names.operation]: 'chat', [names.provider]: provider, ...agent });
      span.kind = 'client';
      return span;
    }
    if (name === 'stepGym') {
      const { call } = activitySchemas.stepGym.input.parse(event.input);
      return begin(`execute_tool ${call.name}`, {
        [names.operation]: 'execute_tool',
        [names.toolName]: call.name,
        [names.toolCallId]: call.id,
      });
    }
    return begin(name, {});
  }

  #complete(span: Open, event: JournalEventOf<'activityScheduled'>, output: unknown, at: number): void {
    end(span, at, null);
    switch (event.name) {
      case 'consider':
        answered(span, activitySchemas.consider.output.parse(output).reply, []);
        break;
      case 'synthesise':
        answered(span, activitySchemas.synthesise.output.parse(output).reply, []);
        break;
      case 'hypothesise':
        answered(span, activitySchemas.hypothesise.output.parse(output).reply, []);
        break;
      case 'doubt':
        answered(span, activitySchemas.doubt.output.parse(output).reply, []);
        break;
      case 'nextTurn': {
        const { turn, reply } = activitySchemas.nextTurn.output.parse(output);
        answered(span, reply, [turn.stopReason]);
        break;
      }
      case 'takeSnapshot':
        span.attributes[names.tree] = activitySchemas.takeSnapshot.output.parse(output).tree;
        return;
      case 'judge':
        this.#judged(span, event.activity, activitySchemas.judge.output.parse(output).verdicts);
        return;
    }
  }

  /** Gates run one after another and end with the activity, so their durations place them. */
  #judged(parent: Open, activity: number, verdicts: readonly Verdict[]): void {
    const ended = Number(BigInt(parent.endTime ?? parent.startTime) / 1_000_000n);
    let start = ended - verdicts.reduce((sum, { durationMs, cached }) => sum + (cached ? 0 : durationMs), 0);
    for (const { gate, status, cached, findings, durationMs } of verdicts) {
      const attributes = {
        [names.gateName]: gate,
        [names.gateStatus]: status,
        [names.gateCached]: cached,
        [names.gateFindings]: findings.length,
      };
      const span = this.#begin(`activity ${activity} gate ${gate}`, `gate ${gate}`, start, parent.spanId, attributes);
      start += cached ? 0 : durationMs;
      span.endTime = nanoseconds(start);
      span.status = status === 'passed' ? 'ok' : 'error';
      span.statusMessage = status === 'passed' ? null : status;
    }
  }

  #beginWaiting(at: number, index: number): void {
    this.#waiting ??= this.#begin(`waiting ${index}`, 'await person', at, this.#root.spanId, {});
  }

  /** Between two activities the workflow thinks for no time at all; only a real wait is a span. */
  #endWaiting(at: number, attributes: Record<string, AttributeValue>): void {
    const span = this.#waiting;
    this.#waiting = undefined;
    if (span === undefined) return;
    Object.assign(span.attributes, attributes);
    end(span, at, null);
    const isWait = attributes[names.signalName] !== undefined;
    if (!isWait) this.spans.splice(this.spans.indexOf(span), 1);
  }
}

function end(span: Open, at: number, failure: Failure | null): void {
  span.endTime = nanoseconds(at);
  span.status = failure === null ? 'ok' : 'error';
  span.statusMessage = failure === null ? null : failure.message;
  if (failure !== null) span.attributes[names.errorType] = failure.reason;
}

function answered(span: Open, { usage, model, responseId }: PolicyReply, finishReasons: string[]): void {
  span.name = `chat ${model}`;
  Object.assign(span.attributes, {
    [names.responseModel]: model,
    [names.inputTokens]: usage.inputTokens,
    [names.outputTokens]: usage.outputTokens,
    [names.cacheReadTokens]: usage.cacheReadTokens,
    [names.cacheWriteTokens]: usage.cacheWriteTokens,
    [names.costUsd]: usage.costUsd,
  });
  if (responseId !== null) span.attributes[names.responseId] = responseId;
  if (finishReasons.length > 0) span.attributes[names.finishReasons] = finishReasons;
}
