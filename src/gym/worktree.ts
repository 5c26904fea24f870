// Worktrees for episodes, outside the workspace: own files and an own index over the repository's objects.
// Not `git worktree add`: that would show in the person's `git worktree list` and write to their git folder.
import { lstat, mkdir, readdir, readFile, realpath, rm, rmdir, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { dependencyDepth, dependencyFoldersIn, shareFolder } from './dependencyFolders.ts';
import { entryAt, readFolders } from './editTree.ts';
import type { Repository } from './git.ts';
import { absolutePath, joinPaths, type PathBytes, pathBytesOf } from './pathBytes.ts';
import { realWay } from './reach.ts';
import { removeSpecial } from './removeSpecial.ts';
import { removeFiles } from './restoreFiles.ts';
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
  readonly #open = new Set<string>();

  constructor(repository: Repository, options: WorktreePoolOptions) {
    this.#repository = repository;
    this.#options = options;
  }

  /** A worktree at `tree`. The same key is given to one holder at a time; another waits. Its files are kept for reuse. */
  async acquire(key: string, tree: string, signal?: AbortSignal): Promise<Worktree> {
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
      const worktree = new OwnWorktree(this.#repository, folder, this.#options.dependencyFolders, async () => free());
      await worktree.reset(tree, signal);
      return worktree;
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
    await rm(folder, { recursive: true, force: true });
    this.#open.delete(folder);
    this.#busy.delete(key);
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
    for (const folder of this.#open) await rm(folder, { recursive: true, force: true });
    this.#open.clear();
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

const isThere = async (root: string, path: PathBytes): Promise<boolean> =>
  lstat(absolutePath(root, path)).then(
    (stat) => !stat.isDirectory(),
    () => false,
  );

class OwnWorktree implements Worktree {
  readonly path: string;
  readonly release: () => Promise<void>;
  readonly #repository: Repository;
  readonly #env: Record<string, string>;
  readonly #dependencyFolders: readonly string[];
  /** Paths of the shared folders, relative to the top folder. */
  #shared: string[] = [];
  /** What the last reset or snapshot left; undefined when a reset broke off. */
  #tree: string | undefined;
  /** What the index names; behind `#tree` after a snapshot of touched paths. */
  #indexTree: string | undefined;

  constructor(
    repository: Repository,
    folder: string,
    dependencyFolders: readonly string[],
    release: () => Promise<void>,
  ) {
    this.path = join(folder, 'files');
    this.release = release;
    this.#repository = repository;
    this.#dependencyFolders = dependencyFolders;
    this.#env = { GIT_DIR: repository.gitDir, GIT_WORK_TREE: this.path, GIT_INDEX_FILE: join(folder, 'index') };
    // `clean` below may only ever see a folder of the pool.
    if (`${this.path}${sep}`.startsWith(`${repository.root}${sep}`))
      throw new Error('A worktree may not lie in the workspace.');
  }

  async reset(tree: string, signal?: AbortSignal, touched?: ReadonlySet<string>): Promise<boolean> {
    const isKnown = touched !== undefined && this.#tree !== undefined;
    // Half a reset is no state to go on from.
    this.#tree = undefined;
    const isBare = isKnown
      ? await this.#resetPaths(tree, [...touched].map(pathBytesOf), signal)
      : await this.#resetAll(tree, signal);
    this.#tree = tree;
    this.#indexTree = tree;
    return isBare;
  }

  async #resetAll(tree: string, signal?: AbortSignal): Promise<true> {
    // A worktree has none, and `clean` would leave one that a command made.
    await rm(join(this.path, '.git'), { recursive: true, force: true });
    await this.#git(['read-tree', '--reset', '-u', tree], signal);
    this.#shared = await this.#untracked(
      await dependencyFoldersIn(this.#repository.root, '', this.#dependencyFolders, dependencyDepth),
    );
    await removeSpecial(this.path, this.#shared);
    await this.#git(['clean', '-ffdxq', ...this.#shared.flatMap((path) => ['-e', `/${path}`])], signal);
    // A file that a command changed and gave its old times and size back would pass git's stat check.
    await this.#git(['checkout-index', '--all', '--force', '--quiet'], signal);
    for (const path of this.#shared) await shareFolder(join(this.#repository.root, path), join(this.path, path));
    return true;
  }

  /** Git moves what differs between the trees; the touched files are written or removed whatever git thinks of them. */
  async #resetPaths(tree: string, paths: readonly PathBytes[], signal?: AbortSignal): Promise<boolean> {
    const git = this.#repository.git.at(this.path);
    const options = { env: this.#env, ...(signal === undefined ? {} : { signal }) };
    const isReal = realWay(this.path);
    const there: PathBytes[] = [];
    for (const path of paths) {
      // What was written through a link stands elsewhere.
      if (!(await isReal(path)) && (await isThere(this.path, path))) return await this.#resetAll(tree, signal);
      if (await isThere(this.path, path)) there.push(path);
    }
    await removeFiles(this.path, there);
    const [folders] = await Promise.all([
      readFolders(git, tree, paths, options),
      ...(this.#indexTree === tree ? [] : [git.bytes(['read-tree', '--reset', '-u', tree], options)]),
    ]);
    if (folders === undefined) return await this.#resetAll(tree, signal);
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
    this.#indexTree = (await this.#git(['write-tree'], signal)).trim();
    return this.#indexTree;
  }

  /** A folder that the tree itself carries, such as a committed `vendor`, is part of the work and not shared. */
  async #untracked(paths: readonly string[]): Promise<string[]> {
    const untracked: string[] = [];
    for (const path of paths)
      if ((await this.#git(['ls-files', '-z', '--', `:(top,literal)${path}`])) === '') untracked.push(path);
    return untracked;
  }

  async #git(args: string[], signal?: AbortSignal): Promise<string> {
    const { git } = this.#repository;
    return await git.at(this.path).raw(args, { env: this.#env, ...(signal === undefined ? {} : { signal }) });
  }
}
