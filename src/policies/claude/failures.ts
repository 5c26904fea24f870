// From errors of the API and the network to failures a person can act on. Never shows a key.

import type { Failure } from '../../protocol/failure.ts';
import type { PolicyFailureReason } from '../../protocol/policy.ts';
import { failure, type Result } from '../../protocol/result.ts';
import { redactSecrets } from '../redact.ts';
import { apiErrorOf } from './client.ts';

export const policyFailure = (
  reason: PolicyFailureReason,
  message: string,
  more: { retryable?: boolean; retryAfterMs?: number } = {},
): Result<never> => failure(reason, redactSecrets(message), more);

export const noKey = (): Result<never> =>
  policyFailure(
    'unavailable',
    'There is no API key. Run "Ratchet: Set API Key", or set ANTHROPIC_API_KEY in the environment. Without a key, "Ratchet: Choose Policy" leads to your own Claude Code or to a model of the editor.',
  );

/** The longest wait that a server may ask for, in milliseconds; beyond it the run stops, and can be resumed. */
const longestWaitMs = 5 * 60_000;

export function failureOf(error: unknown): Result<never> {
  const api = apiErrorOf(error);
  const status = api?.status ?? statusOfType(api?.type);
  if (api === undefined || status === undefined)
    return policyFailure('network', networkMessage(error), { retryable: true });
  const { type, message } = api;
  return failureOfStatus(status, type, message, retryAfter(api.header('retry-after-ms'), api.header('retry-after')));
}

/** An error that has a type and no status, as a result of a batch. */
export function failureOfType(type: string, message: string): Result<never> {
  return failureOfStatus(statusOfType(type) ?? 500, type, message, undefined);
}

function failureOfStatus(
  status: number,
  type: string | null,
  message: string,
  wait: number | undefined,
): Result<never> {
  switch (true) {
    case status === 401 || status === 403:
      return policyFailure(
        'unavailable',
        `The API refused the key (${status}): ${message}. Run "Ratchet: Set API Key" with a valid key, then resume the run.`,
      );
    case status === 402:
      return policyFailure('unavailable', `The account cannot pay for the request: ${message}`);
    case status === 404:
      return policyFailure(
        'unavailable',
        `The API does not know what was asked for: ${message}. Check the model (ratchet.model, policy.model) and the base URL.`,
      );
    case status === 413 || (status === 400 && /too long|context (?:window|length)|maximum.*tokens/i.test(message)):
      return policyFailure('contextExceeded', `The request is too long for the model: ${message}`);
    case status === 429:
      return later('rateLimited', `The API limits the rate of requests: ${message}`, wait);
    case status === 408 || status === 409 || status >= 500 || type === 'overloaded_error':
      return later('overloaded', `The API cannot answer now (${status}): ${message}`, wait);
    default:
      return policyFailure('unavailable', `The API refused the request (${status}): ${message}`);
  }
}

/** An error inside of a stream has a type and no status. */
function statusOfType(type: string | null | undefined): number | undefined {
  const statuses: Readonly<Record<string, number>> = {
    invalid_request_error: 400,
    authentication_error: 401,
    billing_error: 402,
    permission_error: 403,
    not_found_error: 404,
    request_too_large: 413,
    rate_limit_error: 429,
    api_error: 500,
    timeout_error: 504,
    overloaded_error: 529,
  };
  return statuses[type ?? ''];
}

function later(reason: PolicyFailureReason, message: string, waitMs: number | undefined): Result<never> {
  if (waitMs === undefined) return policyFailure(reason, message, { retryable: true });
  if (waitMs <= longestWaitMs) return policyFailure(reason, message, { retryable: true, retryAfterMs: waitMs });
  const minutes = Math.ceil(waitMs / 60_000);
  return policyFailure(reason, `${message} It asks to wait for ${minutes} minutes: resume the run then.`);
}

/** Whether the API did not take back its own signed thinking, as after a change of the account. */
export const refusesThinking = ({ reason, message }: Failure): boolean =>
  reason === 'unavailable' && /thinking/i.test(message) && /signature|bound|block/i.test(message);

function networkMessage(error: unknown): string {
  const causes: string[] = [];
  for (let cause = error; cause instanceof Error; cause = cause.cause) causes.push(cause.message);
  return `The connection to the API failed: ${causes.join(': ') || String(error)}`;
}

/** Milliseconds; `retry-after` is seconds or a date. */
export function retryAfter(milliseconds: string | null, seconds: string | null): number | undefined {
  const exact = Number(milliseconds);
  if (milliseconds !== null && Number.isFinite(exact) && exact >= 0) return exact;
  if (seconds === null) return undefined;
  const value = Number(seconds);
  if (Number.isFinite(value)) return Math.max(0, value * 1000);
  const date = Date.parse(seconds);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
