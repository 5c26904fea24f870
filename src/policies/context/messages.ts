// What the context engine's client and its child process say to each other.
import * as z from 'zod';
import { repoContextSchema } from '../../protocol/policy.ts';

export const contextRequestSchema = z.object({
  id: z.number(),
  /** Absolute path of the working copy. */
  root: z.string(),
  /** Absolute path of the git folder that all worktrees share; the cache is kept there. */
  commonDir: z.string(),
  tree: z.string(),
  feature: z.string(),
  /** Tokens that files may take; rules have a limit of their own. */
  tokens: z.number(),
  testCommand: z.string().nullable(),
});
export type ContextRequest = z.infer<typeof contextRequestSchema>;

export const contextAnswerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('gathered'), id: z.number(), context: repoContextSchema }),
  z.object({ kind: z.literal('failed'), id: z.number(), message: z.string() }),
]);
export type ContextAnswer = z.infer<typeof contextAnswerSchema>;
