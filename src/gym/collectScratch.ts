// Folders for single commands that a killed process left in the folder of temporary files: nobody else would ever remove them.
import { readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const name = /^ratchet-(?:run|probe|index|example)-\w{6}$/;
/** No command runs as long as this, in milliseconds. */
const staleMs = 24 * 60 * 60_000;

/** Removes those of this person that are older than a day. What cannot be removed stays. */
export async function collectScratch(folder = tmpdir(), now = Date.now()): Promise<void> {
  const own = process.getuid?.();
  for (const entry of await readdir(folder).catch(() => [])) {
    if (!name.test(entry)) continue;
    const path = join(folder, entry);
    const found = await stat(path).catch(() => undefined);
    const isOwn = found?.isDirectory() === true && (own === undefined || found.uid === own);
    if (isOwn && now - found.mtimeMs > staleMs) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}
