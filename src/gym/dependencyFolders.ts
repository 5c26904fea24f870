// Dependency folders of the workspace, shared with a worktree: what is ignored and yet needed, such as `node_modules`.
import type { Dirent } from 'node:fs';
import { cp, lstat, mkdir, readdir, readlink, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { wayInside } from './paths.ts';

/** How deep below the top folder dependency folders are looked for: packages of a workspace have their own. */
export const dependencyDepth = 2;

/** Where a dependency folder lies, and the worktree that it is shared with. */
export interface Sharing {
  readonly root: string;
  readonly worktree: string;
}

/**
 * Shares one dependency folder. `node_modules` becomes a real folder of links, so that what tools write beside the
 * packages (`.cache`, `.vite`) stays in the worktree; any other folder is one link. What `node_modules` has of the repository
 * itself (the packages of a workspace) leads to the worktree: its tests are to run its own code. So does what Composer's
 * loader finds beside its `vendor`: PHP asks where a file really is, so the loader is copied.
 */
export async function shareFolder(path: string, sharing: Sharing): Promise<void> {
  const [from, to] = [join(sharing.root, path), join(sharing.worktree, path)];
  await mkdir(dirname(to), { recursive: true });
  if (path.endsWith('node_modules')) await linkEntries(from, to, sharing);
  else if (await isThere(join(from, 'composer', 'autoload_real.php'))) await linkVendor(from, to, sharing);
  else await link(from, to, 'junction');
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Entries of `node_modules` that begin with a dot and are no caches. */
const ofManagers = new Set(['.bin', '.pnpm', '.package-lock.json', '.modules.yaml']);

/**
 * What a command made of the links before is undone: else its own code could stand for a dependency when the next one is judged.
 * Caches stay.
 */
async function linkEntries(from: string, to: string, sharing: Sharing): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true });
  const wanted = entries.filter(({ name }) => !name.startsWith('.') || ofManagers.has(name));
  await realFolder(to);
  const names = new Set(wanted.map(({ name }) => name));
  for (const name of await readdir(to))
    if (!names.has(name) && !name.startsWith('.')) await rm(join(to, name), { recursive: true, force: true });
  const share = async (entry: Dirent) => {
    const { name } = entry;
    const [source, target] = [join(from, name), join(to, name)];
    if (entry.isDirectory() && (name === '.bin' || name.startsWith('@'))) await linkEntries(source, target, sharing);
    else if (entry.isSymbolicLink()) await linkAgain(source, target, sharing);
    else await link(source, target, entry.isDirectory() ? 'junction' : 'file');
  };
  await Promise.all(wanted.map(share));
}

async function linkVendor(from: string, to: string, sharing: Sharing): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true });
  await realFolder(to);
  const names = new Set(entries.map(({ name }) => name));
  for (const name of await readdir(to))
    if (!names.has(name)) await rm(join(to, name), { recursive: true, force: true });
  for (const entry of entries) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory() && entry.name !== 'composer' && entry.name !== 'bin')
      await linkEntries(source, target, sharing);
    else {
      await rm(target, { recursive: true, force: true });
      await cp(source, target, { recursive: true, verbatimSymlinks: true });
    }
  }
}

/** A link to something of the repository leads to the same of the worktree; every other one is linked to. */
async function linkAgain(source: string, target: string, { root, worktree }: Sharing): Promise<void> {
  const inside = wayInside(root, resolve(dirname(source), await readlink(source)));
  const isFile = (await stat(source).catch(() => undefined))?.isFile() === true;
  await link(inside === undefined ? source : join(worktree, inside), target, isFile ? 'file' : 'junction');
}

async function link(to: string, at: string, type: 'file' | 'junction'): Promise<void> {
  const there = await lstat(at).catch(() => undefined);
  if (there?.isSymbolicLink() === true && (await readlink(at)) === to) return;
  if (there !== undefined) await rm(at, { recursive: true, force: true });
  await symlink(to, at, type);
}

/** Not a link, which would lead what is written there to somewhere else. */
async function realFolder(path: string): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (there?.isDirectory() === true) return;
  if (there !== undefined) await rm(path, { force: true });
  await mkdir(path, { recursive: true });
}

export async function dependencyFoldersIn(
  root: string,
  below: string,
  names: readonly string[],
  depth: number,
): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(root, below), { withFileTypes: true }).catch(() => [])) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (!entry.isDirectory() && !entry.isSymbolicLink()) continue;
    if (names.includes(entry.name)) found.push(path);
    else if (depth > 0 && entry.isDirectory() && !entry.name.startsWith('.'))
      found.push(...(await dependencyFoldersIn(root, path, names, depth - 1)));
  }
  return found;
}
