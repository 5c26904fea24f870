// From what a policy calls an experiment of a slowdown to the two trees that are timed against each other, or to why it is refused.
// Pure; what was said is hostile, so only names that are known here lead to a run.
import type { CauseHunk, HistoryCommit, Oracle, Variant } from '../../../protocol/investigation.ts';
import { uncommitted } from '../../../protocol/investigation.ts';
import { type TimedExperiment, timedExperimentSchema } from '../../../protocol/timedExperiment.ts';
import { shortId } from '../oracleRuns.ts';
import {
  commitNamed,
  maxPatch,
  noCommit,
  noExperiment,
  noHunks,
  type Refusal,
  refused,
  tooLong,
  withoutHunks,
} from './named.ts';

/** What the search for a slowdown knows: everything that an experiment can name. */
export interface SlowCase {
  readonly oracle: Oracle;
  readonly todayTree: string;
  /** How many times as long it takes: what is to be explained. */
  readonly ratio: number;
  /** null when not exactly one commit is the culprit, or it is not slower than what was before it. */
  readonly culprit: {
    readonly commit: HistoryCommit;
    readonly before: HistoryCommit;
    /** What its hunks are a change of. */
    readonly baseTree: string;
    readonly hunks: readonly CauseHunk[];
  } | null;
  /** Commits that were looked at. */
  readonly commits: readonly HistoryCommit[];
}

/** A commit as it is, or a tree that is made for the experiment. */
export type Side = { readonly commit: HistoryCommit } | { readonly change: Variant };

export interface ReadTimed {
  /** In words. */
  readonly text: string;
  /**
   * What is expected to be slower comes after, whichever way round it was said: it is for a slowdown from `before` to `after` that
   * the looks at the pairs spend their error, and end early.
   */
  readonly before: Side;
  readonly after: Side;
  readonly expects: 'slower' | 'same';
  readonly patch: string | null;
}

export function readTimed(given: unknown, about: SlowCase): ReadTimed | Refusal {
  const parsed = timedExperimentSchema.safeParse(given);
  if (!parsed.success) return noExperiment(parsed.error.issues[0]);
  const experiment = parsed.data;
  switch (experiment.action) {
    case 'revertHunks':
      return revertedHunks(experiment, about);
    case 'compareTrees':
      return comparedTrees(experiment, about);
    case 'tryPatch':
      return patched(experiment, about);
  }
}

function revertedHunks(
  { hunks, expects }: TimedExperiment & { action: 'revertHunks' },
  { culprit }: SlowCase,
): ReadTimed | Refusal {
  if (culprit === null || culprit.hunks.length === 0) return noHunks();
  const { commit, baseTree } = culprit;
  const chosen = withoutHunks(hunks, culprit.hunks);
  if ('refused' in chosen) return chosen;
  const text = `Time ${shortId(commit)} against the same without its hunks at ${chosen.places}`;
  const change: Variant = { kind: 'hunks', commit, baseTree, ids: chosen.kept };
  return { text, before: { change }, after: { commit }, expects: fromLess(expects), patch: null };
}

function comparedTrees(
  { before, after, expects }: TimedExperiment & { action: 'compareTrees' },
  about: SlowCase,
): ReadTimed | Refusal {
  const [old, now] = [commitNamed(before, about), commitNamed(after, about)];
  if (old === undefined) return noCommit(before);
  if (now === undefined) return noCommit(after);
  if (old.tree === now.tree) return refused('Both are the same files.');
  const [first, second] = expects === 'faster' ? [now, old] : [old, now];
  const text = `Time ${shortId(second)} against ${shortId(first)}`;
  const isSame = expects === 'same';
  return {
    text,
    before: { commit: first },
    after: { commit: second },
    expects: isSame ? 'same' : 'slower',
    patch: null,
  };
}

function patched(
  { patch, expects }: TimedExperiment & { action: 'tryPatch' },
  { todayTree }: SlowCase,
): ReadTimed | Refusal {
  if (patch.length > maxPatch) return tooLong();
  const text = 'Time the working copy against the same with a patch';
  const change: Variant = { kind: 'patch', text: patch };
  const after = { commit: uncommitted(todayTree) };
  return { text, before: { change }, after, expects: fromLess(expects), patch };
}

/** That it is faster with a change is that it is slower without. */
const fromLess = (expects: 'faster' | 'same'): ReadTimed['expects'] => (expects === 'faster' ? 'slower' : 'same');
