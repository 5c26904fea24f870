// A tree for an experiment of a slowdown: the culprit with some of its hunks, or the working copy with a patch. It runs nothing. What
// it is asked for is hostile: a patch that does more than it may, or reaches what measures it, is refused and makes no tree.

import { patchProblem } from '../../../gym/patch/patchLimits.ts';
import { parseUnifiedDiff } from '../../../gym/patch/unifiedDiff.ts';
import { keepTree } from '../../../gym/snapshot.ts';
import type { ActivityInput, ActivityOutput } from '../../../protocol/activities.ts';
import type { Oracle } from '../../../protocol/investigation.ts';
import { type Result, success } from '../../../protocol/result.ts';
import type { ActivityContext } from '../../activityContext.ts';
import type { SidesParts } from './bothSides.ts';

type Parts = SidesParts & { readonly runId: string };

export async function makeVariant(
  { todayTree, oracle, change }: ActivityInput<'makeVariant'>,
  { repository, probes, runId }: Parts,
  context: ActivityContext,
): Promise<Result<ActivityOutput<'makeVariant'>>> {
  if (change.kind === 'patch') {
    const why = patchProblem('change', change.text) ?? measureProblem(change.text, oracle);
    if (why !== null) return success({ kind: 'refused', why });
    const made = await probes.patched(todayTree, change.text, context);
    return 'refused' in made ? success({ kind: 'refused', why: made.refused }) : await kept(made.tree);
  }
  const { commit, baseTree, ids } = change;
  const made = await probes.treeOf({ commit, todayTree, overlay: [], hunks: { baseTree, ids } });
  return made.ok ? await kept(made.value) : made;

  /** It is timed in several batches, and again when the run is taken up after a stop. */
  async function kept(tree: string): Promise<Result<ActivityOutput<'makeVariant'>>> {
    await keepTree(repository, runId, tree);
    return success({ kind: 'made', tree });
  }
}

/** What a command names is what measures: whoever may change that can make anything faster. */
function measureProblem(patch: string, oracle: Oracle): string | null {
  const parsed = parseUnifiedDiff(patch);
  if (oracle.kind === 'test' || !parsed.ok) return null;
  const named = parsed.value.flatMap(({ oldPath }) => oldPath ?? []).find((path) => oracle.command.includes(path));
  return named === undefined
    ? null
    : `Its patch changes ${JSON.stringify(named.slice(0, 200))}, which is what is timed.`;
}
