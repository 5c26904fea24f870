// The only file that imports the Anthropic SDK. It is in a bundle of its own, which is loaded on first use.
import Anthropic, { APIError } from '@anthropic-ai/sdk';
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod';
import type { MessageCreateParamsStreaming, RawMessageStreamEvent } from '@anthropic-ai/sdk/resources/messages';

export type { MessageCreateParamsStreaming, RawMessageStreamEvent };

export interface ClaudeClient {
  stream(body: MessageCreateParamsStreaming, signal: AbortSignal): Promise<AsyncIterable<RawMessageStreamEvent>>;
  models(signal: AbortSignal): Promise<string[]>;
}

/** Milliseconds in which the server must begin to answer. */
const headerTimeoutMs = 120_000;

export function createClient(apiKey: string, baseUrl: string | undefined): ClaudeClient {
  const client = new Anthropic({
    apiKey,
    // The controller retries, so that every attempt is in the journal.
    maxRetries: 0,
    timeout: headerTimeoutMs,
    ...(baseUrl === undefined ? {} : { baseURL: baseUrl }),
  });
  return {
    stream: async (body, signal) => await client.messages.create(body, { signal }),
    models: async (signal) => {
      const ids: string[] = [];
      for await (const model of client.models.list({ limit: 100 }, { signal })) ids.push(model.id);
      return ids;
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
