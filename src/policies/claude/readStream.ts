// One streamed message, put together event by event. A stream that ends before its end is a network failure, and a tool
// call that was cut short is dropped: half a call is never executed.
import type { PolicyReply, Turn } from '../../protocol/policy.ts';
import { stopReasons } from '../../protocol/policy.ts';
import { type Result, success } from '../../protocol/result.ts';
import { policyFailure } from './failures.ts';
import { costOf, type Prices } from './prices.ts';
import { parseEvent, type StreamEvent } from './streamEvents.ts';
import { parseToolInput } from './toolInput.ts';

export interface Message {
  readonly turn: Turn;
  readonly reply: PolicyReply;
  /** Why the model refused, in the provider's words; null when it did not or did not say. */
  readonly refusal: string | null;
}

interface Block {
  readonly type: string;
  readonly id: string;
  readonly name: string;
  readonly data: string;
  text: string;
  json: string;
  thinking: string;
  signature: string;
  isComplete: boolean;
}

type Tokens = Omit<PolicyReply['usage'], 'requests' | 'costUsd'>;

class Assembly {
  readonly blocks = new Map<number, Block>();
  model = '';
  responseId: string | null = null;
  stopReason: string | null = null;
  refusal: string | null = null;
  isEnded = false;
  tokens: Tokens = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

  /** Returns what is being said just now, for people. */
  add(event: StreamEvent): string | null {
    switch (event.type) {
      case 'message_start':
        this.#start(event.message);
        return null;
      case 'content_block_start': {
        const { type, id = '', name = '', data = '', text = '', thinking = '', signature = '' } = event.content_block;
        // A block that is announced twice is the same block.
        if (!this.blocks.has(event.index))
          this.blocks.set(event.index, {
            type,
            id,
            name,
            data,
            text,
            json: '',
            thinking,
            signature,
            isComplete: false,
          });
        return null;
      }
      case 'content_block_delta': {
        const block = this.blocks.get(event.index);
        if (block === undefined || block.isComplete) return null;
        const { text = '', partial_json = '', thinking = '', signature = '' } = event.delta;
        block.text += text;
        block.json += partial_json;
        block.thinking += thinking;
        block.signature += signature;
        const said = block.type === 'thinking' ? block.thinking : block.text;
        return said === '' ? null : said;
      }
      case 'content_block_stop': {
        const block = this.blocks.get(event.index);
        if (block !== undefined) block.isComplete = true;
        return null;
      }
      case 'message_delta': {
        const { stop_reason, stop_details } = event.delta;
        this.stopReason = stop_reason ?? this.stopReason;
        this.refusal = stop_details?.explanation ?? stop_details?.category ?? this.refusal;
        this.tokens = { ...this.tokens, outputTokens: event.usage?.output_tokens ?? this.tokens.outputTokens };
        return null;
      }
      case 'message_stop':
        this.isEnded = true;
        return null;
    }
  }

  #start({ id, model, usage }: Extract<StreamEvent, { type: 'message_start' }>['message']): void {
    this.model = model;
    this.responseId = id;
    this.tokens = {
      inputTokens: usage.input_tokens,
      outputTokens: usage.output_tokens,
      cacheReadTokens: usage.cache_read_input_tokens ?? 0,
      cacheWriteTokens: usage.cache_creation_input_tokens ?? 0,
    };
  }
}

export async function readStream(
  events: AsyncIterable<unknown>,
  options: {
    readonly onProgress: ((text: string) => void) | undefined;
    readonly onEvent: () => void;
    readonly prices: Prices | undefined;
    /** What of the price is asked for; 1 by default. */
    readonly factor?: number;
  },
): Promise<Result<Message>> {
  const assembly = new Assembly();
  for await (const raw of events) {
    options.onEvent();
    const event = parseEvent(raw);
    if (event === 'unknown') continue;
    if (event === 'broken')
      return policyFailure('network', 'The API sent an event in a form that it never has.', { retryable: true });
    const said = assembly.add(event);
    if (said !== null) options.onProgress?.(said.slice(-200));
  }
  const { model, responseId, tokens, refusal } = assembly;
  const stopReason = stopReasons.find((reason) => reason === assembly.stopReason);
  if (!assembly.isEnded) return policyFailure('network', 'The answer was cut off before its end.', { retryable: true });
  if (stopReason === undefined)
    return policyFailure('network', `The answer ended in an unknown way: ${assembly.stopReason}.`, { retryable: true });
  const usage = { requests: 1, ...tokens, costUsd: costOf(model, tokens, options.prices) * (options.factor ?? 1) };
  const turn = turnOf([...assembly.blocks.values()], stopReason, model);
  return success({ turn, reply: { usage, model, responseId }, refusal });
}

function turnOf(blocks: readonly Block[], stopReason: Turn['stopReason'], model: string): Turn {
  const isCut = stopReason === 'max_tokens' || stopReason === 'model_context_window_exceeded';
  const last = blocks.at(-1);
  const ids = new Set<string>();
  const said: { original: Record<string, unknown>; call?: Turn['toolCalls'][number] }[] = [];
  for (const block of blocks) {
    const { type, text, thinking, signature, data, name } = block;
    if (type === 'text' && text !== '') said.push({ original: { type, text } });
    // Without its signature, thinking is not taken back.
    else if (type === 'thinking' && signature !== '') said.push({ original: { type, thinking, signature } });
    else if (type === 'redacted_thinking' && data !== '') said.push({ original: { type, data } });
    else if (type === 'tool_use' && block.isComplete && !(isCut && block === last)) {
      const id = block.id === '' || ids.has(block.id) ? `call_${ids.size}` : block.id;
      ids.add(id);
      const input = parseToolInput(block.json);
      // The call itself stands in the turn; here is only where.
      said.push({ original: { type, id }, call: { id, name, input } });
    }
  }
  const hasThinking = blocks.some(({ type }) => type === 'thinking' || type === 'redacted_thinking');
  return {
    text: blocks
      .filter(({ type }) => type === 'text')
      .map(({ text }) => text)
      .join('\n'),
    toolCalls: said.flatMap(({ call }) => (call === undefined ? [] : [call])),
    stopReason,
    ...(hasThinking ? { original: { model, blocks: said.map(({ original }) => original) } } : {}),
  };
}
