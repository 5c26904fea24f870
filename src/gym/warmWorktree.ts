// A worktree that goes from tree to tree, and is put in order by what differs: git writes what the trees do not share, and of the
// rest only what a command has touched is written again. Where that cannot be told for sure, everything is.
import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { dependencyDepth, dependencyFoldersIn } from './dependencyFolders.ts';
import { differenceOf, type FileStamps, stampsOf } from './fileStamps.ts';
import type { Worktree, WorktreePool } from './worktree.ts';

export interface WarmPlace {
  readonly pool: WorktreePool;
  readonly key: string;
  /** The working copy that dependency folders are shared with, and their names. */
  readonly root: string;
  readonly dependencyFolders: readonly string[];
}

export class WarmWorktree {
  readonly #place: WarmPlace;
  #worktree: Worktree | undefined;
  /** As the last reset left it; undefined when it is not known. */
  #stamps: FileStamps | undefined;
  #shared: ReadonlySet<string> = new Set();

  constructor(place: WarmPlace) {
    this.#place = place;
  }

  /** The folder, with exactly the files of the tree. `paths`: all of its files. */
  async at(tree: string, paths: readonly string[], signal: AbortSignal): Promise<string> {
    const before = this.#stamps;
    this.#stamps = undefined;
    if (this.#worktree === undefined) await this.#acquire(tree, signal);
    else await this.#reset(this.#worktree, tree, before, signal);
    const worktree = this.#worktree;
    if (worktree === undefined) throw new Error('A worktree that was acquired is gone.');
    // A tree that carries such a folder itself has files in it that are not looked at here.
    const isPlain = !paths.some((path) => this.#isInShared(path));
    this.#stamps = isPlain ? await stampsOf(worktree.path, this.#shared) : undefined;
    return worktree.path;
  }

  async close(): Promise<void> {
    await this.#worktree?.release();
    this.#worktree = undefined;
    this.#stamps = undefined;
    await this.#place.pool.discard(this.#place.key);
  }

  async #acquire(tree: string, signal: AbortSignal): Promise<void> {
    const { pool, key, root, dependencyFolders } = this.#place;
    this.#worktree = await pool.acquire(key, tree, signal);
    this.#shared = new Set(await dependencyFoldersIn(root, '', dependencyFolders, dependencyDepth));
  }

  async #reset(worktree: Worktree, tree: string, before: FileStamps | undefined, signal: AbortSignal): Promise<void> {
    const after = before === undefined ? undefined : await stampsOf(worktree.path, this.#shared);
    if (before === undefined || after === undefined) {
      await worktree.reset(tree, signal);
      return;
    }
    const { files, newFolders } = differenceOf(before, after);
    await worktree.reset(tree, signal, files);
    // Folders with files in them went with these; git keeps no empty ones.
    for (const folder of newFolders) await rmdir(join(worktree.path, folder)).catch(() => undefined);
  }

  #isInShared(path: string): boolean {
    for (const folder of this.#shared) if (path.startsWith(`${folder}/`)) return true;
    return false;
  }
}
