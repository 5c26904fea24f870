// The dirty working copy as an immutable git tree, and trees read back. It writes objects and refs under refs/ratchet/;
// it must never touch HEAD, the index, stashes, branches, hooks or a file of the working copy.
import { failure, type Result, success } from '../protocol/result.ts';
import { type Entry, editTree, entryAt, readFolders } from './editTree.ts';
import { failureMessage } from './failureMessage.ts';
import type { Repository } from './git.ts';
import { type PathBytes, pathBytesOf } from './pathBytes.ts';
import { treeOfPaths } from './treeOfPaths.ts';
import { workingTree } from './workingTree.ts';

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
  /** An earlier snapshot, and every path that can differ from it now; nothing else is looked at. */
  readonly touched?: { readonly tree: string; readonly paths: Iterable<string> };
  readonly signal?: AbortSignal;
}

/** Untracked files are in; ignored files and repositories inside are out. */
export async function takeSnapshot(
  repository: Repository,
  options: SnapshotOptions = {},
): Promise<Result<{ tree: string }>> {
  try {
    const tree = (await touchedTree(repository, options)) ?? (await workingTree(repository, options.signal));
    return success({ tree: await layOver(repository, tree, options) });
  } catch (error) {
    options.signal?.throwIfAborted();
    return failure('snapshotFailed', `Git could not take a snapshot of the working copy: ${failureMessage(error)}`);
  }
}

const signalOf = ({ signal }: SnapshotOptions): { signal?: AbortSignal } => (signal === undefined ? {} : { signal });

async function touchedTree(repository: Repository, options: SnapshotOptions): Promise<string | undefined> {
  if (options.touched === undefined) return undefined;
  const { tree } = options.touched;
  const paths = new Set([...options.touched.paths].map(pathBytesOf));
  const place = { git: repository.git, root: repository.root, options: signalOf(options) };
  return await treeOfPaths(place, { tree, paths, isListed: false });
}

/** Unsaved text takes the place of the files. */
async function layOver(repository: Repository, tree: string, options: SnapshotOptions): Promise<string> {
  const { git } = repository;
  if (options.unsaved === undefined || options.unsaved.size === 0) return tree;
  const edits = new Map<PathBytes, Entry | undefined>();
  const folders = await readFolders(git, tree, [...options.unsaved.keys()].map(pathBytesOf));
  if (folders === undefined) throw new Error('The path of a file with unsaved text has a line break.');
  for (const [path, input] of options.unsaved) {
    const blob = await git.bytes(['hash-object', '-w', '--stdin', `--path=${path}`], { ...signalOf(options), input });
    const before = entryAt(folders, pathBytesOf(path));
    const mode = before?.mode === '100755' ? '100755' : '100644';
    edits.set(pathBytesOf(path), { mode, id: blob.toString('latin1').trim() });
  }
  return await editTree(git, tree, folders, edits);
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
