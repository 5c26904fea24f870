// The events of a streamed answer, as far as they are read. What is unknown is passed over; what is known and broken is not.
import * as z from 'zod';

const count = z.number().nonnegative();
const index = z.number().int().nonnegative();

const messageStart = z.object({
  type: z.literal('message_start'),
  message: z.object({
    id: z.string(),
    model: z.string(),
    usage: z.object({
      input_tokens: count,
      output_tokens: count,
      cache_read_input_tokens: count.nullish(),
      cache_creation_input_tokens: count.nullish(),
    }),
  }),
});
const blockStart = z.object({
  type: z.literal('content_block_start'),
  index,
  content_block: z.looseObject({
    type: z.string(),
    text: z.string().optional(),
    thinking: z.string().optional(),
    signature: z.string().optional(),
    data: z.string().optional(),
    id: z.string().optional(),
    name: z.string().optional(),
  }),
});
const blockDelta = z.object({
  type: z.literal('content_block_delta'),
  index,
  delta: z.looseObject({
    type: z.string(),
    text: z.string().optional(),
    thinking: z.string().optional(),
    signature: z.string().optional(),
    partial_json: z.string().optional(),
  }),
});
const blockStop = z.object({ type: z.literal('content_block_stop'), index });
const messageDelta = z.object({
  type: z.literal('message_delta'),
  delta: z.object({
    stop_reason: z.string().nullish(),
    stop_details: z.looseObject({ category: z.string().nullish(), explanation: z.string().nullish() }).nullish(),
  }),
  usage: z.object({ output_tokens: count.optional() }).optional(),
});
const messageStop = z.object({ type: z.literal('message_stop') });

const eventSchema = z.discriminatedUnion('type', [
  messageStart,
  blockStart,
  blockDelta,
  blockStop,
  messageDelta,
  messageStop,
]);
export type StreamEvent = z.infer<typeof eventSchema>;

const knownTypes: ReadonlySet<unknown> = new Set([
  'message_start',
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
  'message_delta',
  'message_stop',
]);

/** `unknown`: an event that a later version of the API may send. `broken`: one of ours in a form that it never has. */
export function parseEvent(event: unknown): StreamEvent | 'unknown' | 'broken' {
  const type = typeof event === 'object' && event !== null && 'type' in event ? event.type : undefined;
  if (!knownTypes.has(type)) return 'unknown';
  const parsed = eventSchema.safeParse(event);
  return parsed.success ? parsed.data : 'broken';
}
