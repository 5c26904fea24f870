// One streamed message, put together event by event. A stream that ends before its end is a network failure, and a tool
// call that was cut short is dropped: half a call is never executed.
import type { PolicyReply, Turn } from '../../protocol/policy.ts';
import { stopReasons } from '../../protocol/policy.ts';
import { type Result, success } from '../../protocol/result.ts';
import type { RawMessageStreamEvent } from './client.ts';
import { policyFailure } from './failures.ts';
import { costOf } from './prices.ts';

export interface Message {
  readonly turn: Turn;
  readonly reply: PolicyReply;
}

interface Block {
  readonly kind: 'text' | 'tool' | 'other';
  readonly id: string;
  readonly name: string;
  text: string;
  isComplete: boolean;
}

export async function readStream(
  events: AsyncIterable<RawMessageStreamEvent>,
  onProgress: ((text: string) => void) | undefined,
  onEvent: () => void,
): Promise<Result<Message>> {
  const blocks = new Map<number, Block>();
  let model = '';
  let responseId: string | null = null;
  let stopReason: string | null = null;
  let isEnded = false;
  let tokens = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  for await (const event of events) {
    onEvent();
    switch (event.type) {
      case 'message_start': {
        const { usage } = event.message;
        model = event.message.model;
        responseId = event.message.id;
        tokens = {
          inputTokens: usage.input_tokens,
          outputTokens: usage.output_tokens,
          cacheReadTokens: usage.cache_read_input_tokens ?? 0,
          cacheWriteTokens: usage.cache_creation_input_tokens ?? 0,
        };
        break;
      }
      case 'content_block_start': {
        const block = event.content_block;
        if (block.type === 'text')
          blocks.set(event.index, { kind: 'text', id: '', name: '', text: block.text, isComplete: false });
        else if (block.type === 'tool_use')
          blocks.set(event.index, { kind: 'tool', id: block.id, name: block.name, text: '', isComplete: false });
        else blocks.set(event.index, { kind: 'other', id: '', name: '', text: '', isComplete: false });
        break;
      }
      case 'content_block_delta': {
        const block = blocks.get(event.index);
        if (block === undefined) break;
        if (event.delta.type === 'text_delta') block.text += event.delta.text;
        if (event.delta.type === 'input_json_delta') block.text += event.delta.partial_json;
        if (block.kind === 'text') onProgress?.(block.text.slice(-200));
        break;
      }
      case 'content_block_stop': {
        const block = blocks.get(event.index);
        if (block !== undefined) block.isComplete = true;
        break;
      }
      case 'message_delta':
        stopReason = event.delta.stop_reason ?? stopReason;
        tokens = { ...tokens, outputTokens: event.usage.output_tokens };
        break;
      case 'message_stop':
        isEnded = true;
        break;
    }
  }
  const known = stopReasons.find((reason) => reason === stopReason);
  if (!isEnded || known === undefined)
    return policyFailure('network', 'The answer was cut off before its end.', { retryable: true });
  const all = [...blocks.values()];
  const isCut = known === 'max_tokens' || known === 'model_context_window_exceeded';
  const last = all.at(-1);
  const calls = all.filter((block) => block.kind === 'tool' && block.isComplete && !(isCut && block === last));
  const usage = { requests: 1, ...tokens, costUsd: costOf(model, tokens) };
  return success({
    turn: {
      text: all
        .filter(({ kind }) => kind === 'text')
        .map(({ text }) => text)
        .join('\n'),
      toolCalls: calls.map(({ id, name, text }) => ({ id, name, input: parseInput(text) })),
      stopReason: known,
    },
    reply: { usage, model, responseId },
  });
}

/** Malformed input is handed on as text: the gym then says what is wrong with it. */
function parseInput(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
