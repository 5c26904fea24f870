// Removes what git does not see at all: pipes, sockets and devices that a command left, and whatever is named `.git`, of which a
// worktree has none. Never follows a link.
import { readdir, rm } from 'node:fs/promises';
import { absolutePath, type PathBytes, pathBytesOf } from './pathBytes.ts';

/** `kept`: folders, relative to the root, that are not looked into. */
export async function removeSpecial(root: string, kept: readonly string[]): Promise<void> {
  const keptPaths = new Set(kept.map(pathBytesOf));
  const open: PathBytes[] = [''];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop())
    for (const entry of await readdir(absolutePath(root, folder), { withFileTypes: true, encoding: 'latin1' })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (keptPaths.has(path)) continue;
      const isGit = entry.name.toLowerCase() === '.git';
      if (entry.isDirectory() && !isGit) open.push(path);
      else if (isGit || (!entry.isFile() && !entry.isSymbolicLink()))
        await rm(absolutePath(root, path), { recursive: true, force: true });
    }
}
