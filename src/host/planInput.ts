// What a plan begins with, from the configuration of now: who looks at the feature, which gates judge, what must be shown.
import { choosePerspectives, readPerspectives } from '../patterns/perspectives.ts';
import { activeGates, type RatchetConfig } from '../protocol/config.ts';
import { type Proof, proofOf } from '../protocol/proof.ts';
import { type Result, success } from '../protocol/result.ts';
import type { PlanInput } from '../protocol/run.ts';
import type { GateName } from '../protocol/verdict.ts';

export async function planInputOf(
  root: string,
  config: RatchetConfig,
  { feature, proof }: { readonly feature: string; readonly proof: Proof | undefined },
): Promise<Result<PlanInput>> {
  const known = await readPerspectives(root);
  if (!known.ok) return known;
  const perspectives = choosePerspectives(config.perspectives, known.value);
  if (!perspectives.ok) return perspectives;
  return success({
    feature,
    perspectives: perspectives.value,
    ...gatesOfPlan(config, proof),
    ...proofOf({ proof }),
    budget: config.budgets,
    // A hunk of a regression test is for that one test.
    weighHunks: proof?.kind === 'regressionTest' ? 0 : config.review.weighHunks,
  });
}

/** Gates that have something to say of a change of tests alone. */
const ofTestsAlone: readonly GateName[] = ['tests', 'integrity', 'invariants'];

/** The gates that run, and those that must pass. What is to be shown is shown by tests, so then they always judge. */
export function gatesOfPlan(
  config: RatchetConfig,
  proof: Proof | undefined,
): { gates: GateName[]; requiredGates: GateName[] } {
  const active = activeGates(config);
  const required = active.filter((gate) => config.gates[gate] === 'required');
  if (proof === undefined) return { gates: active, requiredGates: required };
  const isMeant = (gate: GateName) => proof.kind === 'fix' || ofTestsAlone.includes(gate);
  const withTests = (names: readonly GateName[]): GateName[] => [
    ...new Set<GateName>(['tests', ...names.filter(isMeant)]),
  ];
  return { gates: withTests(active), requiredGates: withTests(required) };
}
