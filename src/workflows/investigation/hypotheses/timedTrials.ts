// The experiments of a slowdown: refused, or timed in turns by the measure and the looks of the search, and judged. What is timed
// twice in the same way is timed once.
import { ActivityError } from '../../../controller/errors.ts';
import type { Activities } from '../../../controller/workflow.ts';
import { type HistoryCommit, uncommitted } from '../../../protocol/investigation.ts';
import { errorRate, smallEnough } from '../timing/looks.ts';
import type { Comparison, TimedRuns } from '../timing/timedRuns.ts';
import { judgeTimed, littleOf } from './judgeTimed.ts';
import { type Refusal, refused } from './named.ts';
import { type ReadTimed, readTimed, type Side, type SlowCase } from './readTimed.ts';
import { failed, pendingTrial } from './runTrial.ts';
import type { Proposed, RanTrial, Subject } from './subject.ts';

/** A slowdown, tried by timings: one at a time, since what runs beside it would be in its time. */
export function slowdownSubject(about: SlowCase, runs: TimedRuns, act: Activities): Subject {
  const known = new Map<string, Comparison>();
  return {
    kind: 'slowdown',
    todayTree: about.todayTree,
    hunks: about.culprit?.hunks ?? [],
    error: errorRate,
    parallel: 1,
    run: async (asked, name = `Experiment ${asked.id}`) => await tried(asked, name, { about, runs, act, known }),
  };
}

interface Bench {
  readonly about: SlowCase;
  readonly runs: TimedRuns;
  readonly act: Activities;
  readonly known: Map<string, Comparison>;
}

async function tried({ id, prediction, experiment }: Proposed, name: string, bench: Bench): Promise<RanTrial> {
  const trial = pendingTrial(id, prediction);
  const read = readTimed(experiment, bench.about);
  if ('refused' in read) return { trial: { ...trial, outcome: 'refused', detail: read.refused }, experiment: null };
  const shown = { ...trial, experiment: read.text, patch: read.patch };
  const timed = await timedSides(id, read, `${name}: ${read.text}`, bench).catch(failed);
  if (timed instanceof ActivityError)
    return { trial: { ...shown, outcome: 'inconclusive', detail: timed.message }, experiment: null };
  if ('refused' in timed) return { trial: { ...shown, outcome: 'refused', detail: timed.refused }, experiment: null };
  const judged = judgeTimed(read.expects, timed.compared, bench.about.ratio);
  return { trial: { ...shown, ...judged }, experiment: timed.key };
}

async function timedSides(
  id: string,
  read: ReadTimed,
  label: string,
  { about, runs, act, known }: Bench,
): Promise<{ compared: Comparison; key: string } | Refusal> {
  const sides: HistoryCommit[] = [];
  for (const side of [read.before, read.after]) {
    const made = await commitOf(id, side, about, act);
    if ('refused' in made) return made;
    sides.push(made);
  }
  const [before, after] = sides;
  if (before === undefined || after === undefined) throw new Error('There are two sides.');
  if (before.tree === after.tree) return refused('It changes nothing.');
  const key = `${before.tree} ${after.tree}`;
  const enough = Math.max(smallEnough, littleOf(about.ratio));
  const compared = known.get(key) ?? (await runs.compare({ kind: 'trial', before, after }, { label, enough }));
  known.set(key, compared);
  // Whichever way round, it is the same experiment.
  return { compared, key: [before.tree, after.tree].sort().join(' ') };
}

async function commitOf(
  id: string,
  side: Side,
  { oracle, todayTree }: SlowCase,
  act: Activities,
): Promise<HistoryCommit | Refusal> {
  if ('commit' in side) return side.commit;
  const what = side.change.kind === 'hunks' ? 'The culprit without these hunks' : 'The working copy with the patch';
  const made = await act.makeVariant({ id, todayTree, oracle, change: side.change }, `${what}, for ${id}`);
  return made.kind === 'made' ? uncommitted(made.tree) : refused(made.why);
}
