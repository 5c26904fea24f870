// Folders for single commands in the folder of temporary files: made, removed whatever a command left in them, and collected when a
// process that made one was killed.
import { chmod, mkdtemp, readdir, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const kinds = ['run', 'probe', 'index'] as const;
/** `example`: those of the rule engine, which does not know the gym. */
const name = new RegExp(`^ratchet-(?:${kinds.join('|')}|example)-\\w{6}$`);
/** No command runs as long as this, in milliseconds. */
const staleMs = 24 * 60 * 60_000;

/** A new folder, without symbolic links in its path. */
export const makeScratch = async (kind: (typeof kinds)[number]): Promise<string> =>
  await realpath(await mkdtemp(join(tmpdir(), `ratchet-${kind}-`)));

export async function removeScratch(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(async () => {
    await openFolders(folder);
    await rm(folder, { recursive: true, force: true });
  });
}

/** Removes those of this person that are older than a day. What cannot be removed stays. */
export async function collectScratch(folder = tmpdir(), now = Date.now()): Promise<void> {
  const own = process.getuid?.();
  for (const entry of await readdir(folder).catch(() => [])) {
    if (!name.test(entry)) continue;
    const path = join(folder, entry);
    try {
      const found = await stat(path);
      const isOwn = found.isDirectory() && (own === undefined || found.uid === own);
      if (isOwn && now - found.mtimeMs > staleMs) await removeScratch(path);
    } catch {
      // Another window removed it meanwhile, or it cannot be removed: it is no reason not to start, and is looked at the next time.
    }
  }
}

/** Tools write-protect folders of their caches, and then nobody but root can remove what is in them. */
async function openFolders(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory()) await openFolders(join(folder, entry.name));
}
