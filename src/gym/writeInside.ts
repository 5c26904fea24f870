// Writes and removes files of a worktree without leaving it, whatever stands in their place at that very moment: never
// through a link, and never into a file that has another name elsewhere.
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, type FileHandle, lstat, mkdir, open, readlink, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { wayInside } from './paths.ts';

/**
 * The new bytes take the place of the old file, so that a hard link elsewhere keeps the old ones. A link in the worktree is
 * followed to the file it names there. The file keeps its permissions but for `executable`. Throws when it cannot.
 */
export async function writeInside(
  root: string,
  absolute: string,
  bytes: string | Uint8Array,
  executable?: boolean,
): Promise<void> {
  await mkdir(dirname(absolute), { recursive: true });
  const target = await realpath(absolute).catch(() => absolute);
  await inFolder(root, dirname(target), async (folder) => {
    const place = join(folder, basename(target));
    const there = await lstat(place).catch(() => undefined);
    if (there !== undefined && !there.isFile()) throw new Error('it is not a regular file');
    const temporary = join(folder, `.${randomUUID()}.tmp`);
    try {
      const file = await open(temporary, 'wx', 0o666);
      await file.writeFile(bytes).finally(() => file.close());
      const mode = (there ?? (await lstat(temporary))).mode & 0o777;
      await chmod(temporary, executable === undefined ? mode : executable ? mode | 0o111 : mode & ~0o111);
      await rename(temporary, place);
    } finally {
      await rm(temporary, { force: true });
    }
  });
}

/** Removes a file, or the link that stands for it. */
export async function removeInside(root: string, absolute: string): Promise<void> {
  await inFolder(root, dirname(absolute), (folder) => rm(join(folder, basename(absolute)), { force: true }));
}

/** On Linux the folder is held open and named by its handle, so that nobody can put a link in its place in between. */
async function inFolder(root: string, folder: string, use: (folder: string) => Promise<void>): Promise<void> {
  if (process.platform !== 'linux') {
    assertInside(root, await realpath(folder));
    await use(folder);
    return;
  }
  const handle: FileHandle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    const held = `/proc/self/fd/${handle.fd}`;
    assertInside(root, await readlink(held));
    await use(held);
  } finally {
    await handle.close();
  }
}

function assertInside(root: string, real: string): void {
  if (wayInside(root, real) === undefined) throw new Error('a symbolic link on the way leads out of the repository');
}
