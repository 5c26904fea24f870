// The tracer that activities use for what happens inside of them. Spans are plain data; nothing here exports.
import { createHash, randomBytes } from 'node:crypto';
import type { AttributeValue, SpanRecord } from '../protocol/trace.ts';

export interface Tracer {
  /** Measures `run`. An error is recorded on the span and thrown on. */
  span<T>(name: string, attributes: Readonly<Record<string, AttributeValue>>, run: () => Promise<T>): Promise<T>;
  /** The spans that have ended. */
  spans(): SpanRecord[];
}

/** 32 hex digits, the same for a run wherever it is folded. */
export const traceIdOf = (runId: string): string =>
  createHash('sha256').update(`run ${runId}`).digest('hex').slice(0, 32);

/** 16 hex digits for a named part of a run, for instance `activity 7`. */
export const spanIdOf = (runId: string, part: string): string =>
  createHash('sha256').update(`${runId} ${part}`).digest('hex').slice(0, 16);

/** Nanoseconds since the epoch from milliseconds. */
export const nanoseconds = (milliseconds: number): string => `${Math.round(milliseconds * 1000)}000`;

export const silentTracer: Tracer = { span: async (_name, _attributes, run) => await run(), spans: () => [] };

/** Collects child spans of one activity of a run. */
export function collectingTracer(runId: string, activity: number): Tracer {
  const ended: SpanRecord[] = [];
  const traceId = traceIdOf(runId);
  const parentSpanId = spanIdOf(runId, `activity ${activity}`);
  return {
    spans: () => [...ended],
    span: async (name, attributes, run) => {
      const startTime = nanoseconds(Date.now());
      const spanId = randomBytes(8).toString('hex');
      const end = (status: SpanRecord['status'], statusMessage: string | null) => {
        const times = { startTime, endTime: nanoseconds(Date.now()) };
        ended.push({
          traceId,
          spanId,
          parentSpanId,
          name,
          kind: 'internal',
          ...times,
          attributes: { ...attributes },
          status,
          statusMessage,
        });
      };
      try {
        const value = await run();
        end('ok', null);
        return value;
      } catch (error) {
        end('error', error instanceof Error ? error.name : 'error');
        throw error;
      }
    },
  };
}
