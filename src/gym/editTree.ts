// A tree with some entries changed, made from the few folders on the way to them: the cost grows with the number of
// changes and not with the size of the repository. No index is read or written.
import { createHash } from 'node:crypto';
import type { Git, GitBytesOptions } from './git.ts';
import { readLines } from './gitConversation.ts';
import { readObject } from './objects.ts';
import { foldersOf, type PathBytes } from './pathBytes.ts';

export interface Entry {
  /** As git writes it in a tree: 100644, 100755, 120000, 160000 or 40000. */
  readonly mode: string;
  readonly id: string;
}

const folderMode = '40000';

/** The folders of a tree on the way to some paths, by path; the top folder is ''. */
export type Folders = ReadonlyMap<PathBytes, ReadonlyMap<string, Entry>>;

/** undefined when a path cannot be asked for. */
export async function readFolders(
  git: Git,
  tree: string,
  paths: Iterable<PathBytes>,
  options: GitBytesOptions = {},
): Promise<Folders | undefined> {
  const names = new Set<PathBytes>(['']);
  for (const path of paths) for (const folder of foldersOf(path)) names.add(folder);
  const asked = [...names];
  if (asked.some((name) => name.includes('\n'))) return undefined;
  const conversation = git.conversation(['cat-file', '--batch'], options);
  const folders = new Map<PathBytes, Map<string, Entry>>();
  const ask = async (name: PathBytes) => {
    const question = Buffer.from(`${tree}:${name}\n`, 'latin1');
    const found = await conversation.ask(question, readObject(true), options.signal);
    if (found?.kind === 'tree') folders.set(name, parseTree(found.bytes, tree.length / 2));
  };
  await Promise.all(asked.map(ask));
  return folders.has('') ? folders : undefined;
}

/** The entries of a tree object. */
export function parseTree(content: Buffer, idBytes: number): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const end = content.indexOf(0, space);
    const id = content.toString('hex', end + 1, end + 1 + idBytes);
    entries.set(content.toString('latin1', space + 1, end), { mode: content.toString('latin1', at, space), id });
    at = end + 1 + idBytes;
  }
  return entries;
}

export function entryAt(folders: Folders, path: PathBytes): Entry | undefined {
  const slash = path.lastIndexOf('/');
  return folders.get(slash === -1 ? '' : path.slice(0, slash))?.get(path.slice(slash + 1));
}

/** Writes the tree with the entries in place; undefined as an entry removes it, and folders that become empty with it. */
export async function editTree(
  git: Git,
  tree: string,
  folders: Folders,
  edits: ReadonlyMap<PathBytes, Entry | undefined>,
  options: GitBytesOptions = {},
): Promise<string> {
  const edited = new Map([...folders].map(([path, entries]) => [path, new Map(entries)]));
  const folderAt = (path: PathBytes): Map<string, Entry> => {
    const there = edited.get(path) ?? new Map<string, Entry>();
    edited.set(path, there);
    return there;
  };
  // Removals first, so that a folder may take the place of a file.
  const inOrder = [...edits].sort(([, a], [, b]) => Number(a !== undefined) - Number(b !== undefined));
  const changed = new Set<PathBytes>(['']);
  for (const [path, entry] of inOrder) {
    const way = foldersOf(path);
    for (const folder of way) changed.add(folder);
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (entry === undefined) edited.get(way.at(-1) ?? '')?.delete(name);
    else folderAt(way.at(-1) ?? '').set(name, entry);
    if (entry !== undefined) for (const folder of way) folderAt(folder);
  }
  const algorithm = tree.length === 40 ? 'sha1' : 'sha256';
  const written: Buffer[] = [];
  // Deepest first: a folder's entry needs the id of what is in it.
  for (const path of [...changed].sort((a, b) => foldersOf(`${b}/`).length - foldersOf(`${a}/`).length)) {
    const entries = edited.get(path);
    if (entries === undefined || path === '') continue;
    const [parent, name] = [path.slice(0, Math.max(0, path.lastIndexOf('/'))), path.slice(path.lastIndexOf('/') + 1)];
    const siblings = folderAt(parent);
    const own = edits.get(path);
    if (own !== undefined) continue;
    if (entries.size === 0) {
      if (siblings.get(name)?.mode === folderMode) siblings.delete(name);
      continue;
    }
    const { id, listing } = formatTree(entries, algorithm);
    written.push(listing);
    siblings.set(name, { mode: folderMode, id });
  }
  const top = formatTree(folderAt(''), algorithm);
  if (top.id === tree) return tree;
  if (folderAt('').size === 0) {
    const empty = await git.bytes(['hash-object', '-w', '-t', 'tree', '--stdin'], options);
    return empty.toString('latin1').trim();
  }
  written.push(top.listing);
  const conversation = git.conversation(['mktree', '-z', '--missing', '--batch'], options);
  const question = Buffer.concat(written.flatMap((listing) => [listing, Buffer.from('\0')]));
  const made = (await conversation.ask(question, readLines(written.length), options.signal)).at(-1);
  if (made !== top.id) throw new Error(`Git made tree ${made} where ${top.id} was meant.`);
  return top.id;
}

function formatTree(entries: ReadonlyMap<string, Entry>, algorithm: string): { id: string; listing: Buffer } {
  // Git sorts a folder as if its name ended with a slash.
  const key = ([name, { mode }]: [string, Entry]) => (mode === folderMode ? `${name}/` : name);
  const sorted = [...entries].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const content = Buffer.concat(
    sorted.flatMap(([name, { mode, id }]) => [Buffer.from(`${mode} ${name}\0`, 'latin1'), Buffer.from(id, 'hex')]),
  );
  const type = (mode: string) => (mode === folderMode ? 'tree' : mode === '160000' ? 'commit' : 'blob');
  const lines = sorted.map(([name, { mode, id }]) => `${mode.padStart(6, '0')} ${type(mode)} ${id}\t${name}\0`);
  return {
    id: createHash(algorithm).update(`tree ${content.length}\0`).update(content).digest('hex'),
    listing: Buffer.from(lines.join(''), 'latin1'),
  };
}
