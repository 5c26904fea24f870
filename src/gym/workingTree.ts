// The whole working copy as a tree: the tree of the person's index, and over it what differs on disk. The index is only
// read, and copied where git needs one that it may write.
import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Repository } from './git.ts';
import { copyIndex } from './indexCopy.ts';
import { joinPaths, type PathBytes, splitPaths } from './pathBytes.ts';
import { realWay } from './reach.ts';
import { makeScratch, removeScratch } from './scratchFolders.ts';
import { treeOfPaths } from './treeOfPaths.ts';

/** Both lists are made at the same time; on few processors git's own threads would only get in their way. */
const lone = availableParallelism() < 4 ? ['-c', 'core.preloadIndex=false'] : [];

/** The tree of the person's index, for as long as the index is the same file. */
const indexTrees = new WeakMap<Repository, { mark: string; tree: string }>();

export async function workingTree(repository: Repository, signal?: AbortSignal): Promise<string> {
  const options = signal === undefined ? {} : { signal };
  const { git, root } = repository;
  const mark = await markOf(repository);
  const known = indexTrees.get(repository);
  const [changed, untracked, tree] = await Promise.all([
    git.bytes([...lone, 'diff-files', '--raw', '-z', '--ignore-submodules=dirty'], options).then(splitPaths),
    git.bytes(['ls-files', '--others', '--exclude-standard', '-z'], options).then(splitPaths),
    known?.mark === mark ? known.tree : treeOfIndex(repository, signal),
  ]);
  // A name with a slash at its end is a repository inside: as a link to a commit it would only look covered.
  const paths = new Set<PathBytes>();
  for (let index = 1; index < changed.length; index += 2) paths.add(changed[index] ?? '');
  const added = untracked.filter((path) => path !== '' && !path.endsWith('/'));
  for (const path of added) paths.add(path);
  if (tree !== undefined) {
    // The index may have been written while it was read.
    if (mark === (await markOf(repository))) indexTrees.set(repository, { mark, tree });
    const quick = await treeOfPaths({ git, root, options }, { tree, paths, isListed: true });
    if (quick !== undefined) return quick;
  }
  return await throughIndex(repository, [...paths], added, signal);
}

async function markOf({ gitDir }: Repository): Promise<string> {
  const found = await stat(join(gitDir, 'index'), { bigint: true }).catch(() => undefined);
  return found === undefined ? 'none' : [found.mtimeNs, found.ctimeNs, found.size, found.ino].join(' ');
}

/** undefined while a merge has conflicts: such an index has no tree. */
async function treeOfIndex(repository: Repository, signal: AbortSignal | undefined): Promise<string | undefined> {
  return await withIndexCopy(repository, async (env) => {
    const options = { env, ...(signal === undefined ? {} : { signal }) };
    return await repository.git.raw(['write-tree'], options).then(
      (tree) => tree.trim(),
      () => undefined,
    );
  });
}

/** Git's own way, where the index has a say: conversions, conflicts, submodules. */
async function throughIndex(
  repository: Repository,
  paths: readonly PathBytes[],
  added: readonly PathBytes[],
  signal: AbortSignal | undefined,
): Promise<string> {
  return await withIndexCopy(repository, async (env) => {
    const options = { env, ...(signal === undefined ? {} : { signal }) };
    const update = async (some: readonly PathBytes[], ...how: string[]) => {
      const input = joinPaths(some);
      if (some.length > 0) await repository.git.bytes(['update-index', ...how, '-z', '--stdin'], { ...options, input });
    };
    const isReal = realWay(repository.root);
    const isAdded = new Set(added);
    const [changed, gone]: [PathBytes[], PathBytes[]] = [[], []];
    for (const path of paths) if (!isAdded.has(path)) ((await isReal(path)) ? changed : gone).push(path);
    // What left comes first: a file that became a folder makes room for what is in it.
    await update(gone, '--force-remove');
    await update(changed, '--add', '--remove', '--replace');
    await update(added, '--add', '--remove', '--replace');
    return (await repository.git.raw(['write-tree'], options)).trim();
  });
}

async function withIndexCopy<T>(
  repository: Repository,
  use: (env: { GIT_INDEX_FILE: string }) => Promise<T>,
): Promise<T> {
  const scratch = await makeScratch('index');
  try {
    const env = { GIT_INDEX_FILE: join(scratch, 'index') };
    await copyIndex(join(repository.gitDir, 'index'), env.GIT_INDEX_FILE);
    return await use(env);
  } finally {
    await removeScratch(scratch);
  }
}
