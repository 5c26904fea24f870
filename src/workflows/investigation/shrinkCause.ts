// From the culprit to the hunks of it that matter, by trying parts of it on the commit before.
import type { Activities } from '../../controller/workflow.ts';
import type { CauseHunk, OverlayFile } from '../../protocol/investigation.ts';
import type { Inside } from './enterMerges.ts';
import { nameOf, type OracleRuns } from './oracleRuns.ts';
import { shrinkHunks } from './shrinkHunks.ts';

export interface CauseHunks {
  readonly hunks: readonly CauseHunk[];
  /** Hunks of the commit that can matter, tried or not. */
  readonly total: number;
  readonly isMinimal: boolean;
  /** All of them, and the tree that they change; none when there are more than can be told apart. */
  readonly all: readonly CauseHunk[];
  readonly baseTree: string;
}

/** Runs that looking for the hunks may take: the commit is told already, and the person waits. */
const maxRuns = 16;

/** null: there is not exactly one commit, or nothing in it to look at. */
export async function shrinkCause(
  { found, culprits }: Inside,
  runs: OracleRuns,
  today: {
    readonly todayTree: string;
    readonly overlay: readonly OverlayFile[];
    /** Files that the oracle reaches: their hunks are tried first. */
    readonly reached: readonly string[];
  },
  act: Activities,
): Promise<CauseHunks | null> {
  const [commit, ...others] = culprits;
  if (commit === undefined || others.length > 0) return null;
  const question = { commit, todayTree: today.todayTree, overlay: [...today.overlay] };
  const { baseTree, hunks, isCut } = await act.readHunks(question, `Hunks of ${nameOf(commit)}`);
  const all = isCut ? [] : hunks;
  const whole = { hunks, total: hunks.length, isMinimal: hunks.length === 1, all, baseTree };
  // A commit that everything was born with has nothing before it to try its hunks on; a flaky oracle would shrink to chance.
  if (found.kind !== 'culprit' || found.noise.flaky > 0.5 || isCut || hunks.length < 2)
    return hunks.length === 0 ? null : whole;
  const shows = async (some: readonly string[]) => await runs.showsWith(commit, baseTree, some);
  const likely = hunks.filter(({ path }) => today.reached.includes(path)).map(({ id }) => id);
  const isFewer = likely.length > 0 && likely.length < hunks.length;
  const ids = isFewer && (await shows(likely)) ? likely : hunks.map(({ id }) => id);
  const shrunk = await shrinkHunks(ids, maxRuns, shows);
  return {
    hunks: hunks.filter(({ id }) => shrunk.ids.includes(id)),
    total: hunks.length,
    isMinimal: shrunk.isMinimal,
    all,
    baseTree,
  };
}
