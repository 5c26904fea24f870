// The working copy brought back to a tree, byte for byte. It writes files of the working copy and refs under refs/ratchet/;
// HEAD, the index, stashes, branches and hooks are never touched, `git clean` is never called, and ignored files stay.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { failure, type Result, success } from '../protocol/result.ts';
import { type ExactRepository, type ExactTree, openExact, takeExactTree } from './exactTree.ts';
import { failureMessage } from './failureMessage.ts';
import type { Repository } from './git.ts';
import { joinPaths, type PathBytes, shownPath, splitPaths } from './pathBytes.ts';
import { ownWay } from './reach.ts';
import { clearWay, findObstacle, removeFiles } from './restoreFiles.ts';
import { whyInexact } from './whyInexact.ts';

export interface KeptTree {
  readonly tree: string;
  /** Submodules and repositories inside the working copy: their content is not in the tree, and a restore leaves it alone. */
  readonly notCovered: readonly string[];
}

export interface Restored {
  /** The working copy as it was before; restoring this tree undoes the restore. */
  readonly undoTree: string;
  readonly written: readonly string[];
  readonly removed: readonly string[];
  /** Not in the tree, and yet not removed: ignored where the tree was taken, or part of a repository inside. */
  readonly leftAlone: readonly string[];
  readonly notCovered: readonly string[];
}

export interface RestoreOptions {
  /** Whose refs keep the trees. They go with `dropTrees`. */
  readonly owner: string;
  readonly signal?: AbortSignal;
}

/** What a restore is going to do. Paths that are going to be written, removed, or left although the tree lacks them. */
export type RestorePreview = Omit<Restored, 'undoTree'>;

const exactRef = (owner: string, tree: string): string => `refs/ratchet/${owner}/exact/${tree}`;

/** The bytes on disk as a tree that `restoreWorkingCopy` can bring back. Untracked files are in, ignored files are out. */
export async function takeRestorePoint(
  repository: Repository,
  { owner, signal }: RestoreOptions,
): Promise<Result<KeptTree>> {
  try {
    const { tree, notCovered } = await takeExactTree(repository, await openExact(repository, signal));
    await repository.git.raw(['update-ref', exactRef(owner, tree), tree]);
    return success({ tree, notCovered: notCovered.map(shownPath) });
  } catch (error) {
    signal?.throwIfAborted();
    return failure('snapshotFailed', `The working copy cannot be kept exactly: ${failureMessage(error)}`);
  }
}

/** Names a blob with the paths that a tree lacks because nothing was there, ignored or not. */
const absentRef = (owner: string, tree: string): string => `refs/ratchet/${owner}/absent/${tree}`;

interface Change {
  readonly path: PathBytes;
  readonly isNew: boolean;
  readonly isRemoval: boolean;
}

/**
 * Nothing is written when the tree cannot be brought back exactly; the failure's reason says why. `onKept` is told the tree
 * that undoes the restore before anything is written, so that a restore that is cut off can be undone as well.
 */
export async function restoreWorkingCopy(
  repository: Repository,
  tree: string,
  { owner, signal, onKept }: RestoreOptions & { readonly onKept?: (undoTree: string) => Promise<void> },
): Promise<Result<Restored>> {
  return await withExact(repository, tree, signal, async (exact, scratch) => {
    const plan = await planRestore(repository, exact, scratch, tree);
    return await carryOut(repository, exact, plan, { tree, owner, signal, onKept });
  });
}

/** What `restoreWorkingCopy` would do now. Writes nothing but git objects. */
export async function previewRestore(
  repository: Repository,
  tree: string,
  signal?: AbortSignal,
): Promise<Result<RestorePreview>> {
  return await withExact(repository, tree, signal, async (exact, scratch) => {
    const { before, written, removed, leftAlone } = await planRestore(repository, exact, scratch, tree);
    return success({
      written: written.map(shownPath),
      removed: removed.map(shownPath),
      leftAlone: leftAlone.map(shownPath),
      notCovered: before.notCovered.map(shownPath),
    });
  });
}

async function withExact<T>(
  repository: Repository,
  tree: string,
  signal: AbortSignal | undefined,
  work: (exact: ExactRepository, scratch: string) => Promise<Result<T>>,
): Promise<Result<T>> {
  const inexact = await whyInexact(repository, tree);
  if (inexact !== undefined) return inexact;
  try {
    const exact = await openExact(repository, signal);
    const scratch = await mkdtemp(join(exact.folder, 'restore-'));
    try {
      return await work(exact, scratch);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  } catch (error) {
    signal?.throwIfAborted();
    return failure('restoreFailed', `The working copy cannot be restored: ${failureMessage(error)}`);
  }
}

interface Plan {
  readonly before: ExactTree;
  readonly wanted: readonly PathBytes[];
  readonly env: { GIT_INDEX_FILE: string };
  readonly written: readonly PathBytes[];
  readonly created: readonly PathBytes[];
  readonly removed: readonly PathBytes[];
  readonly leftAlone: readonly PathBytes[];
}

async function planRestore(
  repository: Repository,
  exact: ExactRepository,
  scratch: string,
  tree: string,
): Promise<Plan> {
  const wanted = splitPaths(await exact.git(['ls-tree', '-r', '-z', '--name-only', '--full-tree', tree]));
  const before = await takeExactTree(repository, exact, wanted);
  const env = { GIT_INDEX_FILE: join(scratch, 'index') };
  await exact.git(['read-tree', tree], { env });
  const changes = await changesBetween(exact, before.tree, tree);
  const superfluous = changes.filter(({ isRemoval }) => isRemoval).map(({ path }) => path);
  const ignored = await ignoredUnder(exact, env, join(scratch, 'rules'), wanted, superfluous);
  const absent = await knownAbsent(repository, tree);
  const isOwn = ownWay(repository.root);
  const removed: PathBytes[] = [];
  const leftAlone: PathBytes[] = [];
  for (const path of superfluous)
    ((ignored.has(path) && !absent.has(path)) || !(await isOwn(path)) ? leftAlone : removed).push(path);
  const written = changes.filter(({ isRemoval }) => !isRemoval).map(({ path }) => path);
  const created = changes.filter(({ isNew }) => isNew).map(({ path }) => path);
  return { before, wanted, env, written, created, removed, leftAlone };
}

async function carryOut(
  repository: Repository,
  exact: ExactRepository,
  { before, wanted, env, written, created, removed, leftAlone }: Plan,
  options: {
    readonly tree: string;
    readonly owner: string;
    readonly signal: AbortSignal | undefined;
    readonly onKept: ((undoTree: string) => Promise<void>) | undefined;
  },
): Promise<Result<Restored>> {
  const { root } = repository;
  const { tree, owner, signal } = options;
  await repository.git.raw(['update-ref', exactRef(owner, before.tree), before.tree]);
  const obstacle = await findObstacle(root, written, new Set(removed));
  if (obstacle !== undefined)
    return failure(
      'inTheWay',
      `${shownPath(obstacle)} is not in any snapshot and stands where the restore has to write. Move it and try again; nothing was changed.`,
    );
  await rememberAbsent(repository, absentRef(owner, before.tree), created);
  await options.onKept?.(before.tree);
  // From here on it is finished, or the person has two halves.
  signal?.throwIfAborted();
  await removeFiles(root, removed);
  await clearWay(root, written);
  if (written.length > 0)
    await exact.git(['checkout-index', '--force', '--quiet', '-z', '--stdin'], { env, input: joinPaths(written) });

  const after = await takeExactTree(repository, exact, wanted);
  const left = new Set(leftAlone);
  const differing = (await changesBetween(exact, after.tree, tree)).filter(({ path }) => !left.has(path));
  const [first] = differing;
  if (first !== undefined)
    return failure(
      'changedMeanwhile',
      `${shownPath(first.path)} was changed by somebody else during the restore. What was there before is kept as tree ${before.tree}.`,
    );
  return success({
    undoTree: before.tree,
    written: written.map(shownPath),
    removed: removed.map(shownPath),
    leftAlone: leftAlone.map(shownPath),
    notCovered: before.notCovered.map(shownPath),
  });
}

async function rememberAbsent(repository: Repository, ref: string, paths: readonly PathBytes[]): Promise<void> {
  if (paths.length === 0) return;
  await repository.git.raw(['update-ref', ref, await repository.git.writeBlob(joinPaths(paths))]);
}

async function knownAbsent({ git }: Repository, tree: string): Promise<Set<PathBytes>> {
  const refs = (await git.raw(['for-each-ref', '--format=%(refname)', `refs/ratchet/*/absent/${tree}`])).split('\n');
  const paths = new Set<PathBytes>();
  for (const ref of refs.filter((line) => line !== ''))
    for (const path of splitPaths(await git.bytes(['cat-file', 'blob', ref]))) paths.add(path);
  return paths;
}

/** Submodules of an ordinary tree are no files and are left out. */
async function changesBetween(exact: ExactRepository, from: string, to: string): Promise<Change[]> {
  const parts = splitPaths(await exact.git(['diff-tree', '-r', '-z', '--raw', '--no-renames', from, to]));
  const changes: Change[] = [];
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const [meta = '', path = ''] = [parts[index], parts[index + 1]];
    const [oldMode, newMode] = meta.slice(1).split(' ');
    const isRemoval = newMode === '000000' || newMode === '160000';
    if (isRemoval && (oldMode === '000000' || oldMode === '160000')) continue;
    changes.push({ path, isNew: oldMode === '000000', isRemoval });
  }
  return changes;
}

/** Which of the paths the tree's own ignore rules would have kept out of it: nobody knows whether they were there. */
async function ignoredUnder(
  exact: ExactRepository,
  env: { GIT_INDEX_FILE: string },
  folder: string,
  wanted: readonly PathBytes[],
  paths: readonly PathBytes[],
): Promise<Set<PathBytes>> {
  if (paths.length === 0) return new Set();
  await mkdir(folder);
  const rules = wanted.filter((path) => path === '.gitignore' || path.endsWith('/.gitignore'));
  await exact.git(['checkout-index', '--quiet', `--prefix=${folder}/`, '-z', '--stdin'], {
    env,
    input: joinPaths(rules),
  });
  // A leading colon would be magic.
  const named = new Map(paths.map((path) => [path.startsWith(':') ? `./${path}` : path, path]));
  return new Set(
    splitPaths(
      await exact.git(['-C', folder, 'check-ignore', '--no-index', '-z', '--stdin'], {
        env: { GIT_WORK_TREE: folder },
        input: joinPaths([...named.keys()]),
        codes: [0, 1],
      }),
    ).map((name) => named.get(name) ?? name),
  );
}
