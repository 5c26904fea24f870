// What a gate says about a change. Nothing passes by absence: no evidence is `unproven`, never `passed`.
import * as z from 'zod';
import { contractItemSchema } from './contract.ts';

export const gateNames = ['tests', 'integrity', 'invariants', 'observability', 'spec', 'contract'] as const;
export const gateNameSchema = z.enum(gateNames);
export type GateName = z.infer<typeof gateNameSchema>;

export const severitySchema = z.enum(['error', 'warning', 'info']);
export type Severity = z.infer<typeof severitySchema>;

/** Lines and columns count from 1; the end is exclusive in its column. */
export const rangeSchema = z.object({
  startLine: z.number().int().positive(),
  startColumn: z.number().int().positive(),
  endLine: z.number().int().positive(),
  endColumn: z.number().int().positive(),
});
export type Range = z.infer<typeof rangeSchema>;

/** One thing a gate found. `path` is relative to the repository, with forward slashes. */
export const findingSchema = z.object({
  gate: gateNameSchema,
  rule: z.string(),
  severity: severitySchema,
  message: z.string(),
  path: z.string().optional(),
  range: rangeSchema.optional(),
  evidence: z.string().optional(),
  /** The name of the test that fails, where it is about one. */
  test: z.string().optional(),
  /** Identity of a violation that survives moves of lines; see the invariants gate's baseline. */
  fingerprint: z.string().optional(),
  /** The text that would mend it in the place of `range`: offered to a person, never applied unasked. */
  fix: z.string().optional(),
});
export type Finding = z.infer<typeof findingSchema>;

export const verdictStatuses = ['passed', 'failed', 'unproven', 'errored'] as const;
export const verdictStatusSchema = z.enum(verdictStatuses);
export type VerdictStatus = z.infer<typeof verdictStatusSchema>;

/** Whether the project's commands ran in a sandbox of the system; `detail` names it, or says why there was none. */
export const containmentSchema = z.object({ contained: z.enum(['sandbox', 'none']), detail: z.string() });
export type Containment = z.infer<typeof containmentSchema>;

export const verdictSchema = z.object({
  gate: gateNameSchema,
  status: verdictStatusSchema,
  /** One sentence a person can act on, for instance `212 tests passed, 0 failed (before: 210)`. */
  summary: z.string(),
  findings: z.array(findingSchema),
  /** Git tree ids of what was compared. */
  baseTree: z.string(),
  candidateTree: z.string(),
  /** Digest of the gate's name, version and configuration: with the trees, the key of the verdict's cache. */
  configDigest: z.string(),
  durationMs: z.number().nonnegative(),
  cached: z.boolean().default(false),
  /** Of the contract gate: each item with what shows it. */
  items: z.array(contractItemSchema).optional(),
  /** Of gates that run commands of the project. */
  containment: containmentSchema.optional(),
});
export type Verdict = z.infer<typeof verdictSchema>;
