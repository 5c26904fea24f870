// Removes what git does not see at all: pipes, sockets and devices that a command left. Never follows a link.
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** `kept`: folders, relative to the root, that are not looked into. */
export async function removeSpecial(root: string, kept: readonly string[]): Promise<void> {
  const open = [''];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop())
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (kept.includes(path)) continue;
      if (entry.isDirectory()) open.push(path);
      else if (!entry.isFile() && !entry.isSymbolicLink()) await rm(join(root, path), { force: true });
    }
}
