// The JSON documents the CLI prints with `--json`: one document on stdout, logs on stderr.
import * as z from 'zod';
import { failureSchema } from './failure.ts';
import { investigationOutcomeSchema, probeViewSchema } from './investigation.ts';
import { planSchema } from './plan.ts';
import { modelNameSchema, usageSchema } from './policy.ts';
import { runSummarySchema, runViewSchema } from './run.ts';
import { spanRecordSchema } from './trace.ts';
import { verdictSchema, verdictStatusSchema } from './verdict.ts';

/** Exit codes of every command. */
export const exitCodes = { passed: 0, notPassed: 1, usage: 2, stopped: 3, internal: 4 } as const;

/**
 * `proposed`: the proposal waits for a person. `stopped`: budget, cancel or policy unavailable; `failure` says which.
 * `patch` is a unified diff that `git apply` accepts; empty when there is none.
 */
export const planDocumentSchema = z.object({
  runId: z.string(),
  outcome: z.enum(['proposed', 'applied', 'rejected', 'failed', 'stopped']),
  message: z.string(),
  plan: planSchema.nullable(),
  verdicts: z.array(verdictSchema),
  patch: z.string(),
  usage: usageSchema,
  failure: failureSchema.nullable(),
});
export type PlanDocument = z.infer<typeof planDocumentSchema>;

/** The models that the key may ask, the newest first; `chosen` is the one that is asked now. */
export const modelsDocumentSchema = z.object({ models: z.array(modelNameSchema), chosen: z.string() });

/** `outcome` is null when the run did not come to one; `failure` says why. `report` is Markdown. */
export const investigationDocumentSchema = z.object({
  runId: z.string(),
  outcome: investigationOutcomeSchema.nullable(),
  probes: z.array(probeViewSchema),
  report: z.string().nullable(),
  /** With `--write-test`: the run that wrote it; null where there was nothing to write it for. */
  regressionTest: planDocumentSchema.nullable().default(null),
  failure: failureSchema.nullable(),
});
export type InvestigationDocument = z.infer<typeof investigationDocumentSchema>;

/** Lines of the candidate that a change touched; they count from 1, and the end is in it. */
export const changedRangesSchema = z.object({
  path: z.string(),
  ranges: z.array(z.object({ startLine: z.number().int().positive(), endLine: z.number().int().positive() })),
});
export type ChangedRanges = z.infer<typeof changedRangesSchema>;

export const checkDocumentSchema = z.object({
  status: verdictStatusSchema,
  baseTree: z.string(),
  candidateTree: z.string(),
  verdicts: z.array(verdictSchema),
  changes: z.array(changedRangesSchema),
});
export type CheckDocument = z.infer<typeof checkDocumentSchema>;

/** The baseline after `ratchet baseline create` or `shrink`: how many entries it has, and how many were dropped. */
export const baselineDocumentSchema = z.object({
  path: z.string(),
  entries: z.number().int().nonnegative(),
  removed: z.number().int().nonnegative(),
});
export type BaselineDocument = z.infer<typeof baselineDocumentSchema>;

/** A perspective and its record: `runs` are those that were accepted; `useful` claims were about a file that was accepted. */
export const perspectiveSummarySchema = z.object({
  name: z.string(),
  description: z.string(),
  /** null when it is built in. */
  path: z.string().nullable(),
  /** Whether the configuration names it. */
  isUsed: z.boolean(),
  runs: z.number(),
  kept: z.number(),
  refuted: z.number(),
  useful: z.number(),
});
export type PerspectiveSummary = z.infer<typeof perspectiveSummarySchema>;
export const perspectivesDocumentSchema = z.object({ perspectives: z.array(perspectiveSummarySchema) });

export const runsDocumentSchema = z.object({ runs: z.array(runSummarySchema) });
export const showDocumentSchema = z.object({ run: runViewSchema, spans: z.array(spanRecordSchema) });

/** `identical`: executing the workflow on its journal gave the view that the journal folds to. */
export const replayDocumentSchema = z.object({
  runId: z.string(),
  identical: z.boolean(),
  activities: z.number().int(),
  entries: z.number().int(),
  difference: z.string().nullable(),
  run: runViewSchema,
});
export type ReplayDocument = z.infer<typeof replayDocumentSchema>;
