// The file system's part of a restore: what stands in the way, removing files, and making room. It removes the files it
// is given and empty folders, nothing else.
import { lstat, readdir, rmdir, unlink } from 'node:fs/promises';
import { absolutePath, foldersOf, type PathBytes } from './pathBytes.ts';

/** What stands at a path, without following it. */
export const kindOf = async (root: string, path: PathBytes): Promise<'none' | 'folder' | 'other'> => {
  const stat = await lstat(absolutePath(root, path)).catch(() => undefined);
  if (stat === undefined) return 'none';
  return stat.isDirectory() ? 'folder' : 'other';
};

/** Something that no snapshot knows and that stands on the way to a path, or in a folder where a file has to be. */
export async function findObstacle(
  root: string,
  written: readonly PathBytes[],
  removed: ReadonlySet<PathBytes>,
): Promise<PathBytes | undefined> {
  const asked = new Set<PathBytes>();
  for (const path of written) {
    for (const folder of foldersOf(path)) {
      if (asked.has(folder)) continue;
      asked.add(folder);
      if ((await kindOf(root, folder)) === 'other' && !removed.has(folder)) return folder;
    }
    if ((await kindOf(root, path)) === 'folder') {
      const unknown = await unknownIn(root, path, removed);
      if (unknown !== undefined) return unknown;
    }
  }
  return undefined;
}

async function unknownIn(
  root: string,
  folder: PathBytes,
  removed: ReadonlySet<PathBytes>,
): Promise<PathBytes | undefined> {
  for (const entry of await readdir(absolutePath(root, folder), { encoding: 'buffer', withFileTypes: true })) {
    const path = `${folder}/${entry.name.toString('latin1')}`;
    const unknown = entry.isDirectory() ? await unknownIn(root, path, removed) : removed.has(path) ? undefined : path;
    if (unknown !== undefined) return unknown;
  }
  return undefined;
}

/** Folders that become empty go with their last file. */
export async function removeFiles(root: string, paths: readonly PathBytes[]): Promise<void> {
  for (const path of paths) {
    await unlink(absolutePath(root, path));
    for (const folder of foldersOf(path).reverse()) {
      const isGone = await rmdir(absolutePath(root, folder)).then(
        () => true,
        () => false,
      );
      if (!isGone) break;
    }
  }
}

/** Removes empty folders where a file has to be. */
export async function clearWay(root: string, written: readonly PathBytes[]): Promise<void> {
  for (const path of written) if ((await kindOf(root, path)) === 'folder') await removeEmpty(root, path);
}

async function removeEmpty(root: string, folder: PathBytes): Promise<void> {
  for (const entry of await readdir(absolutePath(root, folder), { encoding: 'buffer', withFileTypes: true }))
    if (entry.isDirectory()) await removeEmpty(root, `${folder}/${entry.name.toString('latin1')}`);
  await rmdir(absolutePath(root, folder));
}
