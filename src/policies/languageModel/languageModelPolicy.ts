// A policy over the language models that the editor lends. It never sees the editor: the models come through a port.
import type { ChatMessage, ChatModel, ChatModels, ChatTool } from '../../protocol/chatModel.ts';
import {
  type Answers,
  type Episode,
  noUsage,
  type PolicyReply,
  type QuestionKind,
  type QuestionOf,
  type Turn,
} from '../../protocol/policy.ts';
import { failure, type Result, success } from '../../protocol/result.ts';
import { layoutAt } from '../layouts.ts';
import type { Policy, PolicyContext } from '../policy.ts';
import { decideByText, tooLarge } from '../text/textModel.ts';
import { tokensOf } from '../tokens.ts';
import { flatToolDefinitions } from '../tools.ts';
import { chatMessages } from './chatMessages.ts';

export interface LanguageModelOptions {
  /** undefined where there is no editor. */
  readonly models: ChatModels<PolicyContext> | undefined;
  /** An id, a family or a name; without it a Claude is preferred. */
  readonly model: string | undefined;
}

/** The share of a window that a request may fill by our own count, which is rough. */
const usableShare = 0.8;

const tools: readonly ChatTool[] = flatToolDefinitions;

export function createLanguageModelPolicy(options: LanguageModelOptions): Policy {
  return new LanguageModelPolicy(options);
}

class LanguageModelPolicy implements Policy {
  readonly name: string;
  readonly notice =
    'The model is one that the editor lends. What it costs is between you and its provider; tokens are estimated.';
  readonly #options: LanguageModelOptions;

  constructor(options: LanguageModelOptions) {
    this.#options = options;
    this.name = options.model === undefined ? 'languageModel' : `languageModel (${options.model})`;
  }

  async decide<K extends QuestionKind>(
    question: QuestionOf<K>,
    context: PolicyContext,
  ): Promise<Result<{ answer: Answers[K]; reply: PolicyReply }>> {
    const chosen = await this.#choose();
    if (!chosen.ok) return chosen;
    const { model, models } = chosen.value;
    const ask = async ({ system, user }: { system: string; user: string }, asking: PolicyContext) => {
      const messages: ChatMessage[] = [{ role: 'user', parts: [{ type: 'text', text: `${system}\n\n${user}` }] }];
      const answered = await models.send(model.id, messages, [], asking);
      if (!answered.ok) return answered;
      const { text } = answered.value;
      return success({ text, reply: replyOf(model, messages, text) });
    };
    return await decideByText({ window: model.maxInputTokens, ask }, question, context);
  }

  async act(episode: Episode, context: PolicyContext): Promise<Result<{ turn: Turn; reply: PolicyReply }>> {
    const chosen = await this.#choose();
    if (!chosen.ok) return chosen;
    const { model, models } = chosen.value;
    const messages = fitting(episode, model.maxInputTokens);
    if (messages === undefined) return tooLarge();
    const answered = await models.send(model.id, messages, tools, context);
    if (!answered.ok) return answered;
    const { text, calls } = answered.value;
    const ids = new Set<string>();
    const toolCalls = calls.map(({ id, name, input }, index) => {
      const own = id === '' || ids.has(id) ? `call-${episode.history.length}-${index}` : id;
      ids.add(own);
      return { id: own, name, input };
    });
    return success({
      turn: { text, toolCalls, stopReason: toolCalls.length > 0 ? 'tool_use' : 'end_turn' },
      reply: replyOf(model, messages, text + JSON.stringify(calls)),
    });
  }

  async #choose(): Promise<Result<{ model: ChatModel; models: ChatModels<PolicyContext> }>> {
    const { models, model: asked } = this.#options;
    if (models === undefined)
      return failure(
        'unavailable',
        'The models of the editor can only be asked in the editor. Choose another policy here.',
      );
    const all = await models.list();
    if (all.length === 0)
      return failure(
        'unavailable',
        'The editor has no language model. Install an extension that brings one, such as GitHub Copilot Chat, and sign in; or choose another policy with "Ratchet: Choose Policy".',
      );
    const found =
      asked === undefined
        ? (all.find(({ family, id }) => /claude/i.test(`${family} ${id}`)) ?? all[0])
        : all.find(({ id, family, name }) => [id, family, name].includes(asked));
    if (found !== undefined) return success({ model: found, models });
    const names = all.map(({ id }) => id).join(', ');
    return failure(
      'unavailable',
      `The editor has no model ${asked}. It has: ${names}. Check ratchet.model or policy.model.`,
    );
  }
}

function fitting(episode: Episode, window: number): ChatMessage[] | undefined {
  const toolTokens = tokensOf(JSON.stringify(tools));
  for (let level = 0; ; level += 1) {
    const layout = layoutAt(level, episode.history.length);
    if (layout === undefined) return undefined;
    const messages = chatMessages(episode, layout);
    if (tokensOf(JSON.stringify(messages)) + toolTokens <= usableShare * window) return messages;
  }
}

/** The editor does not say what was counted or what it cost. */
const replyOf = (model: ChatModel, messages: readonly ChatMessage[], said: string): PolicyReply => ({
  model: model.id,
  responseId: null,
  usage: {
    ...noUsage,
    requests: 1,
    inputTokens: tokensOf(JSON.stringify(messages)),
    outputTokens: tokensOf(said),
  },
});
