// A model that takes text and gives text, and the verb `decide` over it. What such a model is told is all in the text.
import type * as z from 'zod';
import {
  type Answers,
  addUsage,
  answerSchemaOf,
  noUsage,
  type PolicyReply,
  type QuestionKind,
  type QuestionOf,
} from '../../protocol/policy.ts';
import { failure, type Result, success } from '../../protocol/result.ts';
import type { PolicyContext } from '../policy.ts';
import { promptOfQuestion, userText, withFewerExcerpts } from '../prompts/prompt.ts';
import { tokensOf } from '../tokens.ts';
import { answerRule, parseTextAnswer, repairText } from './jsonAnswer.ts';

export interface TextRequest {
  readonly system: string;
  readonly user: string;
}

export interface TextModel {
  /** Tokens of its window. */
  readonly window: number;
  ask(request: TextRequest, context: PolicyContext): Promise<Result<{ text: string; reply: PolicyReply }>>;
}

/** The share of a window that a request may fill by our own count, which is rough. */
const usableShare = 0.8;
/** Shares of the chosen files that a question shows, when not all fit. */
const excerptShares = [1, 0.5, 0.2, 0];

export const fits = ({ system, user }: TextRequest, window: number): boolean =>
  tokensOf(system) + tokensOf(user) <= usableShare * window;

export const tooLarge = (): Result<never> =>
  failure(
    'contextExceeded',
    'The request does not fit into the window of the model. Choose a model with a larger window (policy.model), or make the step or context.tokens smaller.',
  );

export async function decideByText<K extends QuestionKind>(
  model: TextModel,
  question: QuestionOf<K>,
  context: PolicyContext,
): Promise<Result<{ answer: Answers[K]; reply: PolicyReply }>> {
  const schema = answerSchemaOf(question);
  const rule = answerRule(schema);
  const request = excerptShares
    .map((share): TextRequest => {
      const shown = withFewerExcerpts(question, Math.floor(share * question.context.excerpts.length));
      const prompt = promptOfQuestion(shown);
      return { system: prompt.system, user: `${userText(prompt)}\n\n${rule}` };
    })
    .find((candidate) => fits(candidate, model.window));
  if (request === undefined) return tooLarge();
  return await askForJson(model, request, schema, context);
}

/** Asks, and once more when the answer does not fit the schema. */
export async function askForJson<T>(
  model: TextModel,
  request: TextRequest,
  schema: z.ZodType<T>,
  context: PolicyContext,
): Promise<Result<{ answer: T; reply: PolicyReply }>> {
  let usage = noUsage;
  let { user } = request;
  for (let asked = 1; ; asked += 1) {
    const said = await model.ask({ system: request.system, user }, context);
    if (!said.ok) return said;
    usage = addUsage(usage, said.value.reply.usage);
    const parsed = parseTextAnswer(schema, said.value.text);
    if (parsed.ok) return success({ answer: parsed.value, reply: { ...said.value.reply, usage } });
    if (asked >= 2) return parsed;
    user = `${request.user}\n\n${repairText(said.value.text, parsed.failure.message)}`;
  }
}
