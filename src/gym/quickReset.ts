// The reset of a worktree after a command, by what the command touched: git's own record of each file's status tells
// which files changed, the folders' change times tell where something can have come in. The change time of a file
// cannot be set back by a command, so times and size that were put back do not deceive.
import { mkdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { GitBytesOptions, Repository } from './git.ts';
import { absolutePath, joinPaths, type PathBytes, pathBytesOf, splitPaths } from './pathBytes.ts';
import { kindOf, removeFiles } from './restoreFiles.ts';
import { StrayEntries, type TreeNames, treeNames } from './strayEntries.ts';

/** Elsewhere change times mean something else, or two names may be one file. */
export const canResetQuickly = process.platform === 'linux';

/** Whatever the person set: all of a file's status is compared, and with few processors git's threads are in the way. */
const exactly = [
  'core.checkStat=default',
  'core.trustctime=true',
  'core.fileMode=true',
  'core.ignoreCase=false',
].flatMap((setting) => ['-c', setting]);
const alone = availableParallelism() < 4 ? ['-c', 'core.preloadIndex=false'] : [];

interface Difference {
  readonly path: PathBytes;
  readonly oldMode: string;
  readonly newMode: string;
}

export class QuickReset {
  readonly #repository: Repository;
  readonly #path: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #strays: StrayEntries;
  #names: { readonly tree: string; readonly names: TreeNames } | undefined;

  constructor(repository: Repository, path: string, env: Readonly<Record<string, string>>) {
    this.#repository = repository;
    this.#path = path;
    this.#env = env;
    this.#strays = new StrayEntries(path);
  }

  /**
   * Makes the files those of `to`, when the index names `from` and says of each file what it was when git last wrote or
   * read it. `kept`: shared folders, which are left alone. Throws what git or the file system says.
   */
  async reset(from: string, to: string, kept: readonly string[], signal?: AbortSignal): Promise<void> {
    const options = { env: this.#env, ...(signal === undefined ? {} : { signal }) };
    const git = (args: readonly string[], more: GitBytesOptions = {}) =>
      this.#repository.git.at(this.#path).bytes([...exactly, ...alone, ...args], { ...options, ...more });
    const [dirty, strays, moved] = await Promise.all([
      git(['diff-files', '--raw', '-z', '--no-renames', '--ignore-submodules=all']).then(differencesOf),
      this.#findStrays(from, kept, git, signal),
      from === to ? [] : git(['diff-tree', '-r', '--raw', '-z', '--no-renames', from, to]).then(differencesOf),
    ]);
    for (const path of strays) await rm(absolutePath(this.#path, path), { recursive: true, force: true });
    // What stands where is now as the index has it, but for the content of the dirty files.
    if (from !== to) await git(['read-tree', '--reset', to]);
    const leaving = moved.filter(({ oldMode, newMode }) => oldMode !== none && newMode === none);
    await this.#remove(leaving);
    const isMoved = new Set(moved.map(({ path }) => path));
    const written = [
      ...moved.filter(({ newMode }) => newMode !== none).map(({ path, newMode }) => ({ path, mode: newMode })),
      ...dirty.filter(({ path }) => !isMoved.has(path)).map(({ path, oldMode }) => ({ path, mode: oldMode })),
    ];
    for (const { path, mode } of written)
      if (mode === submodule) await mkdir(absolutePath(this.#path, path), { recursive: true });
    const input = joinPaths(written.filter(({ mode }) => mode !== submodule).map(({ path }) => path));
    if (input.length > 0) await git(['checkout-index', '--index', '--force', '--quiet', '-z', '--stdin'], { input });
  }

  async #findStrays(
    tree: string,
    kept: readonly string[],
    git: (args: readonly string[]) => Promise<Buffer>,
    signal: AbortSignal | undefined,
  ): Promise<PathBytes[]> {
    if (this.#names?.tree !== tree)
      this.#names = { tree, names: treeNames(splitPaths(await git(['ls-files', '--stage', '-z']))) };
    return await this.#strays.find(this.#names.names, new Set(kept.map(pathBytesOf)), signal);
  }

  async #remove(leaving: readonly Difference[]): Promise<void> {
    const there: PathBytes[] = [];
    for (const { path, oldMode } of leaving) {
      if (oldMode === submodule) await rm(absolutePath(this.#path, path), { recursive: true, force: true });
      else if ((await kindOf(this.#path, path)) !== 'none') there.push(path);
    }
    await removeFiles(this.#path, there);
  }
}

const none = '000000';
const submodule = '160000';

/** Git's raw format: `:MODE MODE ID ID STATUS`, then the path. */
function differencesOf(output: Buffer): Difference[] {
  const parts = splitPaths(output);
  const differences: Difference[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2)
    differences.push({
      path: parts[at + 1] ?? '',
      oldMode: (parts[at] ?? '').slice(1, 7),
      newMode: (parts[at] ?? '').slice(8, 14),
    });
  return differences;
}
