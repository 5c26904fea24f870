// Plays the plan in the gym, step by step: an episode, the gates, and repair with what they found, as long as that helps.
import type { Activities } from '../controller/workflow.ts';
import type { Plan, PlanStep } from '../protocol/plan.ts';
import type { Episode, ProjectRules } from '../protocol/policy.ts';
import { proofOf } from '../protocol/proof.ts';
import type { PlanInput } from '../protocol/run.ts';
import type { Finding, GateName, Verdict } from '../protocol/verdict.ts';
import { bestWay, type Way } from './chooseWay.ts';
import { type Attempt, reasonToStop } from './governor.ts';
import type { Heard } from './heard.ts';
import { playEpisode, type StepStart } from './playEpisode.ts';

export interface Built {
  /** The tree after the last step that was played; the base tree when nothing was changed. */
  readonly tree: string;
  readonly message: string;
  /** By step id. */
  readonly starts: ReadonlyMap<string, StepStart>;
}

export interface Building {
  readonly input: PlanInput;
  readonly plan: Plan;
  readonly baseTree: string;
  readonly rules: ProjectRules | undefined;
}

/** From the first step; with `redo`, from that one, with what the person says about it. */
export async function executePlan(
  building: Building,
  act: Activities,
  heard: Heard,
  redo?: { readonly stepId: string; readonly instructions: string; readonly starts: Built['starts'] },
): Promise<Built> {
  const { plan, baseTree } = building;
  const starts = new Map(redo?.starts);
  const first = redo === undefined ? 0 : plan.steps.findIndex(({ id }) => id === redo.stepId);
  let at: StepStart = (redo && starts.get(redo.stepId)) ?? { tree: baseTree, changedPaths: [] };
  for (const step of plan.steps.slice(Math.max(0, first))) {
    starts.set(step.id, at);
    const instructions = step.id === redo?.stepId ? redo.instructions : null;
    const played = await playStep(building, step, { ...at, instructions }, act, heard);
    at = played.end;
    // Later steps build on this one; what stands on a failed step proves nothing.
    if (!played.ok) return { tree: at.tree, message: played.message, starts };
  }
  const isUnchanged = at.tree === baseTree;
  const message = isUnchanged ? 'The policy finished without changing a file.' : 'Every step was played.';
  return { tree: at.tree, message, starts };
}

async function playStep(
  building: Building,
  step: PlanStep,
  start: StepStart & { readonly instructions: string | null },
  act: Activities,
  heard: Heard,
): Promise<Way> {
  const of = building.input.budget.ways;
  if (of === 1) return await playWay(building, step, start, undefined, act, heard);
  const numbers = Array.from({ length: of }, (_, index) => index + 1);
  const ways = await Promise.all(numbers.map((number) => playWay(building, step, start, { number, of }, act, heard)));
  const chosen = bestWay(ways);
  const ended = ways.map(({ ok, findings }, index) => ({ way: index + 1, passed: ok, findings }));
  await act.noteChoice({ stepId: step.id, chosen: chosen + 1, ways: ended }, `Choice of a way through step ${step.id}`);
  const best = ways[chosen];
  if (best === undefined) throw new Error('A step is played in one way at least.');
  return best;
}

/** Episode, gates and repairs, as long as they help. */
async function playWay(
  { input, plan, baseTree, rules }: Building,
  step: PlanStep,
  start: StepStart & { readonly instructions: string | null },
  way: Episode['way'],
  act: Activities,
  heard: Heard,
): Promise<Way> {
  const gates = gatesOf(input, step);
  const { instructions } = start;
  const common = {
    feature: input.feature,
    plan,
    step,
    instructions,
    ...(rules === undefined ? {} : { rules }),
    ...(way === undefined ? {} : { way }),
  };
  const attempts: Attempt[] = [];
  let end: StepStart = start;
  for (let attempt = 0; ; attempt += 1) {
    const findings = [...(attempts.at(-1)?.findings ?? [])];
    const from = { baseTree, tree: end.tree, changedPaths: start.changedPaths, ...proofOf(input) };
    const played = await playEpisode({ ...common, attempt, findings }, from, act, heard);
    end = { tree: played.tree, changedPaths: played.changedPaths };
    let failed: Finding[] = played.findings;
    if (end.tree !== baseTree && failed.length === 0) {
      const trees = { baseTree, candidateTree: end.tree };
      const judged = { phase: 'step' as const, stepId: step.id, ...trees, gates, ...proofOf(input) };
      const question = way === undefined ? judged : { ...judged, way: way.number };
      const { verdicts } = await act.judge(question, `Gates on step ${step.id}${way ? `, way ${way.number}` : ''}`);
      failed = blockingFindings(input, verdicts);
    }
    if (failed.length === 0) return { ok: true, end, findings: 0, changed: end.tree !== start.tree, message: '' };
    attempts.push({ tree: end.tree, findings: failed });
    const useless = reasonToStop(attempts);
    if (useless === null && attempt < input.budget.repairs) continue;
    const [finding] = failed;
    const why = finding?.message ?? 'a gate did not pass';
    const stopped = useless === null ? '' : ` It was given up after ${attempt + 1} attempts, since ${useless}.`;
    const changed = end.tree !== start.tree;
    return { ok: false, end, findings: failed.length, changed, message: `Step ${step.id} failed: ${why}${stopped}` };
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
