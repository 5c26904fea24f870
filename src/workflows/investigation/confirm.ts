// Before a commit is named: what the search took for granted is run. A test that was asked for alone is asked for with its file, and
// what stands before the commit is its parent, also where that changes files only that are not searched.
import type { Activities } from '../../controller/workflow.ts';
import { type HistoryCommit, type TestOracle, uncommitted } from '../../protocol/investigation.ts';
import { findCulprit } from './findCulprit.ts';
import { nameOf, OracleRuns, type OracleSetup } from './oracleRuns.ts';
import { type Found, targetConfidence } from './search.ts';

/** What was searched: `commits` from the newest, and the good end where there is one. */
export interface Searched {
  readonly found: Found;
  readonly commits: readonly HistoryCommit[];
  readonly good: HistoryCommit | null;
}

/** Whether the culprit is one with the other tests of its file too, and the runs that say it. */
export async function holdsWithItsFile(
  { found, commits, good }: Searched,
  oracle: TestOracle,
  setup: Omit<OracleSetup, 'oracle'>,
  act: Activities,
): Promise<{ readonly holds: boolean; readonly whole: OracleRuns }> {
  const whole = new OracleRuns(act, { ...setup, oracle: withItsFile(oracle) });
  if (found.kind !== 'culprit') return { holds: false, whole };
  // The failure that is looked for is that of today.
  if ((await whole.ask(commits[0] ?? uncommitted(setup.todayTree), 0)) !== 'failed') return { holds: false, whole };
  const first = commits[found.candidates[0] ?? 0];
  const last = (found.candidates.at(-1) ?? 0) + 1;
  const before = commits[last] ?? good;
  const [fails, passes] = await Promise.all([
    first === undefined ? 'untestable' : whole.ask(first, 0),
    before === null ? 'passed' : whole.ask(before, 0),
  ]);
  return { holds: fails === 'failed' && passes === 'passed', whole };
}

export const withItsFile = ({ kind, file, name }: TestOracle): TestOracle => ({ kind, file, name });

/** The commits that the search left out right before the culprit, where one of them is it; with what is to be said of that. */
export async function amongLeftOut(
  searched: Searched,
  runs: Pick<OracleRuns, 'ask'>,
  how: { readonly parallel: number; readonly reached: readonly string[] },
  act: Activities,
): Promise<Searched & { readonly notes: readonly string[] }> {
  const same = { ...searched, notes: [] };
  const { found, commits, good } = searched;
  const oldest = found.candidates.at(-1);
  const [parent] = commits[oldest ?? -1]?.parents ?? [];
  const before = oldest === undefined ? null : (commits[oldest + 1] ?? good);
  // A flaky oracle would be believed in a single run.
  if (found.kind !== 'culprit' || parent === undefined || found.noise.flaky > 0.5) return same;
  if (before === null || before.commit === parent) return same;
  const asked = { tree: null, from: parent, good: before.commit, reached: [...how.reached], isWhole: true };
  const left = await act.readHistory(asked, 'Commits that were left out');
  const [newest] = left.commits;
  if (newest === undefined || (await runs.ask(newest, 0)) !== 'failed') return same;
  const search = { size: left.commits.length, hasGood: true, parallel: how.parallel, target: targetConfidence };
  const deeper = await findCulprit({ ...search, isSeen: true }, async (position, attempt) =>
    runs.ask(left.commits[position] ?? before, attempt),
  );
  if (deeper.kind !== 'culprit') return same;
  const [one] = deeper.candidates;
  const named = one === undefined ? undefined : left.commits[one];
  const notes = named === undefined ? [] : [`${nameOf(named)} changes only files that are seldom the cause.`];
  return { found: deeper, commits: left.commits, good: before, notes };
}
