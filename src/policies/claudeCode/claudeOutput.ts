// What Claude Code prints in its headless mode, from text to an answer or to a failure a person can act on.
import * as z from 'zod';
import { parseJson } from '../../protocol/parseJson.ts';
import type { PolicyFailureReason, PolicyReply } from '../../protocol/policy.ts';
import { failure, type Result, success } from '../../protocol/result.ts';
import { redactSecrets } from '../redact.ts';

const count = z.number().nonnegative().nullish();

const resultSchema = z.looseObject({
  type: z.literal('result'),
  is_error: z.boolean(),
  result: z.string().nullish(),
  session_id: z.string().nullish(),
  total_cost_usd: z.number().nonnegative().nullish(),
  api_error_status: z.number().nullish(),
  usage: z
    .looseObject({
      input_tokens: count,
      output_tokens: count,
      cache_read_input_tokens: count,
      cache_creation_input_tokens: count,
    })
    .nullish(),
  modelUsage: z.record(z.string(), z.unknown()).nullish(),
});

/** How the program ended, as far as it matters here. */
export interface ClaudeCodeRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  /** Why it could not be started, or was ended by a limit; null otherwise. */
  readonly problem: string | null;
}

export function readClaudeOutput(run: ClaudeCodeRun): Result<{ text: string; reply: PolicyReply }> {
  if (run.timedOut) return failed('network', 'Claude Code took too long and was ended.', true);
  if (run.problem !== null) return failed('unavailable', `Claude Code could not be run: ${run.problem}`);
  const parsed = resultSchema.safeParse(parseJson(run.stdout.trim()));
  if (!parsed.success) return failed('unavailable', unreadable(run));
  const { is_error, result, session_id, total_cost_usd, api_error_status, usage, modelUsage } = parsed.data;
  if (is_error) return refusal(result ?? '', api_error_status ?? null);
  const [model = 'claude-code'] = Object.keys(modelUsage ?? {});
  return success({
    text: result ?? '',
    reply: {
      model,
      responseId: session_id ?? null,
      usage: {
        requests: 1,
        inputTokens: usage?.input_tokens ?? 0,
        outputTokens: usage?.output_tokens ?? 0,
        cacheReadTokens: usage?.cache_read_input_tokens ?? 0,
        cacheWriteTokens: usage?.cache_creation_input_tokens ?? 0,
        costUsd: total_cost_usd ?? 0,
      },
    },
  });
}

function refusal(said: string, status: number | null): Result<never> {
  const why = said === '' ? 'it did not say why' : said;
  if (status === null && /log ?in|logged|authenticat/i.test(said))
    return failed(
      'unavailable',
      `Claude Code is not logged in: ${why}. Run "claude" in a terminal and log in, then resume the run.`,
    );
  if (status === 401 || status === 403)
    return failed(
      'unavailable',
      `Claude Code was refused: ${why}. Run "claude" in a terminal and log in again, then resume the run.`,
    );
  if (status === 404)
    return failed('unavailable', `Claude Code does not know the model: ${why}. Check policy.model or ratchet.model.`);
  if (status === 413 || /prompt is too long/i.test(said))
    return failed('contextExceeded', `The request is too long: ${why}`);
  // A subscription's limit is not over in a moment, so nobody is asked again at once.
  if (status === 429 || /usage limit|limit reached/i.test(said))
    return failed('rateLimited', `Claude Code has reached a limit: ${why}. Resume the run when it is over.`);
  if (status !== null && status >= 500)
    return failed('overloaded', `The API cannot answer now (${status}): ${why}`, true);
  return failed('unavailable', `Claude Code failed: ${why}`);
}

function unreadable({ exitCode, stderr, stdout }: ClaudeCodeRun): string {
  const said = (stderr.trim() === '' ? stdout : stderr).trim().slice(0, 500);
  if (/unknown option/i.test(stderr))
    return `This Claude Code is too old for Ratchet (${said}). Update it with "claude update".`;
  return `Claude Code printed no result (exit code ${exitCode ?? 'none'})${said === '' ? '.' : `: ${said}`}`;
}

const failed = (reason: PolicyFailureReason, message: string, retryable = false): Result<never> =>
  failure(reason, redactSecrets(message), { retryable });
