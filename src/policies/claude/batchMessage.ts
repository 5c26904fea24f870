// A finished message as the events that a stream would have brought, so that there is one way to read an answer.
import * as z from 'zod';

const messageSchema = z.looseObject({
  id: z.string(),
  model: z.string(),
  content: z.array(z.looseObject({ type: z.string() })),
  stop_reason: z.string().nullish(),
  stop_details: z.unknown(),
  usage: z.looseObject({ output_tokens: z.number().optional() }),
});

/** undefined for what is no message. */
export function eventsOfMessage(raw: unknown): AsyncIterable<unknown> | undefined {
  const parsed = messageSchema.safeParse(raw);
  return parsed.success ? events(parsed.data) : undefined;
}

async function* events(message: z.infer<typeof messageSchema>): AsyncGenerator<unknown> {
  const { content, stop_reason, stop_details, usage } = message;
  yield { type: 'message_start', message };
  for (const [index, block] of content.entries()) {
    yield { type: 'content_block_start', index, content_block: block };
    if (block.type === 'tool_use') {
      const partial_json = JSON.stringify(block.input ?? {});
      yield { type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json } };
    }
    yield { type: 'content_block_stop', index };
  }
  yield { type: 'message_delta', delta: { stop_reason, stop_details }, usage: { output_tokens: usage.output_tokens } };
  yield { type: 'message_stop' };
}
