// The HTTP layer: requests in, answers out. Prices are the domain's business.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { formatCents } from '../domain/money.ts';
import { makeQuote, type Quote } from '../domain/quote.ts';
import type { QuoteStore } from '../store/quoteStore.ts';
import { readParcel } from './readParcel.ts';

const maxBodyBytes = 10_000;

export function makeServer(store: QuoteStore, log: (entry: object) => void): Server {
  return createServer((request, response) => {
    handle(request, store).then(
      ({ status, body }) => {
        log({ method: request.method, url: request.url, status });
        send(response, status, body);
      },
      (error: unknown) => {
        log({ method: request.method, url: request.url, status: 500, error: String(error) });
        send(response, 500, { error: 'internal error' });
      },
    );
  });
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

async function handle(request: IncomingMessage, store: QuoteStore): Promise<Answer> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  if (pathname === '/health') return { status: 200, body: { ok: true } };
  if (pathname === '/quotes' && request.method === 'POST') return await postQuote(request, store);
  const [, id] = /^\/quotes\/([\w-]+)$/.exec(pathname) ?? [];
  if (id !== undefined && request.method === 'GET') {
    const quote = store.find(id, Date.now());
    return quote === undefined
      ? { status: 404, body: { error: 'no such quote' } }
      : { status: 200, body: present(quote) };
  }
  return { status: 404, body: { error: 'not found' } };
}

async function postQuote(request: IncomingMessage, store: QuoteStore): Promise<Answer> {
  const body = await readJson(request);
  if (body === undefined) return { status: 400, body: { error: 'the body is not JSON' } };
  const made = makeQuote(readParcel(body), randomUUID(), Date.now());
  if (!made.ok) return { status: 422, body: { problems: made.problems } };
  store.save(made.quote);
  return { status: 201, body: present(made.quote) };
}

function present(quote: Quote): object {
  return {
    id: quote.id,
    total: formatCents(quote.total),
    items: quote.items.map(({ label, amount }) => ({ label, amount: formatCents(amount) })),
    validUntil: new Date(quote.validUntil).toISOString(),
  };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > maxBodyBytes) return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
