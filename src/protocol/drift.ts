// Rules that speak of one file and how they fared there, for an investigation of drift.
import * as z from 'zod';
import { historyCommitSchema } from './investigation.ts';

export const ruleDriftSchema = z.object({
  id: z.string(),
  message: z.string(),
  rationale: z.string(),
  /** Why the rule cannot be judged over history, or null. */
  notJudged: z.string().nullable(),
  /** Violations in the file today. */
  now: z.number().int().nonnegative(),
  /** The commit since which the rule has not held, or null while it holds. */
  since: historyCommitSchema.nullable(),
  /** Commits that made it worse after that, oldest first. */
  worse: z.array(z.object({ commit: historyCommitSchema, violations: z.number().int() })),
  /** Commits of the file before that at which the rule held; 0 when it never did. */
  heldFor: z.number().int().nonnegative(),
  /** How often it was broken and repaired before. */
  repaired: z.number().int().nonnegative(),
  /** Of a number without a limit: its levels, the oldest first, and where each begins. Then `since` is where it last became worse. */
  levels: z
    .array(z.object({ from: historyCommitSchema, mean: z.number(), commits: z.number().int().positive() }))
    .optional(),
});
export type RuleDrift = z.infer<typeof ruleDriftSchema>;

export const fileDriftSchema = z.object({
  rules: z.array(ruleDriftSchema),
  /** Commits that changed the file, what is not committed counted as one. */
  commits: z.number().int().nonnegative(),
  /** What the file was called, the newest name first. */
  names: z.array(z.string()),
});
export type FileDrift = z.infer<typeof fileDriftSchema>;
