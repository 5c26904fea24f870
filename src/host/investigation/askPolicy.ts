// The policy's part in an investigation. That it gives no answer is never the end of a run: what was found stands without it.
import type * as z from 'zod';
import type { Policy } from '../../policies/policy.ts';
import type { ActivityOutput } from '../../protocol/activities.ts';
import { doubtSchema, hypothesesSchema } from '../../protocol/hypotheses.ts';
import type { PolicyReply, QuestionOf, Usage } from '../../protocol/policy.ts';
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
  const answered = asked(hypothesesSchema, await policy.decide(question, context));
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
  const answered = asked(doubtSchema, await policy.decide(question, context));
  return answered.ok ? success({ output: answered.value, usage: answered.value.reply.usage }) : answered;
}

/**
 * Under the reasons of a policy the run would stop and wait for a person; it is tried again all the same. No adapter is trusted to
 * have looked at what it gives.
 */
function asked<T>(
  schema: z.ZodType<T>,
  answered: Result<{ answer: T; reply: PolicyReply }>,
): Result<{ answer: T; reply: PolicyReply }> {
  if (!answered.ok) {
    const { message, retryable, retryAfterMs } = answered.failure;
    return failure('noAnswer', message, { retryable, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
  }
  const { answer, reply } = answered.value;
  const parsed = schema.safeParse(answer);
  return parsed.success
    ? success({ answer: parsed.data, reply })
    : failure('noAnswer', 'The policy gave an answer of another form.');
}
