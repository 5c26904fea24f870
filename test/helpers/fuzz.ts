// Plays runs with a policy that answers anything, and says what a run did that no run may do.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { replayRun } from '../../src/host/replayRun.ts';
import { FuzzPolicy } from '../fakes/fuzzPolicy.ts';
import { fingerprint } from './repository.ts';
import { type Played, Stage } from './stage.ts';

export interface Fuzzed {
  readonly episodes: number;
  readonly runs: number;
  readonly steps: number;
  /** How many runs ended in which state. */
  readonly ends: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** Megabytes of the heap in use after the first fifth, and at the end. */
  readonly heap: readonly [number, number];
  /** What went wrong; empty when nothing did. */
  readonly problems: readonly string[];
}

const budget = { turns: 40, tokens: 1_500_000, usd: 4, repairs: 1 };
/** Activities that may be under way when a budget is found to be used up: three perspectives at once. */
const slack = 3;
/** Every so many runs the journal is replayed, and the files are looked at. */
const lookEvery = 10;

export async function fuzz(episodes: number, seed: number): Promise<Fuzzed> {
  const stage = await Stage.open();
  const started = performance.now();
  const ends: Record<string, number> = {};
  const problems: string[] = [];
  let played = 0;
  let runs = 0;
  let steps = 0;
  let early: number | undefined;
  try {
    const before = outside(stage);
    while (played < episodes && problems.length === 0) {
      const policy = new FuzzPolicy(seed + runs);
      const run = await stage.play(policy, budget);
      played += policy.episodes;
      steps += run.steps.length;
      const found = [...problemsOf(run)];
      if (runs % lookEvery === 0) {
        const replayed = await replayRun('run', run.entries);
        if (!replayed.identical) found.push(`its replay differs: ${replayed.difference}`);
        if (outside(stage) !== before) found.push('something outside of the worktree changed');
      }
      problems.push(...found.map((problem) => `Seed ${seed + runs}: ${problem}`));
      const state = `${run.view.status}${run.view.outcome === null ? '' : `, ${run.view.outcome.outcome}`}`;
      ends[state] = (ends[state] ?? 0) + 1;
      runs += 1;
      if (early === undefined && played >= episodes / 5) early = heapInUse();
    }
    if (outside(stage) !== before) problems.push('Something outside of the worktree changed.');
  } finally {
    await stage.close();
  }
  if (existsSync(stage.folder)) problems.push('A worktree was left behind.');
  const seconds = (performance.now() - started) / 1_000;
  return { episodes: played, runs, steps, ends, seconds, heap: [early ?? 0, heapInUse()], problems };
}

function* problemsOf({ end, view, entries }: Played): Generator<string> {
  if (end.status === 'detached' || view.status !== end.status)
    yield `it ended as ${end.status} and looks ${view.status}`;
  if (view.waitingFor !== null) yield `it waits for ${view.waitingFor}`;
  if (view.status !== 'completed' && view.failure === null) yield `it is ${view.status} without a reason`;
  if (view.turns > budget.turns + slack) yield `it took ${view.turns} answers of ${budget.turns}`;
  // One answer may cost what it costs; none is asked for afterwards.
  const usage = view.usage.costUsd - 0.3 * (slack + 1);
  if (usage > budget.usd) yield `it cost ${view.usage.costUsd} of ${budget.usd} dollars`;
  const open = new Set<number>();
  for (const { event } of entries) {
    if (event.type === 'activityScheduled') open.add(event.activity);
    if (event.type === 'activityCompleted' || event.type === 'activityFailed') open.delete(event.activity);
  }
  if (end.status === 'completed' && open.size > 0) yield `${open.size} activities never ended`;
}

/** Everything that is not in the worktree and that a policy could want to change, as a digest. */
function outside(stage: Stage): string {
  const around = [
    fingerprint(stage.repo.root),
    readdirSync(join(stage.repo.root, '.git')).sort(),
    readdirSync(join(stage.repo.root, '.git/hooks')).sort(),
    readdirSync(stage.folder).sort(),
    ['/etc/hostile', '/outside.ts', join(tmpdir(), 'outside.ts'), join(stage.folder, '..', 'outside.ts')].map(
      existsSync,
    ),
  ];
  return createHash('sha256').update(JSON.stringify(around)).digest('hex');
}

/** Megabytes, after everything that nobody holds is gone. */
function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  return process.memoryUsage().heapUsed / 1e6;
}
