// A prompt as data: what the model is, what several requests begin with, and what this one asks. No provider's form.
import type { Question } from '../../protocol/policy.ts';
import { contextText, questionPrompt } from './questions.ts';

/** `shared` and `own` are the user's text, one after the other; `shared` is the same in other requests and may be empty. */
export interface Prompt {
  readonly system: string;
  readonly shared: string;
  readonly own: string;
}

export function promptOfQuestion(question: Question): Prompt {
  const { system, user } = questionPrompt(question);
  const context = contextText(question.context);
  return user.startsWith(context)
    ? { system, shared: context, own: user.slice(context.length).trimStart() }
    : { system, shared: '', own: user };
}

/** The user's text as one. */
export const userText = ({ shared, own }: Prompt): string => (shared === '' ? own : `${shared}\n\n${own}`);

/** The same question with fewer files in full, for a model that cannot take them all; says how many are missing. */
export function withFewerExcerpts<Q extends Question>(question: Q, keep: number): Q {
  const { excerpts } = question.context;
  if (keep >= excerpts.length) return question;
  const missing = excerpts.length - keep;
  const feature = `${question.feature}\n\n(${missing} of ${excerpts.length} files that were chosen are left out here, since they do not fit into the window of the model.)`;
  return { ...question, feature, context: { ...question.context, excerpts: excerpts.slice(0, keep) } };
}
