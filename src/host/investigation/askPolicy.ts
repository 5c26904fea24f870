// The policy's part in an investigation. That it gives no answer is never the end of a run: what was found stands without it.
import type { Policy } from '../../policies/policy.ts';
import type { ActivityOutput } from '../../protocol/activities.ts';
import type { QuestionOf, Usage } from '../../protocol/policy.ts';
import { failure, type Result, success } from '../../protocol/result.ts';
import type { ActivityContext } from '../activityContext.ts';
import type { JudgeParts } from '../judge.ts';
import { isFileOf } from './isFileOf.ts';

type Paid<T> = Result<{ output: T; usage: Usage | null }>;
type Parts = Pick<JudgeParts, 'repository'> & { readonly policy: Policy };

export async function hypothesise(
  question: QuestionOf<'hypotheses'>,
  { policy, repository }: Parts,
  context: ActivityContext,
): Promise<Paid<ActivityOutput<'hypothesise'>>> {
  const answered = asked(await policy.decide(question, context));
  if (!answered.ok) return answered;
  const { answer, reply } = answered.value;
  const isPlaceKnown: boolean[] = [];
  for (const { path } of answer.hypotheses) isPlaceKnown.push(await isFileOf(repository, question.context.tree, path));
  return success({ output: { answer, isPlaceKnown, reply }, usage: reply.usage });
}

export async function doubt(
  question: QuestionOf<'doubt'>,
  { policy }: Pick<Parts, 'policy'>,
  context: ActivityContext,
): Promise<Paid<ActivityOutput<'doubt'>>> {
  const answered = asked(await policy.decide(question, context));
  return answered.ok ? success({ output: answered.value, usage: answered.value.reply.usage }) : answered;
}

/** Under the reasons of a policy the run would stop and wait for a person; it is tried again all the same. */
function asked<T>(answered: Result<T>): Result<T> {
  if (answered.ok) return answered;
  const { message, retryable, retryAfterMs } = answered.failure;
  return failure('noAnswer', message, { retryable, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
}
