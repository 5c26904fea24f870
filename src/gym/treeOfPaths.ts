// A known tree with some paths as they are on disk now. It gives up, with undefined, on everything where git's index has
// a say: what it gives is exactly what `git add` of these paths would have made, or nothing.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readlink } from 'node:fs/promises';
import { freshFor } from './conversionMarks.ts';
import { type Entry, editTree, entryAt, readFolders } from './editTree.ts';
import { readLines } from './gitConversation.ts';
import { absolutePath, joinPaths, type PathBytes, splitPaths } from './pathBytes.ts';
import type { Place } from './place.ts';
import { ownWay, realWay } from './reach.ts';

export interface PathsAsked {
  readonly tree: string;
  readonly paths: ReadonlySet<PathBytes>;
  /** Whether paths that are not in the tree are known not to be ignored. */
  readonly isListed: boolean;
}

export async function treeOfPaths(place: Place, { tree, paths, isListed }: PathsAsked): Promise<string | undefined> {
  if (paths.size === 0) return tree;
  const { git, root, options } = place;
  const [folders, isModeKnown] = await Promise.all([readFolders(git, tree, paths, options), modesAreKnown(place)]);
  if (folders === undefined) return undefined;
  const [isReal, isOwn] = [realWay(root), ownWay(root)];
  const edits = new Map<PathBytes, Entry | undefined>();
  const files = new Map<PathBytes, { mode: string; size: number }>();
  const fresh: PathBytes[] = [];
  for (const path of paths) {
    const before = entryAt(folders, path);
    // Which files are ignored, or converted, may be another question now.
    if (!isListed && /(^|\/)\.git(ignore|attributes)$/.test(path)) return undefined;
    if (before?.mode === '160000' || before?.mode === '40000' || !(await isOwn(path))) return undefined;
    const stat = await lstat(absolutePath(root, path)).catch(() => undefined);
    if (stat !== undefined && !(await isReal(path))) return undefined;
    if (stat === undefined || stat.isDirectory()) {
      // A folder in the place of a file has paths of its own, which only a list of everything names.
      if (stat !== undefined && !isListed) return undefined;
      edits.set(path, undefined);
      continue;
    }
    // Another path may be the same file.
    if (!isListed && stat.nlink > 1) return undefined;
    // Where case does not matter, a new name may be an old file.
    if (before === undefined && !isListed && process.platform !== 'linux') return undefined;
    if (before === undefined) fresh.push(path);
    if (stat.isSymbolicLink()) edits.set(path, await linkEntry(place, path));
    else if (stat.isFile() && (process.platform !== 'win32' || before?.mode !== '120000'))
      files.set(path, { mode: modeOf(stat.mode, isModeKnown, before), size: stat.size });
    else return undefined;
  }
  const ignored = isListed || fresh.length === 0 ? new Set<PathBytes>() : await ignoredOf(place, fresh);
  for (const path of ignored) {
    files.delete(path);
    edits.delete(path);
  }
  if (!(await addFiles(place, files, edits, tree.length))) return undefined;
  return await editTree(git, tree, folders, edits, options);
}

/** Whether the file system has executable bits: git found out when it made the repository. Asked once for each. */
const modeAnswers = new Map<string, Promise<boolean>>();

async function modesAreKnown({ git, root, options }: Place): Promise<boolean> {
  const ask = async () => {
    const args = ['config', '--type=bool', '--default=true', '--get', 'core.fileMode'];
    return (await git.bytes(args, options)).toString('latin1').trim() === 'true';
  };
  const repository = options.env?.GIT_DIR ?? root;
  const answer = modeAnswers.get(repository) ?? ask();
  modeAnswers.set(repository, answer);
  answer.catch(() => modeAnswers.delete(repository));
  return await answer;
}

function modeOf(mode: number, isKnown: boolean, before: Entry | undefined): string {
  if (isKnown) return (mode & 0o100) === 0 ? '100644' : '100755';
  return before?.mode === '100755' ? '100755' : '100644';
}

async function linkEntry({ git, root, options }: Place, path: PathBytes): Promise<Entry> {
  const target = await readlink(absolutePath(root, path), { encoding: 'buffer' });
  return { mode: '120000', id: await git.writeBlob(target, options) };
}

async function ignoredOf({ git, options }: Place, paths: readonly PathBytes[]): Promise<Set<PathBytes>> {
  const named = new Map(paths.map((path) => [path.startsWith(':') ? `./${path}` : path, path]));
  const input = joinPaths([...named.keys()]);
  const args = ['check-ignore', '--no-index', '-z', '--stdin'];
  const ignored = splitPaths(await git.bytes(args, { ...options, input, codes: [0, 1] }));
  return new Set(ignored.map((name) => named.get(name) ?? name));
}

/** False when git would convert a file: whether it does can depend on what the index has. */
async function addFiles(
  place: Place,
  files: ReadonlyMap<PathBytes, { mode: string; size: number }>,
  edits: Map<PathBytes, Entry | undefined>,
  idLength: number,
): Promise<boolean> {
  if (files.size === 0) return true;
  const { git, root, options } = place;
  const question = Buffer.from([...files.keys()].map((path) => `${quoted(path)}\n`).join(''), 'latin1');
  const conversation = git.conversation(['hash-object', '-w', '--stdin-paths'], options);
  await freshFor(conversation, place, files.keys());
  const ids = await conversation.ask(question, readLines(files.size), options.signal);
  let index = 0;
  for (const [path, { mode, size }] of files) {
    const id = ids[index] ?? '';
    index += 1;
    if (id !== (await plainId(absolutePath(root, path), size, idLength === 40 ? 'sha1' : 'sha256'))) return false;
    edits.set(path, { mode, id });
  }
  return true;
}

const quoted = (path: PathBytes): string =>
  /^"|[\n\r]/.test(path)
    ? `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}"`
    : path;

/** The id of a file's bytes as they are. */
async function plainId(file: Buffer, size: number, algorithm: string): Promise<string> {
  const hash = createHash(algorithm).update(`blob ${size}\0`);
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}
