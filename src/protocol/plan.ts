// The plan: what perspectives say, what synthesis makes of it, and what a person approves.
// These schemas are also sent to the model as its output format, so they hold no defaults and no numeric limits.
import * as z from 'zod';
import { gateNameSchema } from './verdict.ts';

export const claimSchema = z.object({
  statement: z.string().describe('One checkable sentence.'),
  path: z.string().nullable().describe('The file the claim rests on, relative to the repository, or null.'),
  line: z.number().nullable().describe('The line in that file, from 1, or null.'),
  quote: z.string().nullish().describe('Words of that line, copied exactly, or null.'),
  test: z.string().nullish().describe('The name of a test the claim rests on, or null.'),
  rule: z.string().nullish().describe('The id of an invariant the claim rests on, or null.'),
  stance: z
    .enum(['change', 'keep'])
    .nullish()
    .describe('change: the feature must change this place; keep: it must stay as it is; or null.'),
});
export type Claim = z.infer<typeof claimSchema>;

export const perspectiveViewSchema = z.object({
  perspective: z.string(),
  summary: z.string(),
  claims: z.array(claimSchema),
  suggestions: z.array(z.string()).describe('What the plan should do because of the claims.'),
  risks: z.array(z.string()),
});
export type PerspectiveView = z.infer<typeof perspectiveViewSchema>;

/** A claim that was not taken over, and why: what it rests on is not there, or it rests on nothing. */
export const droppedClaimSchema = z.object({ perspective: z.string(), statement: z.string(), reason: z.string() });
export type DroppedClaim = z.infer<typeof droppedClaimSchema>;

/** What one perspective was worth in a run: claims kept and refuted, and kept ones about a file that an accepted change touches. */
export const perspectiveRecordSchema = z.object({
  name: z.string(),
  kept: z.number().int().nonnegative(),
  refuted: z.number().int().nonnegative(),
  useful: z.number().int().nonnegative(),
});
export type PerspectiveRecord = z.infer<typeof perspectiveRecordSchema>;

/** Perspectives that want different things of the same place. The plan decides, and says why. */
export const conflictSchema = z.object({
  id: z.string(),
  place: z.string(),
  sides: z.array(z.object({ perspective: z.string(), stance: z.enum(['change', 'keep']), statement: z.string() })),
});
export type Conflict = z.infer<typeof conflictSchema>;

export const planStepSchema = z.object({
  id: z.string().describe('Short and unique in the plan: s1, s2, ...'),
  title: z.string(),
  description: z.string(),
  files: z.array(z.string()).describe('Paths the step expects to create or change, relative to the repository.'),
  acceptance: z.array(z.string()).describe('Behaviours that tests must show when the step is done.'),
  gates: z.array(gateNameSchema).describe('Gates the step must pass.'),
});
export type PlanStep = z.infer<typeof planStepSchema>;

/** The step that a person's answer in words makes: to one hunk, or to the whole change. No plan has it. */
export const replyStepId = (hunkId: string | null): string =>
  hunkId === null ? 'reply' : `reply-${hunkId.slice(0, 8)}`;
export const isReplyStep = (stepId: string): boolean => stepId === 'reply' || stepId.startsWith('reply-');

export const contractItemsSchema = z.object({
  behaviour: z.array(z.string()).describe('Unit, integration and end-to-end tests the feature needs.'),
  physics: z.array(z.string()).describe('Spans, metrics and logs the feature needs.'),
  deployment: z.array(z.string()).describe('Infrastructure, CI and rollback items.'),
});

export const planSchema = z.object({
  goal: z.string(),
  summary: z.string(),
  steps: z.array(planStepSchema),
  risks: z.array(z.object({ risk: z.string(), mitigation: z.string() })),
  rollback: z.string(),
  contract: contractItemsSchema,
  decisions: z
    .array(
      z.object({
        conflict: z.string().describe('The id of the conflict, for instance c1.'),
        decision: z.string().describe('What the plan does about it.'),
        reason: z.string(),
      }),
    )
    .optional()
    .describe('One for each conflict between perspectives.'),
});
export type Plan = z.infer<typeof planSchema>;

/**
 * What is wrong with a plan before anybody executes it: an empty plan, a step twice, a path that leaves the
 * repository or reaches into its memory, a conflict that is not decided. An empty list means that the plan may be shown for
 * approval.
 */
export function planIssues(plan: Plan, conflicts: readonly Conflict[] = []): string[] {
  const issues: string[] = [];
  for (const { id, place, sides } of conflicts) {
    if (plan.decisions?.some(({ conflict }) => conflict === id) === true) continue;
    const names = sides.map(({ perspective, stance }) => `${perspective}: ${stance}`).join(', ');
    issues.push(`The plan does not decide conflict ${id} about ${place} (${names}).`);
  }
  if (plan.steps.length === 0) issues.push('The plan has no steps.');
  if (plan.goal.trim() === '') issues.push('The plan has no goal.');
  if (plan.rollback.trim() === '') issues.push('The plan does not say how to roll back.');
  const seen = new Set<string>();
  for (const step of plan.steps) {
    if (seen.has(step.id)) issues.push(`Step id ${step.id} is used twice.`);
    seen.add(step.id);
    if (step.acceptance.length === 0)
      issues.push(`Step ${step.id} has no acceptance behaviour, so nothing can prove it.`);
    for (const path of step.files) {
      const segments = path.split(/[\\/]/);
      if (path.startsWith('/') || /^[A-Za-z]:/.test(path) || segments.includes('..'))
        issues.push(`Step ${step.id} names ${path}, which is outside the repository.`);
      else if (segments[0] === '.git' || segments[0] === '.ratchet')
        issues.push(`Step ${step.id} names ${path}, which the policy may not change.`);
    }
  }
  return issues;
}
