// What an experiment may name, of a failure as of a slowdown: commits and hunks that the investigation knows. Pure; whatever else is
// named is refused, with a reason.
import { type CauseHunk, type HistoryCommit, uncommitted } from '../../../protocol/investigation.ts';

export type Refusal = { readonly refused: string };

export interface Named {
  readonly todayTree: string;
  readonly culprit: { readonly commit: HistoryCommit; readonly before: HistoryCommit } | null;
  /** Commits that were looked at. */
  readonly commits: readonly HistoryCommit[];
}

/** Characters of a patch; a longer one is no experiment. */
export const maxPatch = 20_000;
/** Fewer characters of a commit's id are taken for a word. */
const shortestId = 7;

export function commitNamed(name: string, { culprit, commits, todayTree }: Named): HistoryCommit | undefined {
  if (name === 'today') return uncommitted(todayTree);
  if (name === 'culprit') return culprit?.commit;
  if (name === 'before') return culprit?.before;
  const found = name.length < shortestId ? [] : commits.filter(({ commit }) => commit?.startsWith(name) === true);
  return found.length === 1 ? found[0] : undefined;
}

/** The hunks that stay when some are left out, and where those are; none named means all. */
export function withoutHunks(
  named: readonly string[],
  hunks: readonly CauseHunk[],
): { readonly kept: string[]; readonly places: string } | Refusal {
  const unknown = named.filter((id) => !hunks.some((hunk) => hunk.id === id));
  if (unknown.length > 0) return refused(`The culprit has no hunk ${unknown.slice(0, 3).map(quoted).join(', ')}.`);
  const isOut = ({ id }: CauseHunk): boolean => named.length === 0 || named.includes(id);
  return {
    kept: hunks.filter((hunk) => !isOut(hunk)).map(({ id }) => id),
    places: hunks
      .filter(isOut)
      .map(({ path, startLine }) => `${path}:${startLine}`)
      .join(', '),
  };
}

export const refused = (why: string): Refusal => ({ refused: why });
export const noHunks = (): Refusal => refused('There is no single culprit whose hunks could be reverted.');
export const tooLong = (): Refusal => refused(`Its patch is longer than ${maxPatch} characters.`);
export const noCommit = (name: string): Refusal => refused(`${quoted(name)} is no commit that was looked at.`);
export const noExperiment = (issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined) =>
  refused(`It is none of the experiments that there are: ${issue?.path.join('.') || 'action'}: ${issue?.message}`);
const quoted = (text: string): string => JSON.stringify(text.slice(0, 60));
