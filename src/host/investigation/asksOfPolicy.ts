// What an investigation asks a policy for, if there is one to ask: decided once, when the run begins, and recorded with its input.
import { choosePerspectives, readPerspectives } from '../../patterns/perspectives.ts';
import type { PolicyChoice, RatchetConfig } from '../../protocol/config.ts';
import type { InvestigateInput } from '../../protocol/investigation.ts';
import { type Result, success } from '../../protocol/result.ts';
import type { HostOptions } from '../api.ts';
import { canBeAsked } from '../policyFactory.ts';

/** null where nobody can be asked, or the configuration wants it so. */
export async function asksOfPolicy(
  root: string,
  { hypotheses }: RatchetConfig['investigation'],
  choice: PolicyChoice,
  options: Pick<HostOptions, 'apiKey' | 'chatModels'>,
): Promise<Result<InvestigateInput['asks']>> {
  if (hypotheses === 0 || !(await canBeAsked(choice, options))) return success(null);
  const known = await readPerspectives(root);
  if (!known.ok) return known;
  const chosen = choosePerspectives(['sceptic'], known.value);
  if (!chosen.ok) return chosen;
  const [sceptic] = chosen.value;
  return success(sceptic === undefined ? null : { hypotheses, sceptic });
}
