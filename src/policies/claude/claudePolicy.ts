// Claude as a policy: two verbs over the Messages API. It returns what Claude said as data, and trusts none of it.
import type { Failure } from '../../protocol/failure.ts';
import {
  type Answers,
  addUsage,
  answerSchemaOf,
  type Episode,
  type ModelName,
  noUsage,
  type PolicyReply,
  type QuestionKind,
  type QuestionOf,
  type Turn,
} from '../../protocol/policy.ts';
import { type Result, success } from '../../protocol/result.ts';
import { layoutAt } from '../layouts.ts';
import type { Policy, PolicyContext } from '../policy.ts';
import { episodePrompt } from '../prompts/episode.ts';
import { promptOfQuestion, withFewerExcerpts } from '../prompts/prompt.ts';
import { parseAnswer, repair, stopFailure } from './answers.ts';
import { type BatchOptions, batchTimes } from './batch.ts';
import { BatchLedger } from './batchLedger.ts';
import { type Body, createClient, outputFormat } from './client.ts';
import { type Account, Conversation } from './conversation.ts';
import { failureOf, noKey, refusesThinking } from './failures.ts';
import { episodeMessages, firstMessage, systemBlocks, tools } from './messages.ts';

export interface ClaudeOptions extends Omit<Account, 'model'> {
  readonly model: string | undefined;
}

export const defaultModel = 'claude-sonnet-5-5';
/** Thinking counts as output. */
const maxTokens = { decide: 16_000, decideAgain: 48_000, act: 32_000 };
/** Shares of the chosen files that a question shows, when not all fit. */
const excerptShares = [1, 0.5, 0.2, 0];
/** Requests for one answer, whatever goes wrong. */
const mostAsked = 5;

/** The models that the key may ask, the newest first. */
export async function listClaudeModels(
  account: Pick<ClaudeOptions, 'apiKey' | 'baseUrl'>,
  signal: AbortSignal,
): Promise<Result<ModelName[]>> {
  const { apiKey, baseUrl } = account;
  if (apiKey === undefined || apiKey === '') return noKey();
  try {
    return success(await createClient(apiKey, baseUrl).models(signal));
  } catch (error) {
    signal.throwIfAborted();
    return failureOf(error);
  }
}

/** How to ask in batches, which are remembered in a folder. */
export const batchesIn = (folder: string): BatchOptions => ({ ...batchTimes, ledger: new BatchLedger(folder) });

export function createClaudePolicy(options: ClaudeOptions): Policy {
  return new ClaudePolicy(options);
}

class ClaudePolicy implements Policy {
  readonly name: string;
  readonly notice: string | null;
  readonly #model: string;
  readonly #conversation: Conversation;

  constructor(options: ClaudeOptions) {
    this.#model = options.model ?? defaultModel;
    this.#conversation = new Conversation({ ...options, model: this.#model });
    this.name = `claude (${this.#model}${options.batch === undefined ? '' : ', in batches'})`;
    this.notice =
      options.apiKey === undefined || options.apiKey === '' ? 'No API key is set, so Claude cannot be asked.' : null;
  }

  async decide<K extends QuestionKind>(
    question: QuestionOf<K>,
    context: PolicyContext,
  ): Promise<Result<{ answer: Answers[K]; reply: PolicyReply }>> {
    const schema = answerSchemaOf(question);
    const format = outputFormat(schema);
    let limit = maxTokens.decide;
    let more: Body['messages'] = [];
    const { length } = question.context.excerpts;
    const counts = [...new Set(excerptShares.map((share) => Math.floor(share * length)))];
    const make = (level: number): Body | undefined => {
      const count = counts[level];
      if (count === undefined) return undefined;
      const prompt = promptOfQuestion(withFewerExcerpts(question, count));
      const messages = [firstMessage(prompt, false), ...more];
      return { max_tokens: limit, system: systemBlocks(prompt), messages, output_config: { format } };
    };
    let usage = noUsage;
    let level = 0;
    for (let asked = 1; ; asked += 1) {
      const { message, level: sent } = await this.#conversation.ask(make, level, context);
      if (message.ok) usage = addUsage(usage, message.value.reply.usage);
      const parsed = message.ok ? parseAnswer(schema, message.value) : message;
      if (message.ok && parsed.ok) return success({ answer: parsed.value, reply: { ...message.value.reply, usage } });
      const failed = failureIn(parsed);
      const mayAsk = asked < mostAsked && sent !== null;
      if (mayAsk && failed.reason === 'contextExceeded') level = sent + 1;
      else if (mayAsk && failed.reason === 'truncated' && limit < maxTokens.decideAgain) limit = maxTokens.decideAgain;
      else if (mayAsk && failed.reason === 'invalidAnswer' && message.ok && more.length === 0) {
        limit = maxTokens.decideAgain;
        more = repair(message.value.turn.text, failed.message);
      } else return { ok: false, failure: failed };
    }
  }

  async act(episode: Episode, context: PolicyContext): Promise<Result<{ turn: Turn; reply: PolicyReply }>> {
    const prompt = episodePrompt(episode);
    let thinkingOf: string | null = this.#model;
    const make = (level: number): Body | undefined => {
      const layout = layoutAt(level, episode.history.length);
      if (layout === undefined) return undefined;
      const messages = episodeMessages(episode, prompt, layout, level === 0 ? thinkingOf : null);
      return { max_tokens: maxTokens.act, system: systemBlocks(prompt), messages, tools };
    };
    let usage = noUsage;
    let level = 0;
    for (let asked = 1; ; asked += 1) {
      const { message, level: sent } = await this.#conversation.ask(make, level, context);
      if (message.ok) usage = addUsage(usage, message.value.reply.usage);
      const stopped = message.ok ? stopFailure(message.value) : message.failure;
      if (message.ok && stopped === null)
        return success({ turn: message.value.turn, reply: { ...message.value.reply, usage } });
      const failed = stopped ?? failureIn(message);
      const mayAsk = asked < mostAsked && sent !== null;
      if (mayAsk && failed.reason === 'contextExceeded' && make(sent + 1) !== undefined) level = sent + 1;
      else if (mayAsk && thinkingOf !== null && refusesThinking(failed)) thinkingOf = null;
      else return { ok: false, failure: failed };
    }
  }
}

function failureIn(result: Result<unknown>): Failure {
  if (result.ok) throw new Error('There is no failure here.');
  return result.failure;
}
