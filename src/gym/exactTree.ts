// The working copy as a tree of the very bytes on disk: no line ending, filter or encoding is converted, and nothing
// is in it that is not on disk. Git works in a folder of its own over the person's objects, with an own index that stays
// warm; the person's index is only read.
import { createHash } from 'node:crypto';
import { copyFile, lstat, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { failureMessage } from './failureMessage.ts';
import type { GitBytesOptions, Repository } from './git.ts';
import { copyIndex } from './indexCopy.ts';
import { absolutePath, joinPaths, type PathBytes, splitPaths } from './pathBytes.ts';
import { realWay } from './reach.ts';

/** Highest of all attributes: whatever a repository converts, is not converted here. */
const attributes = '* -text -crlf -ident !eol !filter !working-tree-encoding\n';
const settings = [
  'core.autocrlf=false',
  'core.checkStat=default',
  'core.splitIndex=false',
  'index.sparse=false',
  ...(process.platform === 'win32' ? [] : ['core.fileMode=true', 'core.symlinks=true']),
].flatMap((setting) => ['-c', setting]);

export interface ExactTree {
  readonly tree: string;
  /** Submodules and repositories inside the working copy. Their content is not in the tree, nor are they. */
  readonly notCovered: readonly PathBytes[];
}

export type ExactGit = (args: readonly string[], options?: GitBytesOptions) => Promise<Buffer>;

export interface ExactRepository {
  readonly folder: string;
  readonly git: ExactGit;
}

export async function openExact(repository: Repository, signal?: AbortSignal): Promise<ExactRepository> {
  const key = createHash('sha256').update(repository.gitDir).digest('hex').slice(0, 16);
  const folder = join(repository.commonDir, 'ratchet', 'exact', key);
  await mkdir(join(folder, 'refs'), { recursive: true });
  await mkdir(join(folder, 'info'), { recursive: true });
  const format = (await repository.git.raw(['rev-parse', '--show-object-format'])).trim();
  const quoted = (path: string) => JSON.stringify(path.replaceAll('\\', '/'));
  await writeFile(
    join(folder, 'config'),
    [
      '[include]',
      `  path = ${quoted(join(repository.commonDir, 'config'))}`,
      `  path = ${quoted(join(repository.gitDir, 'config.worktree'))}`,
      '[core]',
      `  repositoryFormatVersion = ${format === 'sha1' ? 0 : 1}`,
      ...(format === 'sha1' ? [] : ['[extensions]', `  objectFormat = ${format}`]),
      '',
    ].join('\n'),
  );
  await writeFile(join(folder, 'HEAD'), 'ref: refs/heads/none\n');
  await writeFile(join(folder, 'info', 'attributes'), attributes);
  await copyFile(join(repository.commonDir, 'info', 'exclude'), join(folder, 'info', 'exclude')).catch(() =>
    rm(join(folder, 'info', 'exclude'), { force: true }),
  );
  const env = {
    GIT_DIR: folder,
    GIT_WORK_TREE: repository.root,
    GIT_OBJECT_DIRECTORY: join(repository.commonDir, 'objects'),
  };
  return {
    folder,
    git: (args, options = {}) =>
      repository.git.bytes([...settings, ...args], {
        ...(signal === undefined ? {} : { signal }),
        ...options,
        env: { ...env, ...options.env },
      }),
  };
}

/** `also`: paths that are looked at even when they are ignored. Throws what git says, such as of an unreadable file. */
export async function takeExactTree(
  repository: Repository,
  exact: ExactRepository,
  also: Iterable<PathBytes> = [],
): Promise<ExactTree> {
  const kept = join(exact.folder, 'index');
  try {
    return await fromIndex(repository, exact, kept, also);
  } catch (error) {
    // An index whose objects are gone, or that is damaged, is made anew.
    if (!damaged.test(failureMessage(error))) throw error;
    await rm(kept, { force: true });
    return await fromIndex(repository, exact, kept, also);
  }
}

async function fromIndex(
  repository: Repository,
  exact: ExactRepository,
  kept: string,
  also: Iterable<PathBytes>,
): Promise<ExactTree> {
  const scratch = await mkdtemp(join(exact.folder, 'scratch-'));
  try {
    const env = { GIT_INDEX_FILE: join(scratch, 'index') };
    await copyIndex(kept, env.GIT_INDEX_FILE);
    const git: ExactGit = (args, options) => exact.git(args, { ...options, env });
    const update = async (paths: readonly PathBytes[], how: readonly string[]) => {
      if (paths.length > 0) await git(['update-index', ...how, '-z', '--stdin'], { input: joinPaths(paths) });
    };
    const [found, ignored, tracked] = await Promise.all([
      look(git),
      git(['ls-files', '-c', '-i', '--exclude-standard', '-z']).then(splitPaths),
      trackedBy(repository),
    ]);
    const gone = new Set(ignored.filter((path) => !tracked.files.has(path)));
    const isReal = realWay(repository.root);
    const changed: PathBytes[] = [];
    for (const path of found.changed)
      if (await isReal(path)) changed.push(path);
      else gone.add(path);
    // What left comes first: a file that became a folder makes room for what is in it.
    await update([...gone], ['--force-remove']);
    await update(
      changed.filter((path) => !gone.has(path)),
      write,
    );
    await update(found.added, write);
    const known = new Set([...found.cached, ...found.added].filter((path) => !gone.has(path)));
    const forced = await present(repository.root, tracked.files, known);
    await update(forced, write);
    for (const path of forced) known.add(path);
    const treeOf = async () => (await git(['write-tree'])).toString('latin1').trim();
    let tree = await treeOf();
    // The kept index must never name an object that git's garbage collection took.
    await repository.git.raw(['update-ref', `refs/ratchet/exact/${basename(exact.folder)}`, tree]);
    const keep = join(scratch, 'keep');
    if (await copyIndex(env.GIT_INDEX_FILE, keep)) await rename(keep, kept);
    const extra = await present(repository.root, also, known);
    await update(extra, write);
    if (extra.length > 0) tree = await treeOf();
    const nested = [...new Set([...found.nested, ...tracked.submodules])].sort();
    return { tree, notCovered: nested };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const damaged = /corrupt|invalid object|bad (index|signature)|smaller than expected|unable to read|missing/i;
const write = ['--add', '--remove', '--replace'];

async function look(git: ExactGit) {
  const cached: PathBytes[] = [];
  const changed = new Set<PathBytes>();
  const added: PathBytes[] = [];
  const nested: PathBytes[] = [];
  for (const line of splitPaths(await git(['ls-files', '-c', '-m', '-d', '-o', '-t', '--exclude-standard', '-z']))) {
    const path = line.slice(2);
    if (line === '') continue;
    if (line.startsWith('?')) (path.endsWith('/') ? nested : added).push(path.replace(/\/$/, ''));
    else if (line.startsWith('C') || line.startsWith('R')) changed.add(path);
    else cached.push(path);
  }
  return { cached, changed: [...changed], added, nested };
}

/** What the person's own index names, ignored or not. */
async function trackedBy(repository: Repository): Promise<{ files: Set<PathBytes>; submodules: PathBytes[] }> {
  const files = new Set<PathBytes>();
  const submodules: PathBytes[] = [];
  for (const line of splitPaths(await repository.git.bytes(['ls-files', '--stage', '-z']))) {
    const path = line.slice(line.indexOf('\t') + 1);
    if (line.startsWith('160000')) submodules.push(path);
    else files.add(path);
  }
  return { files, submodules };
}

/** Those of the paths that are on disk as a file or a link, are not known yet, and are not reached through a link. */
async function present(root: string, paths: Iterable<PathBytes>, known: ReadonlySet<PathBytes>): Promise<PathBytes[]> {
  const there: PathBytes[] = [];
  const isReal = realWay(root);
  for (const path of paths) {
    if (known.has(path)) continue;
    const stat = (await isReal(path)) ? await lstat(absolutePath(root, path)).catch(() => undefined) : undefined;
    if (stat?.isFile() || stat?.isSymbolicLink()) there.push(path);
  }
  return there;
}
