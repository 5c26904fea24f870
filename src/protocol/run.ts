// A run as a person sees it: input, outcome, and the view that is folded from the journal.
import * as z from 'zod';
import { judgementPhaseSchema } from './activities.ts';
import { budgetSchema } from './config.ts';
import { failureSchema } from './failure.ts';
import { investigationViewSchema } from './investigation.ts';
import { conflictSchema, droppedClaimSchema, perspectiveViewSchema, planSchema } from './plan.ts';
import { usageSchema } from './policy.ts';
import { proofSchema } from './proof.ts';
import { hunkEvidenceSchema, hunkStateSchema, proposalSchema } from './proposal.ts';
import { gateNameSchema, verdictSchema } from './verdict.ts';

export const planInputSchema = z.object({
  feature: z.string().min(1),
  perspectives: z.array(z.object({ name: z.string(), brief: z.string() })).min(1),
  gates: z.array(gateNameSchema).describe('The gates that run.'),
  requiredGates: z.array(gateNameSchema).describe('The gates that must pass.'),
  budget: budgetSchema,
  proof: proofSchema.optional().describe('What tests must show beyond passing.'),
  weighHunks: z
    .number()
    .int()
    .nonnegative()
    .default(0)
    .describe('How many hunks are left out, to tell what they are for.'),
});
export type PlanInput = z.infer<typeof planInputSchema>;

/** `applied`: at least one hunk is in the workspace. `rejected`: by the person, the plan or every hunk. */
export const planOutcomeSchema = z.object({
  outcome: z.enum(['applied', 'rejected', 'failed']),
  message: z.string(),
  plan: planSchema.nullable(),
  verdicts: z.array(verdictSchema),
  accepted: z.number().int(),
  rejected: z.number().int(),
});
export type PlanOutcome = z.infer<typeof planOutcomeSchema>;

/** `waiting`: for a person. `interrupted` is not a state of the journal: it is a run that nobody is executing. */
export const runStatusSchema = z.enum(['running', 'waiting', 'completed', 'failed', 'stopped']);
export type RunStatus = z.infer<typeof runStatusSchema>;

export const phases = [
  'symptom',
  'bisect',
  'shrink',
  'rank',
  'hypotheses',
  'report',
  'context',
  'perspectives',
  'synthesis',
  'approval',
  'execution',
  'judgement',
  'review',
  'application',
  'done',
] as const;
export const phaseSchema = z.enum(phases);
export type Phase = z.infer<typeof phaseSchema>;

export const activityViewSchema = z.object({
  activity: z.number(),
  name: z.string(),
  label: z.string(),
  status: z.enum(['running', 'retrying', 'completed', 'failed']),
  attempts: z.number(),
  /** Milliseconds since the epoch. */
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  failure: failureSchema.nullable(),
  usage: usageSchema.nullable(),
  /** A line of result for the timeline, for instance `created src/a.ts`. */
  result: z.string().nullable(),
});
export type ActivityView = z.infer<typeof activityViewSchema>;

export const stepViewSchema = z.object({
  id: z.string(),
  title: z.string(),
  status: z.enum(['pending', 'running', 'passed', 'failed', 'unproven']),
  attempts: z.number(),
  turns: z.number(),
  changedPaths: z.array(z.string()),
  /** Changed files that the step does not name, and why, in the policy's words; null when it gave no reason. */
  outside: z.array(z.object({ path: z.string(), reason: z.string().nullable() })),
  /** Where several ways were tried: how each ended, and which was taken. */
  ways: z.array(
    z.object({
      way: z.number(),
      changedPaths: z.array(z.string()),
      outside: z.array(z.object({ path: z.string(), reason: z.string().nullable() })),
      passed: z.boolean().nullable(),
      findings: z.number(),
      isChosen: z.boolean(),
    }),
  ),
});
export type StepView = z.infer<typeof stepViewSchema>;

export const judgementSchema = z.object({
  phase: judgementPhaseSchema,
  stepId: z.string().nullable(),
  at: z.number(),
  verdicts: z.array(verdictSchema),
});
export type Judgement = z.infer<typeof judgementSchema>;

/** What the policy was shown of the repository, and why. */
export const contextViewSchema = z.object({
  files: z.array(
    z.object({ path: z.string(), kind: z.enum(['whole', 'part', 'outline']), reasons: z.array(z.string()) }),
  ),
  /** Files whose rules were followed. */
  rules: z.array(z.string()),
  budget: z.object({ tokens: z.number(), used: z.number() }).nullable(),
});
export type ContextView = z.infer<typeof contextViewSchema>;

export const runViewSchema = z.object({
  runId: z.string(),
  workflow: z.string(),
  title: z.string(),
  policy: z.string(),
  status: runStatusSchema,
  phase: phaseSchema,
  /** `continue`: a person paused the run, and nothing is under way any more. */
  waitingFor: z.enum(['planApproval', 'review', 'continue']).nullable(),
  isPaused: z.boolean(),
  startedAt: z.number(),
  updatedAt: z.number(),
  endedAt: z.number().nullable(),
  budget: budgetSchema,
  usage: usageSchema,
  turns: z.number(),
  /** Milliseconds the run worked; waiting for a person is not counted. */
  workedMs: z.number(),
  activities: z.array(activityViewSchema),
  /** Null until it was gathered. */
  context: contextViewSchema.nullable(),
  /** With the claims that hold. */
  views: z.array(perspectiveViewSchema),
  droppedClaims: z.array(droppedClaimSchema),
  conflicts: z.array(conflictSchema),
  plan: planSchema.nullable(),
  steps: z.array(stepViewSchema),
  judgements: z.array(judgementSchema),
  proposal: proposalSchema.nullable(),
  hunks: z.record(z.string(), hunkStateSchema),
  /** Why a hunk is stale, by hunk id. */
  hunkMessages: z.record(z.string(), z.string()),
  /** By hunk id; without an entry while it is being looked at. */
  hunkEvidence: z.record(z.string(), hunkEvidenceSchema),
  /** What the person said while the policy worked. */
  comments: z.array(z.object({ at: z.number(), text: z.string() })),
  outcome: planOutcomeSchema.nullable(),
  /** null in every other workflow. */
  investigation: investigationViewSchema.nullable(),
  failure: failureSchema.nullable(),
});
export type RunView = z.infer<typeof runViewSchema>;

export const runSummarySchema = z.object({
  runId: z.string(),
  workflow: z.string(),
  title: z.string(),
  policy: z.string(),
  status: runStatusSchema,
  phase: phaseSchema,
  /** True when the journal is open-ended and no living host holds its lock. */
  interrupted: z.boolean(),
  startedAt: z.number(),
  updatedAt: z.number(),
  usage: usageSchema,
  /** What is wrong with the journal, when it cannot be read to its end. */
  problem: z.string().nullable(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;
