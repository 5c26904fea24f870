// Sends finished spans by OTLP over HTTP, with OpenTelemetry's own SDK; in a bundle of its own, loaded on first use.
// Structure, times and counts are sent; no prompt, no answer, no code. An export that fails is a line in the log and never stops a run.
import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { SpanRecord } from '../protocol/trace.ts';
import { attributes as names } from './names.ts';

export interface OtlpExporter {
  export(spans: readonly SpanRecord[]): Promise<void>;
  shutdown(): Promise<void>;
}

export interface OtlpOptions {
  /** The traces endpoint, for instance http://127.0.0.1:4318/v1/traces. */
  readonly endpoint: string;
  readonly log: { warn(message: string): void };
}

const timeoutMillis = 5_000;
/** Free text of a person or a model; it stays here. */
const content: ReadonlySet<string> = new Set([names.activityLabel]);

export function createOtlpExporter(options: OtlpOptions): OtlpExporter {
  const exporter = new OTLPTraceExporter({ url: options.endpoint, timeoutMillis });
  const resource = resourceFromAttributes({ 'service.name': 'ratchet' });
  const processor = new BatchSpanProcessor(exporter, { exportTimeoutMillis: timeoutMillis });
  const provider = new BasicTracerProvider({ resource, spanProcessors: [processor] });
  const quietly = async (what: Promise<void>) => {
    try {
      await what;
    } catch (error) {
      options.log.warn(
        `The trace could not be sent to ${options.endpoint}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  };
  return {
    export: async (spans) => {
      for (const span of spans) if (span.endTime !== null) processor.onEnd(readable(span, resource));
      await quietly(provider.forceFlush());
    },
    shutdown: async () => await quietly(provider.shutdown()),
  };
}

function readable(span: SpanRecord, resource: ReadableSpan['resource']): ReadableSpan {
  const context = { traceId: span.traceId, spanId: span.spanId, traceFlags: TraceFlags.SAMPLED };
  const startTime = time(span.startTime);
  const endTime = time(span.endTime ?? span.startTime);
  const kept = Object.fromEntries(Object.entries(span.attributes).filter(([key]) => !content.has(key)));
  const parent = span.parentSpanId === null ? {} : { parentSpanContext: { ...context, spanId: span.parentSpanId } };
  return {
    name: span.name,
    kind: span.kind === 'client' ? SpanKind.CLIENT : SpanKind.INTERNAL,
    spanContext: () => context,
    ...parent,
    startTime,
    endTime,
    duration: [
      endTime[0] - startTime[0] - (endTime[1] < startTime[1] ? 1 : 0),
      (endTime[1] - startTime[1] + 1e9) % 1e9,
    ],
    ended: true,
    status: {
      code:
        span.status === 'error'
          ? SpanStatusCode.ERROR
          : span.status === 'ok'
            ? SpanStatusCode.OK
            : SpanStatusCode.UNSET,
    },
    attributes: kept,
    links: [],
    events: [],
    resource,
    instrumentationScope: { name: 'ratchet' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** Seconds and nanoseconds. */
function time(nanos: string): [number, number] {
  const value = BigInt(nanos);
  return [Number(value / 1_000_000_000n), Number(value % 1_000_000_000n)];
}
