// Worktrees for episodes, outside the workspace: own files and an own index over the repository's objects.
// Not `git worktree add`: that would show in the person's `git worktree list` and write to their git folder.
import { mkdir, readdir, readFile, realpath, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { dependencyDepth, dependencyFoldersIn, shareFolder } from './dependencyFolders.ts';
import { entryAt, readFolders } from './editTree.ts';
import { failureMessage } from './failureMessage.ts';
import type { Repository } from './git.ts';
import { joinPaths, type PathBytes, pathBytesOf } from './pathBytes.ts';
import { canResetQuickly, QuickReset } from './quickReset.ts';
import { realWay } from './reach.ts';
import { removeSpecial } from './removeSpecial.ts';
import { kindOf, removeFiles } from './restoreFiles.ts';
import { treeOfPaths } from './treeOfPaths.ts';

export interface WorktreeLog {
  warn(message: string): void;
}

export interface Worktree {
  /** Absolute path of the files. */
  readonly path: string;
  /**
   * Makes the files exactly those of the tree; what commands left behind is removed. `touched`: every path that can have
   * changed since the last reset. Without it, anything may have. True when ignored files went too, such as those that a
   * `prepare` command makes.
   */
  reset(tree: string, signal?: AbortSignal, touched?: ReadonlySet<string>): Promise<boolean>;
  /** The files as they are, as a tree. `touched`: every path that can have changed since the last reset or snapshot. */
  snapshot(signal?: AbortSignal, touched?: ReadonlySet<string>): Promise<string>;
  release(): Promise<void>;
}

export interface WorktreePoolOptions {
  /** Absolute path of a folder that belongs to this pool alone, outside the repository. */
  readonly directory: string;
  /** Names of ignored folders that a worktree shares with the workspace. */
  readonly dependencyFolders: readonly string[];
  readonly log: WorktreeLog;
}

const ownerFile = 'owner';

export class WorktreePool {
  readonly #repository: Repository;
  readonly #options: WorktreePoolOptions;
  readonly #busy = new Map<string, Promise<void>>();
  /** What is known of a worktree's files makes its next reset quick, whoever holds it then. */
  readonly #worktrees = new Map<string, OwnWorktree>();
  readonly #open = new Set<string>();

  constructor(repository: Repository, options: WorktreePoolOptions) {
    this.#repository = repository;
    this.#options = options;
  }

  /**
   * A worktree at `tree`. The same key is given to one holder at a time; another waits. Its files are kept for reuse.
   * @param dependencies the folder whose dependency folders it shares; the workspace without one
   */
  async acquire(key: string, tree: string, signal?: AbortSignal, dependencies?: string): Promise<Worktree> {
    const before = this.#busy.get(key);
    let free: () => void = () => undefined;
    this.#busy.set(
      key,
      new Promise((resolve) => {
        free = resolve;
      }),
    );
    await before;
    try {
      const folder = await this.scratch(key);
      await mkdir(join(folder, 'files'), { recursive: true });
      const worktree = this.#worktrees.get(key) ?? new OwnWorktree(this.#repository, folder, this.#options);
      this.#worktrees.set(key, worktree);
      await worktree.dependOn(dependencies ?? this.#repository.root);
      await worktree.reset(tree, signal);
      return {
        path: worktree.path,
        reset: async (...asked) => worktree.reset(...asked),
        snapshot: async (...asked) => worktree.snapshot(...asked),
        release: async () => free(),
      };
    } catch (error) {
      free();
      throw error;
    }
  }

  /** A pool in the same folder for a repository with other objects. It is disposed of by itself. */
  over(repository: Repository): WorktreePool {
    return new WorktreePool(repository, this.#options);
  }

  /** A folder that goes when the pool does, or when its process has gone. */
  async scratch(key: string): Promise<string> {
    const folder = join(this.#options.directory, `${process.pid}-${key}`);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, ownerFile), String(process.pid));
    this.#open.add(folder);
    return await realpath(folder);
  }

  /** Removes the worktree of a key that nobody will use again. */
  async discard(key: string): Promise<void> {
    await this.#busy.get(key);
    const folder = join(this.#options.directory, `${process.pid}-${key}`);
    this.#worktrees.get(key)?.close();
    await rm(folder, { recursive: true, force: true });
    this.#open.delete(folder);
    this.#busy.delete(key);
    this.#worktrees.delete(key);
  }

  /** Removes what processes that are gone have left. */
  async collectGarbage(): Promise<void> {
    for (const name of await readdir(this.#options.directory).catch(() => [])) {
      const folder = join(this.#options.directory, name);
      const owner = Number(await readFile(join(folder, ownerFile), 'utf8').catch(() => '0'));
      if (owner !== process.pid && !isAlive(owner)) await rm(folder, { recursive: true, force: true });
    }
  }

  async dispose(): Promise<void> {
    for (const worktree of this.#worktrees.values()) worktree.close();
    for (const folder of this.#open) await rm(folder, { recursive: true, force: true });
    this.#open.clear();
    this.#worktrees.clear();
    // The common folder goes with its last worktree; one that another process still uses is not empty.
    await rmdir(this.#options.directory).catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

const isThere = async (root: string, path: PathBytes): Promise<boolean> => (await kindOf(root, path)) === 'other';

class OwnWorktree implements Omit<Worktree, 'release'> {
  readonly path: string;
  readonly #repository: Repository;
  readonly #env: { readonly GIT_DIR: string; readonly GIT_WORK_TREE: string; readonly GIT_INDEX_FILE: string };
  readonly #options: WorktreePoolOptions;
  readonly #quick: QuickReset;
  /** Paths of the shared folders, relative to the top folder. */
  #shared: string[] = [];
  /** Where they are shared from. */
  #dependencies: string;
  /** What the last reset or snapshot left; undefined when a reset broke off. */
  #tree: string | undefined;
  /** What the index names; behind `#tree` after a snapshot of touched paths. */
  #indexTree: string | undefined;
  /** The index file as it was left. Another one tells nothing of the files. */
  #indexMark = '';

  constructor(repository: Repository, folder: string, options: WorktreePoolOptions) {
    this.path = join(folder, 'files');
    this.#repository = repository;
    this.#options = options;
    this.#dependencies = repository.root;
    this.#env = { GIT_DIR: repository.gitDir, GIT_WORK_TREE: this.path, GIT_INDEX_FILE: join(folder, 'index') };
    this.#quick = new QuickReset(repository, this.path, this.#env);
    // `clean` below may only ever see a folder of the pool.
    if (`${this.path}${sep}`.startsWith(`${repository.root}${sep}`))
      throw new Error('A worktree may not lie in the workspace.');
  }

  /** From the next reset on. */
  async dependOn(folder: string): Promise<void> {
    if (folder === this.#dependencies) return;
    for (const path of this.#shared) await rm(join(this.path, path), { recursive: true, force: true });
    this.#shared = [];
    this.#dependencies = folder;
  }

  async reset(tree: string, signal?: AbortSignal, touched?: ReadonlySet<string>): Promise<boolean> {
    const isKnown = touched !== undefined && this.#tree !== undefined;
    const indexTree = this.#indexMark === (await this.#markOfIndex()) ? this.#indexTree : undefined;
    // Half a reset is no state to go on from.
    this.#tree = undefined;
    this.#indexTree = undefined;
    const isBare = isKnown
      ? await this.#resetPaths(tree, indexTree, [...touched].map(pathBytesOf), signal)
      : await this.#resetAll(tree, indexTree, signal);
    this.#tree = tree;
    await this.#knowIndex(tree);
    return isBare;
  }

  /** Before its folder is removed. */
  close(): void {
    this.#repository.git.at(this.path).endConversations();
  }

  async #resetAll(tree: string, indexTree: string | undefined, signal?: AbortSignal): Promise<true> {
    const shared = await this.#sharedBeside(tree, signal);
    const kept = this.#shared.filter((path) => shared.includes(path));
    for (const path of this.#shared)
      if (!kept.includes(path)) await rm(join(this.path, path), { recursive: true, force: true });
    this.#shared = kept;
    if (!(await this.#tryQuickly(tree, indexTree, signal))) await this.#thoroughly(tree, signal);
    this.#shared = shared;
    const sharing = { root: this.#dependencies, worktree: this.path };
    for (const path of shared) await shareFolder(path, sharing);
    return true;
  }

  async #tryQuickly(tree: string, indexTree: string | undefined, signal?: AbortSignal): Promise<boolean> {
    if (!canResetQuickly || indexTree === undefined) return false;
    try {
      await this.#quick.reset(indexTree, tree, this.#shared, signal);
      return true;
    } catch (error) {
      signal?.throwIfAborted();
      this.#options.log.warn(`A worktree is made anew: ${failureMessage(error)}`);
      return false;
    }
  }

  /** Whatever is known. */
  async #thoroughly(tree: string, signal?: AbortSignal): Promise<void> {
    // Before git looks: it would take a folder with one for a repository of its own.
    await removeSpecial(this.path, this.#shared);
    await this.#git(['read-tree', '--reset', '-u', tree], signal);
    await this.#git(['clean', '-ffdxq', ...this.#shared.flatMap((path) => ['-e', `/${path}`])], signal);
    // Elsewhere than on Linux, times and size that were put back could pass the check of `read-tree`.
    await this.#git(['checkout-index', '--all', '--force', '--quiet'], signal);
  }

  /** Git moves what differs between the trees; the touched files are written or removed whatever git thinks of them. */
  async #resetPaths(
    tree: string,
    indexTree: string | undefined,
    paths: readonly PathBytes[],
    signal?: AbortSignal,
  ): Promise<boolean> {
    const git = this.#repository.git.at(this.path);
    const options = { env: this.#env, ...(signal === undefined ? {} : { signal }) };
    const isReal = realWay(this.path);
    const there: PathBytes[] = [];
    for (const path of paths) {
      // What was written through a link stands elsewhere.
      if (!(await isReal(path)) && (await isThere(this.path, path)))
        return await this.#resetAll(tree, undefined, signal);
      if (await isThere(this.path, path)) there.push(path);
    }
    await removeFiles(this.path, there);
    const [folders] = await Promise.all([
      readFolders(git, tree, paths, options),
      ...(indexTree === tree ? [] : [git.bytes(['read-tree', '--reset', '-u', tree], options)]),
    ]);
    if (folders === undefined) return await this.#resetAll(tree, undefined, signal);
    const wanted = paths.filter((path) => /^1/.test(entryAt(folders, path)?.mode ?? ''));
    const input = joinPaths(wanted.filter((path) => entryAt(folders, path)?.mode !== '160000'));
    if (input.length > 0)
      await git.bytes(['checkout-index', '--index', '--force', '--quiet', '-z', '--stdin'], { ...options, input });
    return false;
  }

  async snapshot(signal?: AbortSignal, touched?: ReadonlySet<string>): Promise<string> {
    const tree = (await this.#touchedTree(signal, touched)) ?? (await this.#wholeTree(signal));
    this.#tree = tree;
    return tree;
  }

  async #touchedTree(signal?: AbortSignal, touched?: ReadonlySet<string>): Promise<string | undefined> {
    if (touched === undefined || this.#tree === undefined) return undefined;
    const paths = new Set([...touched].map(pathBytesOf));
    const options = { env: this.#env, ...(signal === undefined ? {} : { signal }) };
    const place = { git: this.#repository.git.at(this.path), root: this.path, options };
    return await treeOfPaths(place, { tree: this.#tree, paths, isListed: false });
  }

  async #wholeTree(signal?: AbortSignal): Promise<string> {
    this.#indexTree = undefined;
    await this.#git(['add', '--all', '--', '.'], signal);
    // An ignore rule for a folder (`.venv/`) does not match the link that stands for it here.
    const shared = this.#shared.map((path) => `:(top,literal)${path}`);
    if (shared.length > 0)
      await this.#git(['rm', '-r', '--cached', '--quiet', '--ignore-unmatch', '--', ...shared], signal);
    const tree = (await this.#git(['write-tree'], signal)).trim();
    await this.#knowIndex(tree);
    return tree;
  }

  async #knowIndex(tree: string): Promise<void> {
    this.#indexTree = tree;
    this.#indexMark = await this.#markOfIndex();
  }

  async #markOfIndex(): Promise<string> {
    const status = await stat(this.#env.GIT_INDEX_FILE, { bigint: true }).catch(() => undefined);
    return status === undefined ? '' : `${status.ino} ${status.size} ${status.mtimeNs} ${status.ctimeNs}`;
  }

  /** A folder that the tree itself carries, such as a committed `vendor`, is part of the work and not shared. */
  async #sharedBeside(tree: string, signal?: AbortSignal): Promise<string[]> {
    const { dependencyFolders } = this.#options;
    const shared: string[] = [];
    for (const path of await dependencyFoldersIn(this.#dependencies, '', dependencyFolders, dependencyDepth))
      if ((await this.#git(['ls-tree', '--full-tree', '-z', tree, '--', path], signal)) === '') shared.push(path);
    return shared;
  }

  async #git(args: string[], signal?: AbortSignal): Promise<string> {
    const { git } = this.#repository;
    return await git.at(this.path).raw(args, { env: this.#env, ...(signal === undefined ? {} : { signal }) });
  }
}
