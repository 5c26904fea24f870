// Expected failures as values. Code throws only for bugs and for cancellation.
import type { Failure } from './failure.ts';

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

export const success = <T>(value: T): Result<T> => ({ ok: true, value });

export function failure<T = never>(
  reason: string,
  message: string,
  more: { retryable?: boolean; retryAfterMs?: number } = {},
): Result<T> {
  return {
    ok: false,
    failure: { reason, message, retryable: more.retryable ?? false, ...optional(more.retryAfterMs) },
  };
}

function optional(retryAfterMs: number | undefined): { retryAfterMs?: number } {
  return retryAfterMs === undefined ? {} : { retryAfterMs };
}

/** For the default branch of a switch over a closed union: a new member breaks the build here. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
