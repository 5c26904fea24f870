// Synthesis, the plan gate and the person's approval, in a circle until there is a plan both accept.
import type { Activities, Signals } from '../controller/workflow.ts';
import { type Plan, planIssues } from '../protocol/plan.ts';
import type { RepoContext } from '../protocol/policy.ts';
import type { PlanInput } from '../protocol/run.ts';
import type { MergedViews } from './mergeViews.ts';

type Agreement =
  | { readonly ok: true; readonly plan: Plan }
  | {
      readonly ok: false;
      readonly outcome: 'rejected' | 'failed';
      readonly message: string;
      readonly plan: Plan | null;
    };

/** How often in a row the policy may answer with a plan that the plan gate refuses. */
const maxRefusedPlans = 3;

export async function agreeOnPlan(
  input: PlanInput,
  context: RepoContext,
  { views, conflicts }: MergedViews,
  act: Activities,
  signals: Signals,
): Promise<Agreement> {
  let previousPlan: Plan | null = null;
  let feedback: string[] = [];
  let refused = 0;
  for (;;) {
    feedback = [...feedback, ...signals.take(['comment']).map(({ payload }) => payload.text)];
    const question = {
      kind: 'synthesis' as const,
      feature: input.feature,
      views,
      conflicts,
      context,
      feedback,
      previousPlan,
    };
    const label: string = previousPlan === null ? 'Plan' : 'Revised plan';
    const { plan }: { plan: Plan } = await act.synthesise(question, label);
    const issues = planIssues(plan, conflicts);
    previousPlan = plan;
    if (issues.length > 0) {
      refused += 1;
      if (refused >= maxRefusedPlans)
        return { ok: false, outcome: 'failed', message: `The plan is not usable: ${issues.join(' ')}`, plan };
      feedback = issues;
      continue;
    }
    refused = 0;
    const answer = await signals.next(['approvePlan', 'revisePlan', 'rejectPlan'], { fresh: true });
    if (answer.name === 'rejectPlan')
      return { ok: false, outcome: 'rejected', message: rejection(answer.payload.reason), plan };
    if (answer.name === 'revisePlan') {
      feedback = [answer.payload.comment];
      continue;
    }
    const approved = answer.payload.plan ?? plan;
    const left = planIssues(approved, conflicts);
    if (left.length === 0) return { ok: true, plan: approved };
    feedback = left;
    previousPlan = approved;
  }
}

const rejection = (reason: string): string =>
  reason === '' ? 'The plan was rejected.' : `The plan was rejected: ${reason}`;
