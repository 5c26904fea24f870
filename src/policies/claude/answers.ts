// From what a model said to an answer of a schema, or to why it is none. Trusts nothing that was said.
import type * as z from 'zod';
import type { Failure } from '../../protocol/failure.ts';
import { parseJson } from '../../protocol/parseJson.ts';
import type { PolicyFailureReason } from '../../protocol/policy.ts';
import { type Result, success } from '../../protocol/result.ts';
import { redactSecrets } from '../redact.ts';
import type { Body } from './client.ts';
import { policyFailure } from './failures.ts';
import type { Message } from './readStream.ts';

const failed = (reason: PolicyFailureReason, message: string): Failure => ({
  reason,
  message: redactSecrets(message),
  retryable: false,
});

/** Stop reasons that end the work whatever was said; null for the others. */
export function stopFailure({ turn, refusal }: Message): Failure | null {
  if (turn.stopReason === 'refusal') {
    const why = refusal ?? turn.text;
    return failed(
      'refusal',
      `Claude refused to answer${why === '' ? '' : `: ${why}`}. Say the feature in other words, or choose another model (policy.model).`,
    );
  }
  if (turn.stopReason === 'model_context_window_exceeded')
    return failed('contextExceeded', 'The conversation no longer fits the context window of the model.');
  return null;
}

export function parseAnswer<T>(schema: z.ZodType<T>, message: Message): Result<T> {
  const stopped = stopFailure(message);
  if (stopped !== null) return { ok: false, failure: stopped };
  const { stopReason, text } = message.turn;
  if (stopReason === 'max_tokens')
    return policyFailure('truncated', 'The answer did not fit into the longest answer that is allowed.');
  const value = parseJson(text);
  if (value === undefined) return policyFailure('invalidAnswer', 'The answer is not JSON.');
  const parsed = schema.safeParse(value);
  if (parsed.success) return success(parsed.data);
  const issues = parsed.error.issues
    .slice(0, 8)
    .map((issue) => `${issue.path.join('.') || 'answer'}: ${issue.message}`);
  return policyFailure('invalidAnswer', `The answer does not fit the schema: ${issues.join('; ')}`);
}

/** The messages that ask for an answer once more. */
export const repair = (text: string, problem: string): Body['messages'] => [
  { role: 'assistant', content: text === '' ? '(empty)' : text },
  { role: 'user', content: `${problem}\nAnswer again, with the JSON alone.` },
];
