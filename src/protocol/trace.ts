// Spans as data: what the panel draws and what OTLP export sends. Times are nanoseconds since the epoch, as decimal text.
import * as z from 'zod';

export const attributeValueSchema = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);
export type AttributeValue = z.infer<typeof attributeValueSchema>;

/** `spanId` is 16 hex digits, `traceId` 32. An unset `endTime` is a span that still runs. */
export const spanRecordSchema = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().nullable(),
  name: z.string(),
  kind: z.enum(['internal', 'client']),
  startTime: z.string(),
  endTime: z.string().nullable(),
  attributes: z.record(z.string(), attributeValueSchema),
  status: z.enum(['unset', 'ok', 'error']),
  statusMessage: z.string().nullable(),
});
export type SpanRecord = z.infer<typeof spanRecordSchema>;
