// The gym for a policy outside: one episode after the other on one worktree. Nothing it does reaches the working copy.
import { randomUUID } from 'node:crypto';
import type { Environment } from '../gym/environment.ts';
import type { Repository } from '../gym/git.ts';
import type { StepResult, ToolCall } from '../protocol/gym.ts';
import type { GymTask, ResetResult } from '../protocol/gymDoor.ts';
import { failure, type Result, success } from '../protocol/result.ts';
import type { GymDoor } from './api.ts';
import { type DoorParts, openDoorParts } from './doorParts.ts';
import { discardEnvironment, openEnvironment } from './openEnvironment.ts';
import type { RepositoryParts } from './repositoryParts.ts';

export interface GymDoorOptions {
  readonly maxSteps: number;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
  /** The tree of a revision, or of the working copy, with its objects in the repository that is given. */
  readonly treeOf: (repository: Repository, revision: string | undefined) => Promise<Result<string>>;
}

export class RepositoryGymDoor implements GymDoor {
  readonly #parts: RepositoryParts;
  readonly #options: GymDoorOptions;
  readonly #key = `door-${randomUUID().slice(0, 8)}`;
  #own: DoorParts | undefined;
  #open: { readonly environment: Environment; readonly baseTree: string } | undefined;
  #isPlaying = false;
  #steps = 0;

  constructor(parts: RepositoryParts, options: GymDoorOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  async reset(task: GymTask): Promise<Result<ResetResult>> {
    this.#isPlaying = false;
    this.#own ??= await openDoorParts(this.#parts, this.#key);
    const own = this.#own;
    const tree = await this.#options.treeOf(own.baseRepository, task.base);
    if (!tree.ok) return tree;
    const environment = await this.#environmentAt(own, tree.value);
    if (!environment.ok) return environment;
    try {
      const { signal } = this.#options;
      const { observation } = await environment.value.reset({ baseTree: tree.value, tree: tree.value }, signal);
      await own.forgetEpisode();
      this.#isPlaying = true;
      const content = task.goal === undefined ? observation.content : `${observation.content}\n\n${task.goal}`;
      return success({ observation: { ...observation, content }, info: { tree: tree.value, changedPaths: [] } });
    } catch (error) {
      this.#options.signal.throwIfAborted();
      return failure('resetFailed', error instanceof Error ? error.message : String(error));
    }
  }

  async step(action: Pick<ToolCall, 'name' | 'input'>): Promise<Result<StepResult>> {
    if (this.#open === undefined || !this.#isPlaying)
      return failure('noEpisode', 'There is no episode, or it has ended. Call reset first.');
    this.#steps += 1;
    const call = { id: `step-${this.#steps}`, name: action.name, input: action.input };
    const stepped = await this.#open.environment.step(call, this.#options.signal);
    this.#isPlaying = !stepped.terminated && !stepped.truncated;
    return success(stepped);
  }

  async close(): Promise<void> {
    this.#isPlaying = false;
    const own = this.#own;
    this.#own = undefined;
    if (own === undefined) return;
    await this.#closeEnvironment(own);
    await own.close();
  }

  async #closeEnvironment(own: DoorParts): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.environment.close();
    await discardEnvironment(own, this.#key);
  }

  /** The base's configuration belongs to the environment, so another base gets another one. */
  async #environmentAt(own: DoorParts, baseTree: string): Promise<Result<Environment>> {
    if (this.#open?.baseTree === baseTree) return success(this.#open.environment);
    if (this.#open !== undefined) await this.#closeEnvironment(own);
    const { maxSteps, signal, onProgress } = this.#options;
    const request = { key: this.#key, baseTree, tree: baseTree, signal, onProgress, episode: { maxSteps } };
    const opened = await openEnvironment(own, request);
    if (!opened.ok) return opened;
    this.#open = { environment: opened.value, baseTree };
    return opened;
  }
}
