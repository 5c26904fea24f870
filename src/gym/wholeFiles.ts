// Files of ours that are written whole or not at all, and folders of them that are kept small.
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A reader sees the file as it was or as it is; a crash leaves no half of it. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}`;
  await writeFile(temporary, text);
  await rename(temporary, path);
}

/** Drops the entries of a folder that were written longest ago, once there are more than `limit`. */
export async function dropOldest(directory: string, limit: number): Promise<void> {
  const names = await readdir(directory);
  if (names.length <= limit) return;
  const aged = await Promise.all(
    names.map(async (name) => {
      const path = join(directory, name);
      // An entry that somebody else has dropped meanwhile is the first to go.
      return { path, at: (await stat(path).catch(() => undefined))?.mtimeMs ?? 0 };
    }),
  );
  // A good part at once, so that not every new entry pays for it.
  const dropped = aged.sort((a, b) => a.at - b.at).slice(0, names.length - Math.floor(limit * 0.75));
  for (const { path } of dropped) await rm(path, { recursive: true, force: true });
}
