// The gym of one run: a worktree and an environment for each way that is played at the same time, moved to the tree that the
// next action starts from.
import type { Environment } from '../gym/environment.ts';
import { budgetSchema } from '../protocol/config.ts';
import type { Proof } from '../protocol/proof.ts';
import type { ActivityContext } from './activityContext.ts';
import { discardEnvironment, openEnvironment } from './openEnvironment.ts';
import type { RepositoryParts } from './repositoryParts.ts';

interface Lane {
  readonly environment: Environment;
  /** The tree the worktree holds; undefined when an action failed half-way and nobody knows. */
  tree: string | undefined;
  context: ActivityContext;
}

interface LaneStart {
  readonly baseTree: string;
  readonly tree: string;
  readonly proof: Proof | undefined;
}

/** As many ways as a configuration can ask for. */
const maxWays = budgetSchema.shape.ways.unwrap().maxValue ?? 1;

export class RunEnvironment {
  readonly #parts: RepositoryParts;
  readonly #runId: string;
  readonly #lanes = new Map<number, Lane>();

  constructor(parts: RepositoryParts, runId: string) {
    this.#parts = parts;
    this.#runId = runId;
  }

  /** The environment with the worktree at `tree`. Resetting is skipped when it is there already. */
  async at(way: number, start: LaneStart, context: ActivityContext): Promise<Environment> {
    const lane = this.#lanes.get(way) ?? (await this.#open(way, start, context));
    const { baseTree, tree } = start;
    lane.context = context;
    if (lane.tree !== tree) {
      await lane.environment.reset({ baseTree, tree });
      lane.tree = tree;
    }
    return lane.environment;
  }

  /** Must be called after every step, with the tree it ended in; undefined when it threw. */
  ended(way: number, tree: string | undefined): void {
    const lane = this.#lanes.get(way);
    if (lane !== undefined) lane.tree = tree;
  }

  /** Also of ways that were only judged here. */
  async close(): Promise<void> {
    for (const { environment } of this.#lanes.values()) await environment.close();
    this.#lanes.clear();
    for (let way = 1; way <= maxWays; way += 1) await discardEnvironment(this.#parts, wayKey(this.#runId, way));
    await this.#parts.pool.discard(weighKey(this.#runId));
  }

  async #open(way: number, start: LaneStart, context: ActivityContext): Promise<Lane> {
    let lane: Lane | undefined;
    const opened = await openEnvironment(this.#parts, {
      key: wayKey(this.#runId, way),
      ...start,
      signal: context.signal,
      onProgress: (text) => (lane?.context ?? context).onProgress(text),
    });
    if (!opened.ok) throw new Error(opened.failure.message);
    lane = { environment: opened.value, tree: undefined, context };
    this.#lanes.set(way, lane);
    return lane;
  }
}

/** What the worktrees of a way are named by. */
export const wayKey = (runId: string, way: number): string => (way === 1 ? runId : `${runId}-way${way}`);
/** The worktree in which hunks are left out. */
export const weighKey = (runId: string): string => `${runId}-weigh`;
