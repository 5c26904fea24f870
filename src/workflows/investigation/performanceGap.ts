// "It is slower than it was": from both ends compared in turns, over the commits between, to the one that did it and the functions
// that grew. Deterministic; it claims no slowdown that chance explains, and no commit that is not slower than the one before it.
import type { Activities } from '../../controller/workflow.ts';
import type { ActivityOutput } from '../../protocol/activities.ts';
import type {
  CauseHunk,
  HistoryCommit,
  InvestigateInput,
  InvestigationOutcome,
  Oracle,
  OverlayFile,
} from '../../protocol/investigation.ts';
import type { GrownFunction } from '../../protocol/timing.ts';
import { concludeNothing } from './conclude.ts';
import { concludeEnds, concludeGap } from './concludeGap.ts';
import { enterMerges } from './enterMerges.ts';
import { findCulprit } from './findCulprit.ts';
import { nameOf } from './oracleRuns.ts';
import { grownFunctions } from './timing/compareProfiles.ts';
import { seedOf } from './timing/seededRandom.ts';
import { type Comparison, TimedRuns, typicalRatio } from './timing/timedRuns.ts';

export interface GapQuestion {
  readonly input: InvestigateInput;
  readonly revision: string;
  readonly tree: string;
  readonly oracle: Oracle;
  readonly overlay: readonly OverlayFile[];
  readonly notes: readonly string[];
  readonly span: string | undefined;
}

/** The confidence at which the search ends. What it found is compared with the commit before it, which decides. */
const target = 0.9;
/** Profiles of each side. */
const profileRuns = 5;

export async function performanceGap(asked: GapQuestion, act: Activities): Promise<InvestigationOutcome> {
  const { input, tree, oracle, overlay, notes } = asked;
  const history = await act.readHistory(
    { tree, from: 'HEAD', good: asked.revision, reached: [] },
    'Commits that may have made it slower',
  );
  const { commits, good } = history;
  const [newest] = commits;
  if (newest === undefined || good === null)
    return concludeNothing(input, [...notes, `Nothing that can matter changed since ${asked.revision}.`]);
  const runs = new TimedRuns(act, { oracle, overlay, todayTree: tree, span: asked.span });
  const ends = await runs.compare({ kind: 'ends', before: good, after: newest });
  if (ends.kind === 'unfit' || ends.verdict !== 'slower') return concludeEnds(asked, history, runs, ends);

  const ratio = typicalRatio(ends.timing);
  const askOf = async (commit: HistoryCommit, attempt: number) => await runs.side(good, commit, attempt, ratio);
  // Both ends are known already.
  const ask = async (position: number, attempt: number) => {
    const commit = commits[position];
    if (position === 0 || commit === undefined) return position === 0 ? 'failed' : 'passed';
    return await askOf(commit, attempt);
  };
  // One run at a time: what runs beside it would be in its time.
  const found = await findCulprit({ size: commits.length, hasGood: true, parallel: 1, target }, ask);
  const inside = await enterMerges(found, commits, { ask: askOf }, { parallel: 1, reached: [] }, act);
  const told = { history, runs, ends, inside, ratio, grown: [], hunks: [], profileNote: '' };
  const [culprit, ...others] = inside.culprits;
  if (inside.found.kind !== 'culprit' || culprit === undefined || others.length > 0)
    return concludeGap(asked, { ...told, step: null });

  const before = commitBefore(culprit, commits, good);
  const isWhole = culprit === newest && before === good;
  const step: Comparison = isWhole ? ends : await runs.compare({ kind: 'culprit', before, after: culprit });
  if (step.kind === 'unfit' || step.verdict !== 'slower') return concludeGap(asked, { ...told, step });
  const question = { commit: culprit, todayTree: tree, overlay: [...overlay] };
  const { hunks } = await act.readHunks(question, `Hunks of ${nameOf(culprit)}`);
  const profiles = await act.profilePair(
    {
      oracle,
      overlay: [...overlay],
      todayTree: tree,
      before,
      after: culprit,
      runs: profileRuns,
      seed: seedOf(`${before.tree} ${culprit.tree} profile`),
    },
    `Profiles of ${nameOf(culprit)} and of the commit before it`,
  );
  const changed = new Set(hunks.map(({ path }) => path));
  const grown = grownFunctions(profiles.before, profiles.after, changed);
  return concludeGap(asked, {
    ...{ ...told, step, grown },
    hunks: hunksOf(grown, hunks),
    profileNote: profileNote(profiles, grown),
  });
}

/** What stood before it: in the history that was read, or its parent by name, whose tree the host looks up. */
function commitBefore(culprit: HistoryCommit, commits: readonly HistoryCommit[], good: HistoryCommit): HistoryCommit {
  const at = commits.indexOf(culprit);
  const listed = at === -1 ? undefined : (commits[at + 1] ?? good);
  const [parent] = culprit.parents;
  if (listed !== undefined || parent === undefined) return listed ?? good;
  const subject = 'the commit before';
  return { commit: parent, tree: parent, parents: [], subject, author: '', at: 0 };
}

/** The hunks in files where a function grew; all where that is none of them. */
function hunksOf(grown: readonly GrownFunction[], hunks: readonly CauseHunk[]): CauseHunk[] {
  const paths = new Set(grown.map(({ path }) => path));
  const near = hunks.filter(({ path }) => paths.has(path));
  return near.length > 0 ? near : [...hunks];
}

function profileNote({ before, message }: ActivityOutput<'profilePair'>, grown: readonly GrownFunction[]): string {
  if (before.length === 0) return `Which function takes longer: there are no CPU profiles. ${message}`.trim();
  return grown.length > 0 ? '' : 'Which function takes longer: the profiles differ by no more than chance.';
}
