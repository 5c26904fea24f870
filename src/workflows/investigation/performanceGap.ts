// "It is slower than it was": from both ends compared in turns, over the commits between, to the one that did it and the functions
// that grew. Deterministic; it claims no slowdown that chance explains, and no commit that is not slower than the one before it.
// Where there is a policy, it is asked why, once a slowdown is proved.
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
import type { GrownFunction, Timing } from '../../protocol/timing.ts';
import { concludeNothing } from './conclude.ts';
import { concludeEnds, concludeGap, type GapEvidence } from './concludeGap.ts';
import { enterMerges } from './enterMerges.ts';
import { findCulprit } from './findCulprit.ts';
import type { SlowCase } from './hypotheses/readTimed.ts';
import { slowdownSubject } from './hypotheses/timedTrials.ts';
import { withInquiry } from './hypotheses/tryHypotheses.ts';
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
  const { outcome, slowdown } = await findGap(asked, act);
  if (slowdown === null) return outcome;
  const { runs, ...about } = slowdown;
  return await withInquiry(outcome, asked.input, slowdownSubject(about, runs, act), act);
}

/** What there is to explain, and with what it was measured. */
type Slowdown = SlowCase & { readonly runs: TimedRuns };

interface Gap {
  readonly outcome: InvestigationOutcome;
  /** null where none is proved. */
  readonly slowdown: Slowdown | null;
}

interface Step {
  readonly culprit: HistoryCommit;
  readonly before: HistoryCommit;
  readonly timing: Timing;
  readonly slowdown: Slowdown;
}

const without = (outcome: InvestigationOutcome): Gap => ({ outcome, slowdown: null });

async function findGap(asked: GapQuestion, act: Activities): Promise<Gap> {
  const { input, tree, oracle, overlay, notes } = asked;
  const history = await act.readHistory(
    { tree, from: 'HEAD', good: asked.revision, reached: [] },
    'Commits that may have made it slower',
  );
  const { commits, good } = history;
  const [newest] = commits;
  if (newest === undefined || good === null)
    return without(concludeNothing(input, [...notes, `Nothing that can matter changed since ${asked.revision}.`]));
  const runs = new TimedRuns(act, { oracle, overlay, todayTree: tree, span: asked.span });
  const ends = await runs.compare({ kind: 'ends', before: good, after: newest });
  if (ends.kind === 'unfit' || ends.verdict !== 'slower') return without(concludeEnds(asked, history, runs, ends));

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
  const slowdown = { runs, oracle, todayTree: tree, ratio, culprit: null, commits: [...commits, good] };
  const told = { history, runs, ends, inside, ratio, grown: [], hunks: [], profileNote: '' };
  const [culprit, ...candidates] = inside.culprits;
  if (inside.found.kind !== 'culprit' || culprit === undefined || candidates.length > 0)
    return { outcome: concludeGap(asked, { ...told, step: null }), slowdown };

  const before = commitBefore(culprit, commits, good);
  const isWhole = culprit === newest && before === good;
  const step: Comparison = isWhole ? ends : await runs.compare({ kind: 'culprit', before, after: culprit });
  if (step.kind === 'unfit' || step.verdict !== 'slower')
    return { outcome: concludeGap(asked, { ...told, step }), slowdown };
  return await causeOf(asked, { ...told, step }, { culprit, before, timing: step.timing, slowdown }, act);
}

/** One commit is slower than what was before it: its hunks, and the functions that grew. */
async function causeOf(
  asked: GapQuestion,
  told: GapEvidence,
  { culprit, before, timing, slowdown }: Step,
  act: Activities,
): Promise<Gap> {
  const { oracle, overlay, tree } = asked;
  const question = { commit: culprit, todayTree: tree, overlay: [...overlay] };
  const { hunks, baseTree, isCut } = await act.readHunks(question, `Hunks of ${nameOf(culprit)}`);
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
  const near = hunksOf(grown, hunks);
  const outcome = concludeGap(asked, {
    ...{ ...told, grown },
    hunks: near,
    profileNote: profileNote(profiles, grown),
  });
  const others = hunks.filter((hunk) => !near.includes(hunk));
  // Of hunks that are not all known, none can be left out alone.
  const known = { commit: culprit, before, baseTree, hunks: isCut ? [] : [...near, ...others] };
  // No hunk of it can explain more than the commit does.
  const explained = Math.min(slowdown.ratio, typicalRatio(timing));
  return { outcome, slowdown: { ...slowdown, culprit: known, ratio: explained } };
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
