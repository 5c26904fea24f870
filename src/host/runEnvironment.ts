// The gym of one run: one worktree and one environment, moved to the tree that the next action starts from.
import type { Environment } from '../gym/environment.ts';
import type { ActivityContext } from './activityContext.ts';
import { discardEnvironment, openEnvironment } from './openEnvironment.ts';
import type { RepositoryParts } from './repositoryParts.ts';

export class RunEnvironment {
  readonly #parts: RepositoryParts;
  readonly #runId: string;
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
    await discardEnvironment(this.#parts, this.#runId);
    this.#environment = undefined;
  }

  async #open(baseTree: string, tree: string, context: ActivityContext): Promise<Environment> {
    const opened = await openEnvironment(this.#parts, {
      key: this.#runId,
      baseTree,
      tree,
      signal: context.signal,
      onProgress: (text) => this.#context?.onProgress(text),
    });
    if (!opened.ok) throw new Error(opened.failure.message);
    this.#environment = opened.value;
    return opened.value;
  }
}
