// Copies of index files. A copy must keep the time of its original, or git takes a file that changed in the same
// instant as the index was written for unchanged.
import { copyFile, stat, utimes } from 'node:fs/promises';

/** False when there is no such index. */
export async function copyIndex(from: string, to: string): Promise<boolean> {
  try {
    // The time first: when the original is replaced in between, the copy only looks older, and git looks closer.
    const { mtimeMs } = await stat(from);
    await copyFile(from, to);
    // Rounded down, for the same reason.
    const seconds = Math.floor(mtimeMs) / 1000;
    await utimes(to, seconds, seconds);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
