// From what a policy calls an experiment to the runs it stands for, or to why it is refused. Pure; what was said is hostile, so
// only names that are known here lead to a run. Whether files are there and what a patch may do is the activity's to check.
import { type Experiment, experimentSchema } from '../../../protocol/hypotheses.ts';
import {
  type CauseHunk,
  type ExperimentRun,
  type HistoryCommit,
  type Oracle,
  type OverlayFile,
  type ProbeResult,
  uncommitted,
} from '../../../protocol/investigation.ts';
import { shortId } from '../oracleRuns.ts';
import {
  commitNamed,
  maxPatch,
  type Named,
  noCommit,
  noExperiment,
  noHunks,
  type Refusal,
  refused,
  tooLong,
  withoutHunks,
} from './named.ts';

/** What an investigation knows: everything that an experiment can name. */
export interface Case {
  readonly oracle: Oracle;
  readonly overlay: readonly OverlayFile[];
  readonly todayTree: string;
  /** The failure that is explained. */
  readonly symptom: ProbeResult;
  /** null when not exactly one commit is the culprit, or nothing of it can be told apart. */
  readonly culprit: {
    readonly commit: HistoryCommit;
    readonly baseTree: string;
    readonly hunks: readonly CauseHunk[];
  } | null;
  /** Commits that were looked at. */
  readonly commits: readonly HistoryCommit[];
  /** How often a run of the oracle tells the wrong thing. */
  readonly error: number;
}

export interface ReadExperiment {
  readonly experiment: Experiment;
  /** In words. */
  readonly text: string;
  readonly runs: ExperimentRun[];
}

export function readExperiment(given: unknown, about: Case): ReadExperiment | Refusal {
  const parsed = experimentSchema.safeParse(given);
  if (!parsed.success) return noExperiment(parsed.error.issues[0]);
  const experiment = parsed.data;
  switch (experiment.action) {
    case 'runTest':
      return testRun(experiment, about);
    case 'revertHunks':
      return revertedHunks(experiment, about);
    case 'addProbe':
      return probeRun(experiment, about);
    case 'compareTrees':
      return comparedTrees(experiment, about);
  }
}

function testRun(experiment: Experiment & { action: 'runTest' }, about: Case): ReadExperiment | Refusal {
  const { file, name, edit } = experiment;
  if (edit !== null && edit.length > maxPatch) return tooLong();
  if (file === null && name !== null) return refused('It names a test, and not the file that it is in.');
  const oracle: Oracle = file === null ? about.oracle : { kind: 'test', file, name };
  const what = file === null ? 'what shows the symptom' : name === null ? `the tests of ${file}` : `${name} in ${file}`;
  const patch = edit === null ? null : { kind: 'test' as const, text: edit };
  const text = `Run ${what}${edit === null ? '' : ', with another input'}`;
  return { experiment, text, runs: [{ ...onToday(about), oracle, patch }] };
}

function revertedHunks(experiment: Experiment & { action: 'revertHunks' }, about: Case): ReadExperiment | Refusal {
  const { culprit, oracle, overlay } = about;
  if (culprit === null) return noHunks();
  const { commit, baseTree } = culprit;
  const chosen = withoutHunks(experiment.hunks, culprit.hunks);
  if ('refused' in chosen) return chosen;
  const text = `Run what shows the symptom on ${shortId(commit)} without its hunks at ${chosen.places}`;
  const run = { oracle, overlay: [...overlay], commit, hunks: { baseTree, ids: chosen.kept }, patch: null };
  return { experiment, text, runs: [run] };
}

function probeRun(experiment: Experiment & { action: 'addProbe' }, about: Case): ReadExperiment | Refusal {
  const { patch, expects, text: printed } = experiment;
  if (patch.length > maxPatch) return tooLong();
  if (expects === 'prints' && (printed ?? '').trim() === '') return refused('It does not say what is printed.');
  const probe = { kind: 'probe' as const, text: patch };
  const text = 'Add output or assertions to the working copy, and run what shows the symptom';
  return { experiment, text, runs: [{ ...onToday(about), oracle: about.oracle, patch: probe }] };
}

function comparedTrees(experiment: Experiment & { action: 'compareTrees' }, about: Case): ReadExperiment | Refusal {
  const { oracle, overlay } = about;
  const named = namedIn(about);
  const [before, after] = [commitNamed(experiment.before, named), commitNamed(experiment.after, named)];
  if (before === undefined) return noCommit(experiment.before);
  if (after === undefined) return noCommit(experiment.after);
  const run = (commit: HistoryCommit) => ({ oracle, overlay: [...overlay], commit, hunks: null, patch: null });
  const text = `Compare what shows the symptom on ${shortId(before)} and on ${shortId(after)}`;
  return { experiment, text, runs: [run(before), run(after)] };
}

const namedIn = ({ todayTree, culprit, commits }: Case): Named => ({
  todayTree,
  commits,
  culprit: culprit && { commit: culprit.commit, before: beforeOf(culprit.commit, culprit.baseTree) },
});

const beforeOf = ({ parents }: HistoryCommit, tree: string): HistoryCommit => ({
  ...uncommitted(tree),
  commit: parents[0] ?? null,
  subject: 'what the culprit changed',
});

/** The working copy has today's tests already; laid over a patch, they would undo it. */
const onToday = ({ todayTree }: Case) => ({ overlay: [], commit: uncommitted(todayTree), hunks: null });
