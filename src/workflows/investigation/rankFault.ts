// From a failing test to the commits and functions it points at, by what failing and passing tests run through. Claims no cause: where
// the test does not fail, or nothing can be measured, there are no suspects and the outcome says why.
import type { Activities } from '../../controller/workflow.ts';
import type { ActivityOutput } from '../../protocol/activities.ts';
import type { InvestigationOutcome, Oracle } from '../../protocol/investigation.ts';
import type { Coverage, Suspects } from '../../protocol/suspects.ts';
import { likelyCulprits } from './likelyCulprits.ts';
import { rankSuspects } from './ranking/rankSuspects.ts';
import type { SearchOptions } from './search.ts';

/** Files whose history is read: those with the most suspicious functions. */
const maxFiles = 12;
/** With fewer, a search takes no longer than what would shorten it. */
const leastCommits = 8;

export async function withSuspects(
  outcome: InvestigationOutcome,
  { tree, oracle }: { readonly tree: string; readonly oracle: Oracle },
  act: Activities,
): Promise<InvestigationOutcome> {
  if (oracle.kind !== 'test') return outcome;
  if (oracle.isLoading === true) return { ...outcome, ranking: { suspects: [], note: reachesNothing } };
  const coverage = await act.coverTests({ tree, oracle, scope: 'related' }, 'The failing test beside others');
  if (coverage.functions.length === 0) return { ...outcome, ranking: { suspects: [], note: whyNone(coverage) } };
  const paths = suspectFiles(coverage);
  const { files } = await act.readChanges({ tree, paths, testFile: oracle.file, since: null }, 'Who changed it last');
  const suspects = rankSuspects({ coverage, changes: files, hunks: outcome.hunks });
  return { ...outcome, ranking: { suspects, note: noteOf(coverage) } };
}

type Look = Pick<SearchOptions, 'likely' | 'learn'>;

/** How likely each commit is to be the culprit, by what the oracle reaches, what the failing test runs through and who changed it. */
export function whereToLook(
  { tree, oracle }: { readonly tree: string; readonly oracle: Oracle },
  { commits, near, good }: ActivityOutput<'readHistory'>,
  act: Activities,
): Look {
  const isMeasured = oracle.kind === 'test' && oracle.isLoading !== true;
  if (!isMeasured || commits.length < leastCommits) return { likely: likelyCulprits({ commits, near }) };
  const learn = async () => {
    const coverage = await act.coverTests({ tree, oracle, scope: 'own' }, 'What the failing test runs through');
    const asked = { tree, paths: suspectFiles(coverage), testFile: oracle.file, since: good?.commit ?? null };
    const { files } =
      asked.paths.length === 0 ? { files: [] } : await act.readChanges(asked, 'Who changed these lines');
    return likelyCulprits({ commits, near, lines: { coverage, changes: files } });
  };
  // A search that begins anew learns nothing else.
  let learnt: Promise<number[]> | undefined;
  return {
    learn: () => {
      learnt ??= learn();
      return learnt;
    },
  };
}

/** Files with the functions that fewest passing tests run through come first. */
export const suspectFiles = ({ functions }: Coverage): string[] =>
  [...new Set(functions.map(({ path }) => path))].slice(0, maxFiles);

const reachesNothing = 'No test in the file is reached, so there is nothing to compare.';

const whyNone = ({ failing, notes }: Coverage): string =>
  notes[0] ??
  (failing.length === 0 ? 'The test does not fail.' : 'The failing test runs through no code of the project.');

function noteOf({ failing, passing, notes }: Coverage): Suspects['note'] {
  const [one] = failing;
  const what = failing.length === 1 ? `"${one}"` : `${failing.length} failing tests`;
  const compared =
    passing === 0
      ? `No test passes that ${what} could be compared with, so coverage alone says little.`
      : `${what} compared with ${passing} passing ${passing === 1 ? 'test' : 'tests'}.`;
  return [compared, ...notes].join(' ');
}
