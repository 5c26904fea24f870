// Claude as a policy: two verbs over the Messages API. It returns what Claude said as data, and trusts none of it.
import type * as z from 'zod';
import {
  type Answers,
  addUsage,
  answerSchemas,
  type Episode,
  type PolicyReply,
  type QuestionKind,
  type QuestionOf,
  type Turn,
} from '../../protocol/policy.ts';
import { type Result, success } from '../../protocol/result.ts';
import type { Policy, PolicyContext } from '../policy.ts';
import { episodePrompt } from '../prompts/episode.ts';
import { type Prompt, questionPrompt } from '../prompts/questions.ts';
import { type ClaudeClient, createClient, type MessageCreateParamsStreaming, outputFormat } from './client.ts';
import { failureOf, noKey, policyFailure } from './failures.ts';
import { episodeMessages, systemBlocks, tools } from './messages.ts';
import { type Message, readStream } from './readStream.ts';

export interface ClaudeOptions {
  readonly apiKey: string | undefined;
  readonly baseUrl: string | undefined;
  readonly model: string | undefined;
  /** Milliseconds without any event after which a stream counts as broken. */
  readonly silenceMs?: number;
}

export const defaultModel = 'claude-sonnet-5-5';
const maxTokens = { decide: 8_000, decideAgain: 24_000, act: 16_000 };
const defaultSilenceMs = 120_000;

export function createClaudePolicy(options: ClaudeOptions): Policy {
  return new ClaudePolicy(options);
}

type Body = Omit<MessageCreateParamsStreaming, 'model' | 'stream'>;

class ClaudePolicy implements Policy {
  readonly name: string;
  readonly notice: string | null;
  readonly #options: ClaudeOptions;
  readonly #model: string;
  #client: ClaudeClient | undefined;

  constructor(options: ClaudeOptions) {
    this.#options = options;
    this.#model = options.model ?? defaultModel;
    this.name = `claude (${this.#model})`;
    this.notice =
      options.apiKey === undefined || options.apiKey === '' ? 'No API key is set, so Claude cannot be asked.' : null;
  }

  async decide<K extends QuestionKind>(
    question: QuestionOf<K>,
    context: PolicyContext,
  ): Promise<Result<{ answer: Answers[K]; reply: PolicyReply }>> {
    const schema: z.ZodType<Answers[K]> = answerSchemas[question.kind];
    const prompt = questionPrompt(question);
    const format = outputFormat(schema);
    const ask = async (messages: Body['messages'], limit: number) =>
      await this.#send(
        { max_tokens: limit, system: systemBlocks(prompt), messages, output_config: { format } },
        context,
      );
    const first: Body['messages'] = [{ role: 'user', content: prompt.user }];

    let answered = await ask(first, maxTokens.decide);
    if (!answered.ok) return answered;
    let { usage } = answered.value.reply;
    if (answered.value.turn.stopReason === 'max_tokens') {
      answered = await ask(first, maxTokens.decideAgain);
      if (!answered.ok) return answered;
      usage = addUsage(usage, answered.value.reply.usage);
    }
    let parsed = parseAnswer(schema, answered.value.turn);
    if (!parsed.ok && parsed.failure.reason === 'invalidAnswer') {
      answered = await ask(
        [...first, ...repair(answered.value.turn.text, parsed.failure.message)],
        maxTokens.decideAgain,
      );
      if (!answered.ok) return answered;
      usage = addUsage(usage, answered.value.reply.usage);
      parsed = parseAnswer(schema, answered.value.turn);
    }
    return parsed.ok ? success({ answer: parsed.value, reply: { ...answered.value.reply, usage } }) : parsed;
  }

  async act(episode: Episode, context: PolicyContext): Promise<Result<{ turn: Turn; reply: PolicyReply }>> {
    const prompt: Prompt = episodePrompt(episode);
    const body: Body = {
      max_tokens: maxTokens.act,
      system: systemBlocks(prompt),
      messages: episodeMessages(episode, prompt),
      tools,
    };
    const answered = await this.#send(body, context);
    if (!answered.ok) return answered;
    return stopFailure(answered.value.turn) ?? answered;
  }

  async #send(body: Body, { signal, onProgress }: PolicyContext): Promise<Result<Message>> {
    const { apiKey, baseUrl } = this.#options;
    if (apiKey === undefined || apiKey === '') return noKey();
    signal.throwIfAborted();
    const silence = new AbortController();
    const limit = this.#options.silenceMs ?? defaultSilenceMs;
    let timer = setTimeout(() => silence.abort(), limit);
    const onEvent = () => {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), limit);
    };
    try {
      this.#client ??= createClient(apiKey, baseUrl);
      const events = await this.#client.stream(
        { ...body, model: this.#model, stream: true },
        AbortSignal.any([signal, silence.signal]),
      );
      const message = await readStream(events, onProgress, onEvent);
      signal.throwIfAborted();
      if (silence.signal.aborted) return silenceFailure(limit);
      return message;
    } catch (error) {
      signal.throwIfAborted();
      if (silence.signal.aborted) return silenceFailure(limit);
      return failureOf(error);
    } finally {
      clearTimeout(timer);
    }
  }
}

const silenceFailure = (ms: number): Result<never> =>
  policyFailure('network', `The API sent nothing for ${Math.round(ms / 1000)} seconds.`, { retryable: true });

/** Stop reasons that end the work whatever was said; null for the others. */
function stopFailure(turn: Turn): Result<never> | null {
  if (turn.stopReason === 'refusal') return policyFailure('refusal', `Claude refused to answer. ${turn.text}`.trim());
  if (turn.stopReason === 'model_context_window_exceeded')
    return policyFailure('contextExceeded', 'The conversation no longer fits the context window of the model.');
  return null;
}

function parseAnswer<T>(schema: z.ZodType<T>, turn: Turn): Result<T> {
  const stopped = stopFailure(turn);
  if (stopped !== null) return stopped;
  if (turn.stopReason === 'max_tokens')
    return policyFailure('truncated', 'The answer did not fit into the longest answer that is allowed.');
  let value: unknown;
  try {
    value = JSON.parse(turn.text);
  } catch {
    return policyFailure('invalidAnswer', 'The answer is not JSON.');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return success(parsed.data);
  const issues = parsed.error.issues
    .slice(0, 8)
    .map((issue) => `${issue.path.join('.') || 'answer'}: ${issue.message}`);
  return policyFailure('invalidAnswer', `The answer does not fit the schema: ${issues.join('; ')}`);
}

const repair = (text: string, problem: string): Body['messages'] => [
  { role: 'assistant', content: text === '' ? '(empty)' : text },
  { role: 'user', content: `${problem}\nAnswer again, with the JSON alone.` },
];
