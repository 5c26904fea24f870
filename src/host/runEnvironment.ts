// The gym of one run: one worktree and one environment, moved to the tree that the next action starts from.
import { Environment } from '../gym/environment.ts';
import type { Worktree } from '../gym/worktree.ts';
import type { ActivityContext } from './activityContext.ts';
import { configOfTree, judgeTrees } from './judge.ts';
import { prepareWorktree } from './prepareWorktree.ts';
import type { RepositoryParts } from './repositoryParts.ts';

export class RunEnvironment {
  readonly #parts: RepositoryParts;
  readonly #runId: string;
  #worktree: Worktree | undefined;
  #environment: Environment | undefined;
  /** The tree the worktree holds; undefined when an action failed half-way and nobody knows. */
  #tree: string | undefined;
  #context: ActivityContext | undefined;

  constructor(parts: RepositoryParts, runId: string) {
    this.#parts = parts;
    this.#runId = runId;
  }

  /** The environment with the worktree at `tree`. Resetting is skipped when it is there already. */
  async at(baseTree: string, tree: string, context: ActivityContext): Promise<Environment> {
    this.#context = context;
    const environment = this.#environment ?? (await this.#open(baseTree, tree, context));
    if (this.#tree !== tree) {
      await environment.reset({ baseTree, tree });
      this.#tree = tree;
    }
    return environment;
  }

  /** Must be called after every step, with the tree it ended in; undefined when it threw. */
  ended(tree: string | undefined): void {
    this.#tree = tree;
  }

  async close(): Promise<void> {
    await this.#environment?.close();
    if (this.#environment !== undefined) await this.#parts.pool.discard(`${this.#runId}-gym`);
    await this.#parts.pool.discard(`${this.#runId}-judge`);
    this.#environment = undefined;
    this.#worktree = undefined;
  }

  async #open(baseTree: string, tree: string, context: ActivityContext): Promise<Environment> {
    const { repository, pool } = this.#parts;
    const config = await configOfTree(repository, baseTree);
    if (!config.ok) throw new Error(config.failure.message);
    this.#worktree = await pool.acquire(`${this.#runId}-gym`, tree, context.signal);
    const prepared = await prepareWorktree(this.#worktree.path, config.value, context.signal);
    if (!prepared.ok) throw new Error(prepared.failure.message);
    this.#environment = new Environment({
      worktree: this.#worktree,
      tests: config.value.tests,
      changedPaths: async (base, current) => (await this.#parts.files.changed(base, current)).map(({ path }) => path),
      checkGates: async (base, candidate, signal) => {
        const key = `${this.#runId}-judge`;
        const onProgress = (text: string) => this.#context?.onProgress(text);
        const request = { baseTree: base, candidateTree: candidate, gates: undefined, key, signal, onProgress };
        const verdicts = await judgeTrees(request, this.#parts);
        if (!verdicts.ok) throw new Error(verdicts.failure.message);
        return verdicts.value;
      },
      onProgress: (text) => this.#context?.onProgress(text),
    });
    return this.#environment;
  }
}
