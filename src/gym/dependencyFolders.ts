// Dependency folders of the workspace, shared with a worktree: what is ignored and yet needed, such as `node_modules`.
import { mkdir, readdir, readlink, stat, symlink } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';

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
 * itself (the packages of a workspace) leads to the worktree: its tests are to run its own code.
 */
export async function shareFolder(path: string, sharing: Sharing): Promise<void> {
  const [from, to] = [join(sharing.root, path), join(sharing.worktree, path)];
  const isModules = path.endsWith('node_modules');
  if (!(await mkdirUnlessThere(to, isModules))) return;
  if (isModules) await linkEntries(from, to, sharing);
  else await symlink(from, to, 'junction');
}

async function mkdirUnlessThere(target: string, isFolder: boolean): Promise<boolean> {
  const exists = await stat(target).then(
    () => true,
    () => false,
  );
  if (exists) return false;
  await mkdir(isFolder ? target : join(target, '..'), { recursive: true });
  return true;
}

async function linkEntries(from: string, to: string, sharing: Sharing): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const { name } = entry;
    if (name.startsWith('.') && !['.bin', '.pnpm', '.package-lock.json', '.modules.yaml'].includes(name)) continue;
    const [source, target] = [join(from, name), join(to, name)];
    if (entry.isDirectory() && (name === '.bin' || name.startsWith('@'))) {
      await mkdir(target);
      await linkEntries(source, target, sharing);
    } else if (entry.isSymbolicLink()) await linkAgain(source, target, sharing);
    else await symlink(source, target, entry.isDirectory() ? 'junction' : 'file');
  }
}

/** A link to something of the repository leads to the same of the worktree; every other one is linked to. */
async function linkAgain(source: string, target: string, { root, worktree }: Sharing): Promise<void> {
  const inside = relative(root, resolve(dirname(source), await readlink(source)));
  const isOutside = inside.startsWith('..') || isAbsolute(inside);
  const isFile = (await stat(source).catch(() => undefined))?.isFile() === true;
  await symlink(isOutside ? source : join(worktree, inside), target, isFile ? 'file' : 'junction');
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
