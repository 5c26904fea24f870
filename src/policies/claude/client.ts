// The only file that imports the Anthropic SDK. It is in a bundle of its own, which is loaded on first use.
import Anthropic, { APIError } from '@anthropic-ai/sdk';
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod';
import type { ContentBlockParam, MessageCreateParamsStreaming } from '@anthropic-ai/sdk/resources/messages';
import type { ModelName } from '../../protocol/policy.ts';

export type { ContentBlockParam, MessageCreateParamsStreaming };

/** A request without what a client adds to every one. */
export type Body = Omit<MessageCreateParamsStreaming, 'model' | 'stream'>;

export interface ClaudeClient {
  /** The events of one answer, as they came: their form is not checked. */
  stream(model: string, body: Body, signal: AbortSignal): Promise<AsyncIterable<unknown>>;
  /** Input tokens of a request, by the provider's own count. */
  count(model: string, body: Body, signal: AbortSignal): Promise<number>;
  /** What the API says of a model, as it came. */
  model(id: string, signal: AbortSignal): Promise<unknown>;
  /** The newest first. */
  models(signal: AbortSignal): Promise<ModelName[]>;
  readonly batches: BatchClient;
}

export interface BatchClient {
  /** The id of the batch. */
  create(
    model: string,
    requests: readonly { readonly id: string; readonly body: Body }[],
    signal: AbortSignal,
  ): Promise<string>;
  /** What the API says of a batch, as it came. */
  status(batch: string, signal: AbortSignal): Promise<unknown>;
  /** Results in any order, as they came. */
  results(batch: string, signal: AbortSignal): Promise<AsyncIterable<unknown>>;
  cancel(batch: string): Promise<void>;
}

/** Milliseconds in which the server must begin to answer. */
const headerTimeoutMs = 120_000;
/** Milliseconds for questions that are no work for a model. */
const shortTimeoutMs = 20_000;

export function createClient(apiKey: string, baseUrl: string | undefined): ClaudeClient {
  const client = new Anthropic({
    apiKey,
    // The controller retries, so that every attempt is in the journal.
    maxRetries: 0,
    // It would print what the server sent.
    logLevel: 'off',
    timeout: headerTimeoutMs,
    ...(baseUrl === undefined ? {} : { baseURL: baseUrl }),
  });
  return {
    stream: async (model, body, signal) => await client.messages.create({ ...body, model, stream: true }, { signal }),
    count: async (model, { max_tokens: _, ...body }, signal) =>
      (await client.messages.countTokens({ ...body, model }, { signal, timeout: shortTimeoutMs })).input_tokens,
    model: async (id, signal) => await client.models.retrieve(id, {}, { signal, timeout: shortTimeoutMs }),
    models: async (signal) => {
      const found: ModelName[] = [];
      const options = { signal, timeout: shortTimeoutMs };
      for await (const { id, display_name } of client.models.list({ limit: 100 }, options))
        found.push({ id, name: display_name });
      return found;
    },
    batches: {
      create: async (model, bodies, signal) => {
        const requests = bodies.map(({ id, body }) => ({ custom_id: id, params: { ...body, model } }));
        return (await client.messages.batches.create({ requests }, { signal, timeout: headerTimeoutMs })).id;
      },
      status: async (batch, signal) =>
        await client.messages.batches.retrieve(batch, {}, { signal, timeout: shortTimeoutMs }),
      results: async (batch, signal) => await client.messages.batches.results(batch, {}, { signal }),
      cancel: async (batch) => {
        await client.messages.batches.cancel(batch, {}, { timeout: shortTimeoutMs });
      },
    },
  };
}

/** The status, headers and type of an error of the API; undefined for every other error. */
export function apiErrorOf(
  error: unknown,
):
  | { status: number | undefined; type: string | null; message: string; header(name: string): string | null }
  | undefined {
  if (!(error instanceof APIError)) return undefined;
  const message = error.apiMessage ?? error.message;
  return { status: error.status, type: error.type, message, header: (name) => error.headers?.get(name) ?? null };
}

export function outputFormat(schema: Parameters<typeof zodOutputFormat>[0]) {
  const { type, schema: jsonSchema } = zodOutputFormat(schema);
  return { type, schema: jsonSchema };
}
