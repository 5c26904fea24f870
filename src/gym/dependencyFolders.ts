// Dependency folders of the workspace, shared with a worktree: what is ignored and yet needed, such as `node_modules`.
import { mkdir, readdir, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/** How deep below the top folder dependency folders are looked for: packages of a workspace have their own. */
export const dependencyDepth = 2;

/**
 * Shares one dependency folder. `node_modules` becomes a real folder of links, so that what tools write beside the
 * packages (`.cache`, `.vite`) stays in the worktree; any other folder is one link.
 */
export async function shareFolder(from: string, to: string): Promise<void> {
  const isModules = from.endsWith('node_modules');
  if (!(await mkdirUnlessThere(to, isModules))) return;
  if (isModules) await linkEntries(from, to);
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

async function linkEntries(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (entry.name.startsWith('.') && !['.bin', '.pnpm', '.package-lock.json', '.modules.yaml'].includes(entry.name))
      continue;
    await symlink(join(from, entry.name), join(to, entry.name), entry.isDirectory() ? 'junction' : 'file');
  }
}

export async function dependencyFoldersIn(
  root: string,
  relative: string,
  names: readonly string[],
  depth: number,
): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(root, relative), { withFileTypes: true }).catch(() => [])) {
    const path = relative === '' ? entry.name : `${relative}/${entry.name}`;
    if (!entry.isDirectory() && !entry.isSymbolicLink()) continue;
    if (names.includes(entry.name)) found.push(path);
    else if (depth > 0 && entry.isDirectory() && !entry.name.startsWith('.'))
      found.push(...(await dependencyFoldersIn(root, path, names, depth - 1)));
  }
  return found;
}
