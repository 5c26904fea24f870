// Forward planning: from a feature in words to accepted hunks. Reads top to bottom like the story it tells.
// Deterministic: no clock, no randomness, no I/O; a change of what it asks for is a new version.
import type { Activities, Workflow } from '../controller/workflow.ts';
import { overallStatus } from '../protocol/overallStatus.ts';
import { proofOf } from '../protocol/proof.ts';
import { type PlanInput, type PlanOutcome, planInputSchema } from '../protocol/run.ts';
import type { Verdict } from '../protocol/verdict.ts';
import { agreeOnPlan } from './agreeOnPlan.ts';
import { collectViews } from './collectViews.ts';
import { executePlan } from './executePlan.ts';
import { Heard } from './heard.ts';
import { recordsOf } from './mergeViews.ts';
import { reviewProposal } from './reviewProposal.ts';

export const planFeature: Workflow<PlanInput, PlanOutcome> = {
  name: 'planFeature',
  version: 2,
  input: planInputSchema,
  async run(input, act, signals) {
    const { tree: baseTree } = await act.takeSnapshot({}, 'Snapshot of the working copy');
    const context = await act.gatherContext({ tree: baseTree, feature: input.feature }, 'Context of the feature');
    const views = await collectViews(input, context, act);
    const agreed = await agreeOnPlan(input, context, views, act, signals);
    if (!agreed.ok) return { ...nothing, outcome: agreed.outcome, message: agreed.message, plan: agreed.plan };

    const { plan } = agreed;
    const heard = new Heard(signals);
    const building = { input, plan, baseTree, rules: context.rules };
    const built = await executePlan(building, act, heard);
    if (built.tree === baseTree) return { ...nothing, outcome: 'failed', message: built.message, plan };

    const reviewed = await reviewProposal(building, built, act, signals, heard);
    if (reviewed.accepted === 0)
      return {
        outcome: 'rejected',
        message: 'No hunk was accepted; the workspace is as it was.',
        plan,
        verdicts: reviewed.verdicts,
        accepted: reviewed.accepted,
        rejected: reviewed.rejected,
      };

    const verdicts = await judgeWorkspace(input, baseTree, act);
    const { accepted, rejected } = reviewed;
    const perspectives = recordsOf(views, new Set(reviewed.acceptedPaths));
    await act.recordOutcome({ plan, accepted, rejected, verdicts, perspectives }, 'Record of the outcome');
    return { outcome: 'applied', message: appliedMessage(accepted, verdicts), plan, verdicts, accepted, rejected };
  },
};

const nothing = { plan: null, verdicts: [], accepted: 0, rejected: 0 };

/** What was accepted is not what was proposed when a hunk was rejected, so it is judged as it is now. */
async function judgeWorkspace(input: PlanInput, baseTree: string, act: Activities): Promise<Verdict[]> {
  const { tree } = await act.takeSnapshot({}, 'Snapshot of what was accepted');
  const trees = { baseTree, candidateTree: tree };
  const question = { phase: 'accepted' as const, stepId: null, ...trees, gates: input.gates, ...proofOf(input) };
  return (await act.judge(question, 'Gates on what was accepted')).verdicts;
}

function appliedMessage(accepted: number, verdicts: readonly Verdict[]): string {
  const hunks = accepted === 1 ? '1 hunk is' : `${accepted} hunks are`;
  return `${hunks} in the workspace; as accepted, the gates say: ${overallStatus(verdicts)}.`;
}
