// Two commits in a worktree each, at the same time, with today's tests laid over both, so that runs can take turns without a
// checkout between them. It runs nothing by itself.
import { realpath } from 'node:fs/promises';
import type { Repository } from '../../../gym/git.ts';
import { treeOfRevision } from '../../../gym/snapshot.ts';
import { findMeter } from '../../../gym/timing/meter.ts';
import { type TimedAnswer, timeOracle } from '../../../gym/timing/timeOracle.ts';
import type { HistoryCommit, Oracle, OverlayFile } from '../../../protocol/investigation.ts';
import { type Result, success } from '../../../protocol/result.ts';
import type { ActivityContext } from '../../activityContext.ts';
import type { Probes } from '../probes.ts';

export type Side = 'before' | 'after';

/** The two runs of a pair. */
export const sidesFrom = (first: Side): readonly [Side, Side] =>
  first === 'before' ? ['before', 'after'] : ['after', 'before'];

export interface SidesQuestion {
  readonly oracle: Oracle;
  readonly overlay: readonly OverlayFile[];
  readonly todayTree: string;
  readonly before: HistoryCommit;
  readonly after: HistoryCommit;
}

export interface SidesParts {
  readonly repository: Repository;
  readonly probes: Probes;
}

export interface Sides {
  /** One run of a side; `env` is added to its environment, and spans of a name are timed too. */
  run(
    side: Side,
    more?: { readonly env?: Readonly<Record<string, string>>; readonly span?: string | undefined },
  ): Promise<Result<TimedAnswer>>;
  /** A folder that the runs of a side can write to. */
  cache(side: Side): string;
  /** Where the files of a side lie, and what links in them lead to. */
  roots(side: Side): Promise<string[]>;
}

/** `unfit`: a side whose worktree could not be made ready. */
export type OnBoth<T> = { readonly value: T } | { readonly unfit: Side; readonly message: string };

export async function onBothSides<T>(
  question: SidesQuestion,
  { repository, probes }: SidesParts,
  context: ActivityContext,
  use: (sides: Sides) => Promise<Result<T>>,
): Promise<Result<OnBoth<T>>> {
  const today = await probes.todayOf(question.todayTree);
  if (!today.ok) return today;
  const { config, tests } = today.value;
  const [before, after] = [await treeOf('before'), await treeOf('after')];
  if (!before.ok) return before;
  if (!after.ok) return after;
  const { sandbox } = config;
  const { oracle } = question;
  const { signal, onProgress } = context;
  let open: Side = 'before';
  const asking = { todayTree: question.todayTree, ...context };
  const both = await probes.inWorktree(before.value, config, asking, async (old) => {
    open = 'after';
    return await probes.inWorktree(after.value, config, asking, async (now) => {
      const places = { before: old, after: now };
      const meter = await findMeter({ ...now, sandbox, signal });
      const used = await use({
        run: async (side, { env = {}, span } = {}) =>
          await timeOracle({ ...places[side], tests, sandbox, oracle, signal, onProgress, meter, env, span }),
        cache: (side) => places[side].cache,
        roots: async (side) => [await realpath(places[side].cwd), await realpath(repository.root)],
      });
      return used.ok ? success({ value: used.value }) : used;
    });
  });
  if (both.ok || both.failure.reason !== 'prepareFailed') return both;
  return success({ unfit: open, message: both.failure.message });

  async function treeOf(side: Side): Promise<Result<string>> {
    const tree = await treeOfRevision(repository, question[side].tree);
    if (!tree.ok) return tree;
    const { todayTree, overlay } = question;
    return await probes.treeOf({ commit: { ...question[side], tree: tree.value }, todayTree, overlay, hunks: null });
  }
}
