// What the panel (webview) and the extension say to each other. Host side parses every message it gets.
import * as z from 'zod';
import { ruleHistoryDocumentSchema } from './ruleDocuments.ts';
import { runSummarySchema, runViewSchema } from './run.ts';
import { spanRecordSchema } from './trace.ts';
import { verdictSchema } from './verdict.ts';

export const panelTabs = ['overview', 'plan', 'timeline', 'gates', 'changes', 'rules', 'trace'] as const;
export const panelTabSchema = z.enum(panelTabs);
export type PanelTab = z.infer<typeof panelTabSchema>;

/** Everything the panel draws, in one piece: a full state on every change, so it can never drift. */
export const panelStateSchema = z.object({
  repository: z.string(),
  trusted: z.boolean(),
  /** The policy in force, in words, for instance `Scripted (sample)`. */
  policy: z.string(),
  policyNotice: z.string().nullable(),
  runs: z.array(runSummarySchema),
  selected: runViewSchema.nullable(),
  spans: z.array(spanRecordSchema),
  /** What Check Gates said last of the working copy. */
  check: z.array(verdictSchema).nullable(),
  /** How the rules fared in the past, when that was asked. */
  ruleHistory: ruleHistoryDocumentSchema.nullable(),
  /** What is happening inside the running activity right now; not recorded. */
  progress: z.string().nullable(),
});
export type PanelState = z.infer<typeof panelStateSchema>;

export const hostToPanelSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('state'), state: panelStateSchema }),
  z.object({ type: z.literal('showTab'), tab: panelTabSchema }),
]);
export type HostToPanel = z.infer<typeof hostToPanelSchema>;

export const panelToHostSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('planFeature') }),
  z.object({ type: z.literal('choosePolicy') }),
  z.object({ type: z.literal('showRuleHistory') }),
  z.object({ type: z.literal('showReport'), runId: z.string() }),
  z.object({ type: z.literal('planFix'), runId: z.string() }),
  z.object({ type: z.literal('writeRegressionTest'), runId: z.string() }),
  z.object({ type: z.literal('selectRun'), runId: z.string() }),
  z.object({ type: z.literal('approvePlan'), runId: z.string() }),
  z.object({ type: z.literal('editPlan'), runId: z.string() }),
  z.object({ type: z.literal('revisePlan'), runId: z.string(), comment: z.string() }),
  z.object({ type: z.literal('rejectPlan'), runId: z.string() }),
  z.object({ type: z.literal('openReview'), runId: z.string() }),
  z.object({ type: z.literal('showHunk'), runId: z.string(), hunkId: z.string() }),
  z.object({
    type: z.literal('decideHunks'),
    runId: z.string(),
    accept: z.array(z.string()),
    reject: z.array(z.string()),
  }),
  z.object({ type: z.literal('finishReview'), runId: z.string() }),
  z.object({ type: z.literal('cancelRun'), runId: z.string() }),
  z.object({ type: z.literal('resumeRun'), runId: z.string() }),
  z.object({ type: z.literal('pauseRun'), runId: z.string() }),
  z.object({ type: z.literal('continueRun'), runId: z.string() }),
  z.object({ type: z.literal('commentRun'), runId: z.string() }),
  z.object({ type: z.literal('redoStep'), runId: z.string(), stepId: z.string() }),
  z.object({ type: z.literal('extendBudget'), runId: z.string() }),
  z.object({ type: z.literal('openFile'), path: z.string(), line: z.number().int().positive().nullable() }),
]);
export type PanelToHost = z.infer<typeof panelToHostSchema>;
