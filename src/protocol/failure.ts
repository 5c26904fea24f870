// Why something that may well go wrong did, as data that crosses boundaries. The functions around it are in result.ts, which
// the editor loads at start and which therefore has no schema.
import * as z from 'zod';

/** `reason` is for code, `message` is for a person and says what to do next. `retryAfterMs` is in milliseconds. */
export const failureSchema = z.object({
  reason: z.string(),
  message: z.string(),
  retryable: z.boolean().default(false),
  retryAfterMs: z.number().nonnegative().optional(),
});
export type Failure = z.infer<typeof failureSchema>;
