// The gates of a plan, and those that must pass. What is to be shown is shown by tests, so then they always judge.
import type { Proof } from '../protocol/proof.ts';
import type { GateName } from '../protocol/verdict.ts';

/** Gates that have something to say of a change of tests alone. */
const ofTestsAlone: readonly GateName[] = ['tests', 'integrity', 'invariants'];

export function gatesOfPlan(
  active: readonly GateName[],
  required: readonly GateName[],
  proof: Proof | undefined,
): { gates: GateName[]; requiredGates: GateName[] } {
  if (proof === undefined) return { gates: [...active], requiredGates: [...required] };
  const isMeant = (gate: GateName) => proof.kind === 'fix' || ofTestsAlone.includes(gate);
  const withTests = (names: readonly GateName[]): GateName[] => [
    ...new Set<GateName>(['tests', ...names.filter(isMeant)]),
  ];
  return { gates: withTests(active), requiredGates: withTests(required) };
}
