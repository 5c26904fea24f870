// The JSON documents of `ratchet invariants list`, `test` and `history`.
import * as z from 'zod';
import { clauseSchema, ruleKinds } from './rules.ts';
import { severitySchema } from './verdict.ts';

export const rulesDocumentSchema = z.object({
  rules: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(ruleKinds),
      severity: severitySchema,
      message: z.string(),
      rationale: z.string(),
      provenance: z.string().nullable(),
      examples: z.number().int().nonnegative(),
    }),
  ),
  clauses: z.array(clauseSchema),
});
export type RulesDocument = z.infer<typeof rulesDocumentSchema>;

/** `untested`: the rule has no example, or is of a kind whose examples cannot be run. */
export const ruleTestSchema = z.object({
  id: z.string(),
  status: z.enum(['passed', 'failed', 'untested']),
  valid: z.number().int(),
  invalid: z.number().int(),
  /** What is wrong, one line each. */
  failures: z.array(z.string()),
});
export type RuleTest = z.infer<typeof ruleTestSchema>;

export const ruleTestsDocumentSchema = z.object({
  status: z.enum(['passed', 'failed']),
  rules: z.array(ruleTestSchema),
});
export type RuleTestsDocument = z.infer<typeof ruleTestsDocumentSchema>;

/** A commit at which the number of violations of a rule changed. */
export const historyEventSchema = z.object({
  commit: z.string(),
  /** Seconds since 1970. */
  time: z.number(),
  subject: z.string(),
  kind: z.enum(['held', 'broke', 'worse', 'better', 'repaired']),
  violations: z.number().int().nonnegative(),
});
export type HistoryEvent = z.infer<typeof historyEventSchema>;

export const ruleHistorySchema = z.object({
  id: z.string(),
  /** Why the rule cannot be judged without a checkout, or null. */
  notBacktested: z.string().nullable(),
  /** Commits in which the rule had a file to speak of. */
  commits: z.number().int().nonnegative(),
  first: z.number().int().nonnegative(),
  now: z.number().int().nonnegative(),
  max: z.number().int().nonnegative(),
  /** Contents that could not be read; what they violate is not counted. */
  unread: z.number().int().nonnegative(),
  events: z.array(historyEventSchema),
});
export type RuleHistory = z.infer<typeof ruleHistorySchema>;

export const ruleHistoryDocumentSchema = z.object({
  commits: z.number().int(),
  blobs: z.number().int(),
  seconds: z.number(),
  rules: z.array(ruleHistorySchema),
});
export type RuleHistoryDocument = z.infer<typeof ruleHistoryDocumentSchema>;
