// A real HTTP server that speaks the Messages API: streamed events, models, and faults. What it answers is scripted.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { type BatchBehaviour, type FakeBatch, FakeBatches } from './messageBatches.ts';
import { problemOf } from './requestRules.ts';

export type Block =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | { readonly type: 'redacted_thinking'; readonly data: string }
  /** `raw` is sent as it is, so that it can be malformed. */
  | { readonly type: 'tool_use'; readonly name: string; readonly input?: unknown; readonly raw?: string };

export type FakeAnswer =
  | {
      readonly kind: 'message';
      readonly blocks: readonly Block[];
      readonly stopReason?: string;
      /** In the provider's words, with the stop reason `refusal`. */
      readonly refusal?: string;
      readonly usage?: Partial<FakeUsage>;
    }
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly type: string;
      readonly message: string;
      readonly headers?: Record<string, string>;
    }
  /** The connection is reset before any answer. */
  | { readonly kind: 'reset' }
  /** The stream ends after this many events of a message, without its end. */
  | { readonly kind: 'cut'; readonly after: number; readonly blocks: readonly Block[] }
  /** The stream begins and then says nothing. */
  | { readonly kind: 'silent' }
  /** These very events, each after a wait; then the stream ends, unless it is to hang. */
  | {
      readonly kind: 'events';
      readonly events: readonly StreamEvent[];
      readonly delayMs?: number;
      readonly hangs?: boolean;
    }
  /** An answer that is no stream of events. */
  | { readonly kind: 'body'; readonly status: number; readonly contentType: string; readonly text: string };

interface FakeUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly cache_creation_input_tokens: number;
}

const requestSchema = z.looseObject({
  model: z.string(),
  max_tokens: z.number(),
  stream: z.boolean().optional(),
  system: z.array(z.looseObject({ text: z.string() })).optional(),
  messages: z.array(z.looseObject({ role: z.enum(['user', 'assistant']), content: z.unknown() })),
  tools: z.array(z.looseObject({ name: z.string() })).optional(),
  thinking: z.looseObject({ type: z.string() }).optional(),
  output_config: z
    .looseObject({
      effort: z.string().optional(),
      format: z.looseObject({ type: z.literal('json_schema'), schema: z.unknown() }).optional(),
    })
    .optional(),
});
export type FakeRequest = z.infer<typeof requestSchema>;

export interface MessagesServer {
  readonly url: string;
  readonly requests: FakeRequest[];
  readonly keys: (string | undefined)[];
  /** Why requests were refused that the API would have refused. */
  readonly problems: string[];
  /** Requests whose tokens were counted. */
  readonly counted: FakeRequest[];
  readonly batches: readonly FakeBatch[];
  close(): Promise<void>;
}

export interface ServerOptions {
  /** Input tokens of a request; undefined: there is no such endpoint, as at many gateways. */
  readonly count?: (request: FakeRequest) => number;
  /** What is said of a model; undefined: there is no such endpoint. */
  readonly model?: Readonly<Record<string, unknown>>;
  /** undefined: there is no such endpoint. */
  readonly batches?: BatchBehaviour;
}

const batchSchema = z.strictObject({
  requests: z
    .array(z.strictObject({ custom_id: z.string().regex(/^[\w-]{1,64}$/), params: requestSchema }))
    .min(1)
    .refine((all) => new Set(all.map(({ custom_id }) => custom_id)).size === all.length, 'custom_id must be unique'),
});

/** `answer` is asked for every request, in order; what it throws becomes a 500. */
export async function startMessagesServer(
  answer: (request: FakeRequest, number: number) => FakeAnswer,
  options: ServerOptions = {},
): Promise<MessagesServer> {
  const counted: FakeRequest[] = [];
  const problems: string[] = [];
  const requests: FakeRequest[] = [];
  const keys: (string | undefined)[] = [];
  const batches = options.batches === undefined ? undefined : new FakeBatches(options.batches, answer);
  const server: Server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => sendError(response, 500, 'api_error', String(error)));
  });
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/v1/models')
      return sendJson(response, 200, {
        data: [{ type: 'model', id: 'claude-fake-1', display_name: 'Fake', created_at: '2026-01-01T00:00:00Z' }],
        has_more: false,
        first_id: null,
        last_id: null,
      });
    if (pathname.startsWith('/v1/models/') && options.model !== undefined)
      return sendJson(response, 200, { type: 'model', id: pathname.slice('/v1/models/'.length), ...options.model });
    if (pathname === '/v1/messages/count_tokens' && options.count !== undefined) {
      const asked = requestSchema.partial({ max_tokens: true }).parse(JSON.parse(await bodyOf(request)));
      counted.push({ ...asked, max_tokens: 0 });
      return sendJson(response, 200, { input_tokens: options.count({ ...asked, max_tokens: 0 }) });
    }
    if (batches !== undefined && pathname.startsWith('/v1/messages/batches'))
      return await answerBatch(batches, pathname, request, response);
    if (pathname !== '/v1/messages' || request.method !== 'POST')
      return sendError(response, 404, 'not_found_error', 'no such endpoint');
    const parsed = requestSchema.safeParse(JSON.parse(await bodyOf(request)));
    if (!parsed.success) return sendError(response, 400, 'invalid_request_error', parsed.error.message);
    const problem = problemOf(parsed.data);
    if (problem !== null) {
      problems.push(problem);
      return sendError(response, 400, 'invalid_request_error', problem);
    }
    requests.push(parsed.data);
    keys.push(request.headers['x-api-key']?.toString() ?? request.headers.authorization?.replace(/^Bearer /, ''));
    const answered = answer(parsed.data, requests.length);
    const { model } = parsed.data;
    const prefix = `toolu_${requests.length}_`;
    switch (answered.kind) {
      case 'error':
        return sendError(response, answered.status, answered.type, answered.message, answered.headers);
      case 'reset':
        request.socket.destroy();
        return;
      case 'silent':
        beginStream(response);
        return;
      case 'cut': {
        beginStream(response);
        for (const event of eventsOf(model, { ...answered, kind: 'message' }, prefix).slice(0, answered.after))
          send(response, event);
        response.socket?.end();
        return;
      }
      case 'events': {
        beginStream(response);
        for (const event of answered.events) {
          if (answered.delayMs !== undefined) await delay(answered.delayMs);
          send(response, event);
        }
        if (answered.hangs !== true) response.end();
        return;
      }
      case 'body':
        response.writeHead(answered.status, { 'content-type': answered.contentType });
        response.end(answered.text);
        return;
      case 'message': {
        beginStream(response);
        for (const event of eventsOf(model, answered, prefix)) send(response, event);
        response.end();
      }
    }
  }
  async function answerBatch(
    all: FakeBatches,
    pathname: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const [id = '', part] = pathname.slice('/v1/messages/batches/'.length).split('/');
    if (id === '') {
      const parsed = batchSchema.safeParse(JSON.parse(await bodyOf(request)));
      if (!parsed.success) return sendError(response, 400, 'invalid_request_error', parsed.error.message);
      const problem = parsed.data.requests.map(({ params }) => problemOf(params)).find((one) => one !== null);
      if (typeof problem === 'string') {
        problems.push(problem);
        return sendError(response, 400, 'invalid_request_error', problem);
      }
      requests.push(...parsed.data.requests.map(({ params }) => params));
      return sendJson(response, 200, all.create(parsed.data.requests));
    }
    const batch = all.find(id);
    if (batch === undefined) return sendError(response, 404, 'not_found_error', 'no such batch');
    if (part === 'results') {
      response.writeHead(200, { 'content-type': 'application/x-jsonl' });
      response.end(all.results(batch));
      return;
    }
    const said = part === 'cancel' ? all.cancel(id) : all.look(id);
    // The SDK asks for the results at the address that the batch names.
    const results_url = `http://${request.headers.host}/v1/messages/batches/${id}/results`;
    sendJson(response, 200, { ...z.looseObject({}).parse(said), results_url });
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    keys,
    counted,
    problems,
    batches: batches?.all ?? [],
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const say = (text: string): FakeAnswer => ({ kind: 'message', blocks: [{ type: 'text', text }] });
export const sayJson = (value: unknown): FakeAnswer => say(JSON.stringify(value));
export const call = (...calls: [name: string, input: unknown][]): FakeAnswer => ({
  kind: 'message',
  blocks: calls.map(([name, input]): Block => ({ type: 'tool_use', name, input })),
});

export interface StreamEvent {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** The events of a message, as the API sends them. */
export function eventsOf(
  model: string,
  answer: Extract<FakeAnswer, { kind: 'message' }>,
  idPrefix = 'toolu_',
): StreamEvent[] {
  const { blocks, stopReason, refusal, usage = {} } = answer;
  const tokens = {
    input_tokens: 100,
    output_tokens: 1,
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 0,
    ...usage,
  };
  const message = {
    id: 'msg_fake',
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: tokens,
  };
  const events: StreamEvent[] = [{ type: 'message_start', message }, { type: 'ping' }];
  blocks.forEach((block, index) => {
    const [start, ...deltas] = partsOf(block, `${idPrefix}${index}`);
    events.push({ type: 'content_block_start', index, content_block: start });
    for (const delta of deltas) events.push({ type: 'content_block_delta', index, delta });
    events.push({ type: 'content_block_stop', index });
  });
  const reason = stopReason ?? (blocks.some(({ type }) => type === 'tool_use') ? 'tool_use' : 'end_turn');
  const details = refusal === undefined ? null : { type: 'refusal', category: null, explanation: refusal };
  events.push({
    type: 'message_delta',
    delta: { stop_reason: reason, stop_sequence: null, stop_details: details },
    usage: { output_tokens: usage.output_tokens ?? 50 },
  });
  events.push({ type: 'message_stop' });
  return events;
}

/** What a block begins with, and what follows. */
function partsOf(block: Block, id: string): Record<string, unknown>[] {
  switch (block.type) {
    case 'text':
      return [{ type: 'text', text: '' }, ...pieces(block.text).map((text) => ({ type: 'text_delta', text }))];
    case 'thinking':
      return [
        { type: 'thinking', thinking: '', signature: '' },
        ...pieces(block.thinking).map((thinking) => ({ type: 'thinking_delta', thinking })),
        { type: 'signature_delta', signature: block.signature },
      ];
    case 'redacted_thinking':
      return [{ type: 'redacted_thinking', data: block.data }];
    case 'tool_use':
      return [
        { type: 'tool_use', id, name: block.name, input: {} },
        ...pieces(block.raw ?? JSON.stringify(block.input ?? {})).map((json) => ({
          type: 'input_json_delta',
          partial_json: json,
        })),
      ];
  }
}

/** Small pieces, as the API sends them, but not too many. */
const pieces = (text: string): string[] =>
  text.match(text.length > 100_000 ? /[\s\S]{1,50000}/g : /[\s\S]{1,400}/g) ?? [''];

function beginStream(response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache',
    'request-id': 'req_fake',
  });
  response.flushHeaders();
}

function send(response: ServerResponse, event: StreamEvent): void {
  response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

function sendJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

function sendError(
  response: ServerResponse,
  status: number,
  type: string,
  message: string,
  headers?: Record<string, string>,
): void {
  sendJson(response, status, { type: 'error', error: { type, message } }, headers);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
