// Requests over the Message Batches API, at half the price, for work that nobody waits for. What is asked at the same time
// goes into one batch. A batch is remembered before it is waited for, so that a run that is asked again, after a crash too,
// takes up the batch that it has paid for. https://docs.claude.com/en/docs/build-with-claude/batch-processing
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { Result } from '../../protocol/result.ts';
import type { BatchLedger } from './batchLedger.ts';
import { eventsOfMessage } from './batchMessage.ts';
import { apiErrorOf, type Body, type ClaudeClient } from './client.ts';
import { failureOf, failureOfType, policyFailure } from './failures.ts';
import type { Prices } from './prices.ts';
import { type Message, readStream } from './readStream.ts';

/** What a batch costs of the price of the same requests one by one. */
export const batchFactor = 0.5;

export interface BatchOptions {
  readonly ledger: BatchLedger;
  /** How long requests wait for others of the same batch, between two looks, and for an answer; in milliseconds. */
  readonly gatherMs: number;
  readonly pollMs: number;
  readonly longestMs: number;
}

/** An activity that asks may take ten minutes; it is tried again, and after that the run can be resumed. */
export const batchTimes = { gatherMs: 250, pollMs: 15_000, longestMs: 9 * 60_000 };

interface Waiting {
  readonly id: string;
  readonly body: Body;
  readonly signal: AbortSignal;
  sent(batch: Promise<string>): void;
}

const statusSchema = z.looseObject({ processing_status: z.string() });
const resultSchema = z.looseObject({ custom_id: z.string(), result: z.looseObject({ type: z.string() }) });
const erroredSchema = z.looseObject({
  error: z.looseObject({ error: z.looseObject({ type: z.string(), message: z.string() }) }),
});
const succeededSchema = z.looseObject({ message: z.unknown() });

export class BatchDoor {
  readonly #client: ClaudeClient;
  readonly #account: { readonly model: string; readonly baseUrl: string | undefined };
  readonly #options: BatchOptions;
  #gathered: Waiting[] = [];
  /** Requests that wait for a batch, by the batch. The last one that is canceled cancels it. */
  readonly #waiters = new Map<string, number>();

  constructor(
    client: ClaudeClient,
    account: { readonly model: string; readonly baseUrl: string | undefined },
    options: BatchOptions,
  ) {
    this.#client = client;
    this.#account = account;
    this.#options = options;
  }

  async request(
    body: Body,
    context: { readonly signal: AbortSignal; readonly onProgress?: (text: string) => void },
    prices: Prices | undefined,
  ): Promise<Result<Message>> {
    const { signal, onProgress } = context;
    const { ledger } = this.#options;
    const { model, baseUrl } = this.#account;
    const id = createHash('sha256')
      .update(JSON.stringify([baseUrl, model, body]))
      .digest('hex')
      .slice(0, 48);
    const known = await ledger.get(id);
    try {
      signal.throwIfAborted();
      const batch = known ?? (await this.#send(id, body, signal));
      onProgress?.(`Waiting for the batch ${batch}`);
      const ended = await this.#ended(batch, signal);
      if (!ended)
        return policyFailure(
          'overloaded',
          `The batch ${batch} is still being worked on. Resume the run later: it takes up that batch.`,
          { retryable: true },
        );
      const result = await this.#resultOf(batch, id, signal);
      await ledger.forget(id);
      return await read(result, batch, prices);
    } catch (error) {
      signal.throwIfAborted();
      if (known === undefined || apiErrorOf(error)?.status !== 404) return failureOf(error);
      await ledger.forget(id);
      return policyFailure('network', `The API does not know the batch ${known} any more.`, { retryable: true });
    }
  }

  /** The batch that the request went into. */
  async #send(id: string, body: Body, signal: AbortSignal): Promise<string> {
    if (this.#gathered.length === 0) setTimeout(() => this.#sendAll(), this.#options.gatherMs);
    const batch = new Promise<string>((resolve) => this.#gathered.push({ id, body, signal, sent: resolve }));
    return await Promise.race([batch, rejectedBy(signal)]);
  }

  #sendAll(): void {
    const requests = this.#gathered;
    this.#gathered = [];
    const wanted = requests.filter(({ signal }) => !signal.aborted);
    const batch = this.#create(wanted);
    for (const { sent } of requests) sent(batch);
  }

  async #create(requests: readonly Waiting[]): Promise<string> {
    const [first] = requests;
    if (first === undefined) throw new Error('Every request of the batch was canceled.');
    const unique = new Map(requests.map((request) => [request.id, request]));
    const bodies = [...unique.values()].map(({ id, body }) => ({ id, body }));
    const batch = await this.#client.batches.create(this.#account.model, bodies, whenAll(requests));
    for (const id of unique.keys()) await this.#options.ledger.put(id, batch);
    return batch;
  }

  /** False when it takes longer than is waited for. A cancel of all who wait cancels the batch. */
  async #ended(batch: string, signal: AbortSignal): Promise<boolean> {
    this.#waiters.set(batch, (this.#waiters.get(batch) ?? 0) + 1);
    try {
      const until = performance.now() + this.#options.longestMs;
      for (;;) {
        signal.throwIfAborted();
        const { processing_status: status } = statusSchema.parse(await this.#client.batches.status(batch, signal));
        if (status === 'ended') return true;
        if (performance.now() + this.#options.pollMs > until) return false;
        await delay(this.#options.pollMs, undefined, { signal });
      }
    } finally {
      const left = (this.#waiters.get(batch) ?? 1) - 1;
      this.#waiters.set(batch, left);
      if (left === 0) this.#waiters.delete(batch);
      // The run is over whether or not the provider stops: there is nobody left to tell.
      if (left === 0 && signal.aborted) await this.#client.batches.cancel(batch).catch(() => undefined);
    }
  }

  async #resultOf(batch: string, id: string, signal: AbortSignal): Promise<z.infer<typeof resultSchema> | undefined> {
    for await (const raw of await this.#client.batches.results(batch, signal)) {
      const parsed = resultSchema.safeParse(raw);
      if (parsed.success && parsed.data.custom_id === id) return parsed.data;
    }
    return undefined;
  }
}

async function read(
  result: z.infer<typeof resultSchema> | undefined,
  batch: string,
  prices: Prices | undefined,
): Promise<Result<Message>> {
  switch (result?.result.type) {
    case 'succeeded': {
      const { message } = succeededSchema.parse(result.result);
      const events = eventsOfMessage(message);
      if (events === undefined)
        return policyFailure('network', 'The batch gave an answer in a form that it never has.', { retryable: true });
      const options = { onProgress: undefined, onEvent: () => undefined, prices, factor: batchFactor };
      return await readStream(events, options);
    }
    case 'errored': {
      const parsed = erroredSchema.safeParse(result.result);
      if (!parsed.success) return policyFailure('network', `The batch ${batch} failed and did not say why.`);
      const { type, message } = parsed.data.error.error;
      return failureOfType(type, message);
    }
    case 'expired':
      return policyFailure('overloaded', `The batch ${batch} was not worked on within a day.`, { retryable: true });
    case 'canceled':
      return policyFailure('unavailable', `The batch ${batch} was canceled. Resume the run to ask again.`);
    default:
      return policyFailure('network', `The batch ${batch} has no answer to this request.`, { retryable: true });
  }
}

/** Aborts when the last of the requests is canceled. */
function whenAll(requests: readonly Waiting[]): AbortSignal {
  const all = new AbortController();
  const look = () => {
    if (requests.every(({ signal }) => signal.aborted)) all.abort();
  };
  for (const { signal } of requests) signal.addEventListener('abort', look, { once: true });
  return all.signal;
}

const rejectedBy = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
