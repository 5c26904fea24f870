// Expected failures as values. Code throws only for bugs and for cancellation.
import * as z from 'zod';

/**
 * Why something that may well go wrong did. `reason` is for code, `message` is for a person and says what to do next.
 * `retryAfterMs` is in milliseconds.
 */
export const failureSchema = z.object({
  reason: z.string(),
  message: z.string(),
  retryable: z.boolean().default(false),
  retryAfterMs: z.number().nonnegative().optional(),
});
export type Failure = z.infer<typeof failureSchema>;

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
