// Plays the plan in the gym, step by step: an episode, the gates, and repair with what they found.
import type { Activities } from '../controller/workflow.ts';
import type { Plan, PlanStep } from '../protocol/plan.ts';
import type { ProjectRules } from '../protocol/policy.ts';
import type { PlanInput } from '../protocol/run.ts';
import type { Finding, GateName, Verdict } from '../protocol/verdict.ts';
import { playEpisode } from './playEpisode.ts';

export interface Built {
  /** The tree after the last step that was played; the base tree when nothing was changed. */
  readonly tree: string;
  readonly message: string;
}

export async function executePlan(
  input: PlanInput,
  plan: Plan,
  base: { readonly tree: string; readonly rules: ProjectRules | undefined },
  act: Activities,
): Promise<Built> {
  const baseTree = base.tree;
  let tree = baseTree;
  for (const step of plan.steps) {
    const played = await playStep(input, plan, step, base, tree, act);
    tree = played.tree;
    // Later steps build on this one; what stands on a failed step proves nothing.
    if (!played.ok) return { tree, message: played.message };
  }
  return {
    tree,
    message: tree === baseTree ? 'The policy finished without changing a file.' : 'Every step was played.',
  };
}

async function playStep(
  input: PlanInput,
  plan: Plan,
  step: PlanStep,
  base: { readonly tree: string; readonly rules: ProjectRules | undefined },
  startTree: string,
  act: Activities,
): Promise<{ ok: boolean; tree: string; message: string }> {
  const baseTree = base.tree;
  // A journal from before there were rules has none, and must be asked the same again.
  const rules = base.rules === undefined ? {} : { rules: base.rules };
  const gates = gatesOf(input, step);
  let tree = startTree;
  let findings: Finding[] = [];
  for (let attempt = 0; ; attempt += 1) {
    const episode = { feature: input.feature, plan, step, attempt, findings, instructions: null, ...rules };
    const played = await playEpisode(episode, { baseTree, tree }, act);
    tree = played.tree;
    let failed: Finding[] = played.findings;
    if (tree !== baseTree && failed.length === 0) {
      const question = { phase: 'step' as const, stepId: step.id, baseTree, candidateTree: tree, gates };
      const { verdicts } = await act.judge(question, `Gates on step ${step.id}`);
      failed = blockingFindings(input, verdicts);
    }
    if (failed.length === 0) return { ok: true, tree, message: '' };
    if (attempt >= input.budget.repairs) {
      const [first] = failed;
      return { ok: false, tree, message: `Step ${step.id} failed: ${first?.message ?? 'a gate did not pass'}` };
    }
    findings = failed;
  }
}

/** A step's own gates and every required gate: a plan can ask for more judgement than the config, never for less. */
function gatesOf(input: PlanInput, step: PlanStep): GateName[] {
  return input.gates.filter((gate) => input.requiredGates.includes(gate) || step.gates.includes(gate));
}

/** What a repair must mend. `unproven` is not here: more edits do not prove what nothing has measured. */
export function blockingFindings(input: PlanInput, verdicts: readonly Verdict[]): Finding[] {
  return verdicts
    .filter(({ gate, status }) => input.requiredGates.includes(gate) && (status === 'failed' || status === 'errored'))
    .flatMap((verdict): Finding[] => {
      const errors = verdict.findings.filter(({ severity }) => severity === 'error');
      if (errors.length > 0) return errors;
      return [
        { gate: verdict.gate, rule: `${verdict.gate}/${verdict.status}`, severity: 'error', message: verdict.summary },
      ];
    });
}
