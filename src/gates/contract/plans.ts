// Accepted plans that come with a change (`.ratchet/plans/*.md`): what they ask for, and how the change is taken back.
import type { ContractItemName } from '../../protocol/contract.ts';
import type { Plan } from '../../protocol/plan.ts';
import type { GateContext } from '../gate.ts';
import { readText } from '../treeReader.ts';
import type { Change } from './change.ts';

export interface PlanDocument {
  readonly path: string;
  readonly rollback: string;
  readonly contract: Plan['contract'];
}

export type Category = keyof Plan['contract'];

export const categoryOf = (name: ContractItemName): Category => {
  if (name === 'unitTests' || name === 'integrationTests' || name === 'endToEndTests') return 'behaviour';
  return name === 'tracing' || name === 'metrics' || name === 'logging' ? 'physics' : 'deployment';
};

export async function readPlans(
  { all }: Change,
  { files, candidateTree }: Pick<GateContext, 'files' | 'candidateTree'>,
): Promise<PlanDocument[]> {
  const plans: PlanDocument[] = [];
  for (const { path, kind } of all) {
    if (kind === 'deleted' || !/^\.ratchet\/plans\/[^/]+\.md$/.test(path)) continue;
    const text = (await readText(files, candidateTree, path)) ?? '';
    const contract = section(text, 'Contract');
    plans.push({
      path,
      rollback: section(text, 'Rollback').trim(),
      contract: {
        behaviour: list(contract, 'Behaviour'),
        physics: list(contract, 'Physics'),
        deployment: list(contract, 'Deployment'),
      },
    });
  }
  return plans;
}

/** The text below a heading of the second level, up to the next one. */
const section = (text: string, title: string): string =>
  new RegExp(`^## ${title}\\s*$([\\s\\S]*?)(?=^## |$(?![\\s\\S]))`, 'm').exec(text)?.[1] ?? '';

/** The items below a name, without the one that says that there are none. */
function list(text: string, name: string): string[] {
  const below = new RegExp(`^${name}:\\s*$([\\s\\S]*?)(?=^\\w+:\\s*$|$(?![\\s\\S]))`, 'm').exec(text)?.[1] ?? '';
  return Array.from(below.matchAll(/^- (.+)$/gm), ([, item = '']) => item.trim()).filter((item) => item !== 'none');
}
