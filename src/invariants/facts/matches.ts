// A place in a file that a rule may object to, with what identifies it when lines and files move.
import * as z from 'zod';
import { rangeSchema } from '../../protocol/verdict.ts';

export const matchSchema = z.object({
  range: rangeSchema,
  text: z.string(),
  /** The path of enclosing named functions and classes, or `-`. */
  symbol: z.string(),
  /** A digest of the enclosing declaration, or of the whole file, without white space. */
  context: z.string(),
  /** The text that would take its place. */
  fix: z.string().optional(),
});
export type Match = z.infer<typeof matchSchema>;
