// The only file that loads the Anthropic SDK, on first use.
import type Anthropic from '@anthropic-ai/sdk';
import type { MessageCreateParamsStreaming, RawMessageStreamEvent } from '@anthropic-ai/sdk/resources/messages';

export type { MessageCreateParamsStreaming, RawMessageStreamEvent };

export interface ClaudeClient {
  stream(body: MessageCreateParamsStreaming, signal: AbortSignal): Promise<AsyncIterable<RawMessageStreamEvent>>;
  models(signal: AbortSignal): Promise<string[]>;
}

/** Milliseconds in which the server must begin to answer. */
const headerTimeoutMs = 120_000;

export async function createClient(apiKey: string, baseUrl: string | undefined): Promise<ClaudeClient> {
  const { default: Client } = await import('@anthropic-ai/sdk');
  const client: Anthropic = new Client({
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
export async function apiErrorOf(
  error: unknown,
): Promise<
  { status: number | undefined; type: string | null; message: string; header(name: string): string | null } | undefined
> {
  const { APIError } = await import('@anthropic-ai/sdk');
  if (!(error instanceof APIError)) return undefined;
  const message = error.apiMessage ?? error.message;
  return { status: error.status, type: error.type, message, header: (name) => error.headers?.get(name) ?? null };
}

export async function outputFormat(
  schema: Parameters<typeof import('@anthropic-ai/sdk/helpers/zod').zodOutputFormat>[0],
) {
  const { zodOutputFormat } = await import('@anthropic-ai/sdk/helpers/zod');
  const { type, schema: jsonSchema } = zodOutputFormat(schema);
  return { type, schema: jsonSchema };
}
