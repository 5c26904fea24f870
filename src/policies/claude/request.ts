// One request to the API, from a body to a message or a failure. Knows time limits; never waits to try again.
import type { Result } from '../../protocol/result.ts';
import type { PolicyContext } from '../policy.ts';
import type { Body, ClaudeClient } from './client.ts';
import { failureOf, policyFailure } from './failures.ts';
import type { Prices } from './prices.ts';
import { type Message, readStream } from './readStream.ts';

export interface RequestOptions {
  readonly model: string;
  /** Milliseconds without any event after which a stream counts as broken. */
  readonly silenceMs: number;
  readonly prices: Prices | undefined;
  /** Called when the answer begins: what was sent is in the provider's cache from then on. */
  readonly onBegin: () => void;
}

export async function request(
  client: ClaudeClient,
  body: Body,
  { signal, onProgress }: PolicyContext,
  options: RequestOptions,
): Promise<Result<Message>> {
  const { silenceMs } = options;
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), silenceMs);
  const onEvent = () => {
    options.onBegin();
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), silenceMs);
  };
  try {
    signal.throwIfAborted();
    const events = await client.stream(options.model, body, AbortSignal.any([signal, silence.signal]));
    const message = await readStream(events, { onProgress, onEvent, prices: options.prices });
    signal.throwIfAborted();
    return silence.signal.aborted ? silenceFailure(silenceMs) : message;
  } catch (error) {
    signal.throwIfAborted();
    return silence.signal.aborted ? silenceFailure(silenceMs) : failureOf(error);
  } finally {
    options.onBegin();
    clearTimeout(timer);
  }
}

const silenceFailure = (ms: number): Result<never> =>
  policyFailure('network', `The API sent nothing for ${Math.round(ms / 1000)} seconds.`, { retryable: true });
