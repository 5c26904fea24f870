// The dirty working copy as an immutable git tree, and trees read back. It writes objects and refs under refs/ratchet/;
// it must never touch HEAD, the index, stashes, branches, hooks or a file of the working copy.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failure, type Result, success } from '../protocol/result.ts';
import { failureMessage } from './failureMessage.ts';
import type { Repository } from './git.ts';
import { copyIndex } from './indexCopy.ts';

export interface TreeFile {
  /** Relative to the top folder, with forward slashes. */
  readonly path: string;
  /** Git's mode: 100644, 100755, 120000 (symbolic link) or 160000 (submodule). */
  readonly mode: string;
  readonly blob: string;
}

export interface SnapshotOptions {
  /** Text that is in the person's editor and not on disk, by path. */
  readonly unsaved?: ReadonlyMap<string, Uint8Array>;
  readonly signal?: AbortSignal;
}

/** Untracked files are in, ignored files are out. Starts from a copy of the index, which keeps git's stat cache. */
export async function takeSnapshot(
  repository: Repository,
  options: SnapshotOptions = {},
): Promise<Result<{ tree: string }>> {
  const scratch = await mkdtemp(join(tmpdir(), 'ratchet-index-'));
  try {
    const index = join(scratch, 'index');
    await copyIndex(join(repository.gitDir, 'index'), index);
    const env = { GIT_INDEX_FILE: index };
    const git = (args: string[]) => repository.git.raw(args, { env, ...signalOf(options) });
    await git(['add', '--all', '--', '.']);
    for (const [path, content] of options.unsaved ?? []) {
      const file = join(scratch, randomUUID());
      await writeFile(file, content);
      const blob = (await git(['hash-object', '-w', `--path=${path}`, '--', file])).trim();
      await git(['update-index', '--add', '--cacheinfo', `${await modeOf(git, path)},${blob},${path}`]);
    }
    return success({ tree: (await git(['write-tree'])).trim() });
  } catch (error) {
    options.signal?.throwIfAborted();
    return failure('snapshotFailed', `Git could not take a snapshot of the working copy: ${failureMessage(error)}`);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const signalOf = ({ signal }: SnapshotOptions): { signal?: AbortSignal } => (signal === undefined ? {} : { signal });

async function modeOf(git: (args: string[]) => Promise<string>, path: string): Promise<string> {
  const [entry = ''] = (await git(['ls-files', '--stage', '-z', '--', path])).split('\0');
  return entry.startsWith('100755') ? '100755' : '100644';
}

const refOf = (runId: string, tree: string): string => `refs/ratchet/${runId}/${tree}`;

/** Keeps a tree from git's garbage collection for as long as the run is kept. */
export async function keepTree(repository: Repository, runId: string, tree: string): Promise<void> {
  await repository.git.raw(['update-ref', refOf(runId, tree), tree]);
}

export async function dropTrees(repository: Repository, runId: string): Promise<void> {
  const refs = await repository.git.raw(['for-each-ref', '--format=%(refname)', `refs/ratchet/${runId}/`]);
  for (const ref of refs.split('\n').filter((line) => line !== '')) await repository.git.raw(['update-ref', '-d', ref]);
}

/** The tree of a revision. `HEAD` of a repository without a commit is the empty tree. */
export async function treeOfRevision(repository: Repository, revision: string): Promise<Result<string>> {
  try {
    return success(
      (await repository.git.raw(['rev-parse', '--verify', '--end-of-options', `${revision}^{tree}`])).trim(),
    );
  } catch (error) {
    if (revision === 'HEAD' && (await isUnborn(repository))) return success(await emptyTree(repository));
    return failure('noSuchRevision', `Git knows no revision ${revision} here: ${failureMessage(error).split('\n')[0]}`);
  }
}

async function isUnborn(repository: Repository): Promise<boolean> {
  return (await repository.git.raw(['rev-list', '--all', '--max-count=1'])).trim() === '';
}

export async function emptyTree(repository: Repository): Promise<string> {
  return (await repository.git.raw(['hash-object', '-w', '-t', 'tree', '/dev/null'])).trim();
}

export async function listFiles(repository: Repository, tree: string): Promise<TreeFile[]> {
  const listing = await repository.git.raw(['ls-tree', '-r', '-z', '--full-tree', tree]);
  return listing.split('\0').flatMap((line) => {
    const match = /^(\d+) \w+ ([0-9a-f]+)\t([\s\S]+)$/.exec(line);
    const [, mode, blob, path] = match ?? [];
    return mode === undefined || blob === undefined || path === undefined ? [] : [{ mode, blob, path }];
  });
}

/** A file's bytes; undefined when the tree has no such file (a folder and a submodule are not files). */
export async function readFileAt(repository: Repository, tree: string, path: string): Promise<Uint8Array | undefined> {
  const [entry] = await entriesAt(repository, tree, path);
  return entry === undefined || entry.mode === '160000' ? undefined : await repository.git.blob(entry.blob);
}

async function entriesAt(repository: Repository, tree: string, path: string): Promise<TreeFile[]> {
  const listing = await repository.git.raw(['--literal-pathspecs', 'ls-tree', '-z', '--full-tree', tree, '--', path]);
  return listing.split('\0').flatMap((line) => {
    const [, mode, blob, found] = /^(\d+) (?:blob|commit) ([0-9a-f]+)\t([\s\S]+)$/.exec(line) ?? [];
    return mode === undefined || blob === undefined || found !== path ? [] : [{ mode, blob, path }];
  });
}
