// From a way to build a request to one finished message: fits it into the window, adds the settings, and goes on where
// the model paused. Knows the account and the model; knows nothing of questions and episodes.
import type { PolicyChoice } from '../../protocol/config.ts';
import { addUsage } from '../../protocol/policy.ts';
import { type Result, success } from '../../protocol/result.ts';
import { shownInput, unshortened } from '../layouts.ts';
import type { PolicyContext } from '../policy.ts';
import { BatchDoor, type BatchOptions } from './batch.ts';
import { type Body, type ClaudeClient, createClient } from './client.ts';
import { noKey, policyFailure } from './failures.ts';
import { fitting } from './fit.ts';
import { assistantContent } from './messages.ts';
import { type ModelFacts, parseModelFacts, settingsFor } from './modelFacts.ts';
import { Priming } from './priming.ts';
import type { Message } from './readStream.ts';
import { request } from './request.ts';

/** Tokens of the window of every model that is still served; what is smaller than this needs no question. */
const smallestWindow = 200_000;
const defaultSilenceMs = 120_000;
/** How often a model may pause in one answer. */
const mostPauses = 3;

/** Who asks which model, and how. */
export interface Account extends Pick<PolicyChoice, 'effort' | 'thinking' | 'window' | 'prices'> {
  readonly apiKey: string | undefined;
  readonly baseUrl: string | undefined;
  readonly model: string;
  /** Milliseconds without any event after which a stream counts as broken. */
  readonly silenceMs?: number;
  /** Asks in batches, at half the price, for work that nobody waits for. */
  readonly batch?: BatchOptions;
}

export interface Asked {
  readonly message: Result<Message>;
  /** The level of the request that was sent; null when none was, and a shorter one is no way on. */
  readonly level: number | null;
}

export class Conversation {
  readonly #account: Account;
  readonly #priming = new Priming();
  #client: ClaudeClient | undefined;
  #batches: BatchDoor | undefined;
  #facts: Promise<ModelFacts> | undefined;

  constructor(account: Account) {
    this.#account = account;
  }

  /** `make` gives ever shorter requests; `from` is the first that is tried. */
  async ask(make: (level: number) => Body | undefined, from: number, context: PolicyContext): Promise<Asked> {
    const { apiKey, baseUrl, model, window } = this.#account;
    if (apiKey === undefined || apiKey === '') return { message: noKey(), level: null };
    this.#client ??= createClient(apiKey, baseUrl);
    const client = this.#client;
    const { signal } = context;
    const fitted = await fitting(make, {
      from,
      smallestWindow: Math.min(window ?? smallestWindow, smallestWindow),
      window: async () => window ?? (await this.#factsOf(client, signal)).max_input_tokens ?? smallestWindow,
      count: async (body) => await unlessRefused(signal, client.count(model, body, signal)),
    });
    if (!fitted.ok) return { message: fitted, level: null };
    const body = await this.#withSettings(client, fitted.value.body, signal);
    if (!body.ok) return { message: body, level: null };
    return { message: await this.#converse(client, body.value, context), level: fitted.value.level };
  }

  /** One answer, over as many requests as the model pauses. */
  async #converse(client: ClaudeClient, body: Body, context: PolicyContext): Promise<Result<Message>> {
    let whole: Message | undefined;
    for (let pauses = 0; ; pauses += 1) {
      const said =
        whole === undefined
          ? []
          : assistantContent(whole.turn, whole.reply.model, (input) => shownInput(input, 0, unshortened));
      const messages: Body['messages'] =
        whole === undefined ? body.messages : [...body.messages, { role: 'assistant', content: said }];
      const part = await this.#send(client, { ...body, messages }, context);
      if (!part.ok) return part;
      whole = whole === undefined ? part.value : joined(whole, part.value);
      if (whole.turn.stopReason !== 'pause_turn') return success(whole);
      if (pauses >= mostPauses)
        return policyFailure('truncated', `The model paused ${pauses + 1} times and did not come to an end.`);
    }
  }

  async #send(client: ClaudeClient, body: Body, context: PolicyContext): Promise<Result<Message>> {
    const { model, prices, batch, silenceMs = defaultSilenceMs } = this.#account;
    if (batch !== undefined) {
      this.#batches ??= new BatchDoor(client, this.#account, batch);
      return await this.#batches.request(body, context, prices);
    }
    const begun = await this.#priming.enter(prefixOf(body), context.signal);
    return await request(client, body, context, { model, silenceMs, prices, onBegin: begun });
  }

  async #withSettings(client: ClaudeClient, body: Body, signal: AbortSignal): Promise<Result<Body>> {
    const { effort, thinking, model } = this.#account;
    if (effort === undefined && thinking === undefined) return success(body);
    const facts = await this.#factsOf(client, signal);
    const settings = settingsFor(model, { effort, thinking }, facts, body.max_tokens);
    if (!settings.ok) return settings;
    const { effort: level, ...more } = settings.value;
    const output = level === undefined ? {} : { output_config: { ...body.output_config, effort: level } };
    return success({ ...body, ...more, ...output });
  }

  /** Asked once. What goes wrong is said by the request for an answer, or is not needed. */
  async #factsOf(client: ClaudeClient, signal: AbortSignal): Promise<ModelFacts> {
    this.#facts ??= unlessRefused(signal, client.model(this.#account.model, signal)).then(parseModelFacts);
    return await this.#facts.catch((error: unknown) => {
      // A question that was canceled says nothing about the next.
      this.#facts = undefined;
      throw error;
    });
  }
}

/** undefined where the API does not answer the question: gateways know answers and little else. */
async function unlessRefused<T>(signal: AbortSignal, asked: Promise<T>): Promise<T | undefined> {
  return await asked.catch(() => {
    signal.throwIfAborted();
    return undefined;
  });
}

/** What a request shares with others, as a key. */
const prefixOf = ({ system, tools, output_config, messages: [first] }: Body): string => {
  const [shared] = typeof first?.content === 'string' ? [] : (first?.content ?? []);
  return JSON.stringify([system, tools?.length ?? 0, output_config?.format ?? null, shared ?? null]);
};

function joined(before: Message, after: Message): Message {
  const original = [before, after].flatMap(({ turn }) => turn.original?.blocks ?? []);
  const turn = {
    ...after.turn,
    text: [before.turn.text, after.turn.text].filter((text) => text !== '').join('\n'),
    toolCalls: [...before.turn.toolCalls, ...after.turn.toolCalls],
  };
  const reply = { ...after.reply, usage: addUsage(before.reply.usage, after.reply.usage) };
  return {
    turn: original.length === 0 ? turn : { ...turn, original: { model: after.reply.model, blocks: original } },
    reply,
    refusal: after.refusal,
  };
}
