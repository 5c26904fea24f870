// What tells that a command has touched a file: the time that the system itself keeps of the file's last change, which no
// command can set back. Reads names and times, never contents.
import type { BigIntStats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** By path relative to the root; a folder's path ends with a slash, and its stamp is empty. */
export type FileStamps = ReadonlyMap<string, string>;

/** Windows keeps no such time that a program could not set. */
export const hasStamps = process.platform !== 'win32';

/** `skipped`: folders that are not looked into. `undefined` where something cannot be read, or is better not trusted. */
export async function stampsOf(root: string, skipped: ReadonlySet<string>): Promise<FileStamps | undefined> {
  if (!hasStamps) return undefined;
  const stamps = new Map<string, string>();
  const look = async (folder: string): Promise<boolean> => {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => undefined);
    if (entries === undefined) return false;
    const looked = await Promise.all(
      entries.map(async (entry) => {
        const path = `${folder}${entry.name}`;
        if (skipped.has(path)) return true;
        // A repository inside, or a name that is no text, is left to whoever does it the long way.
        if (entry.name === '.git' || path.includes('\ufffd')) return false;
        if (entry.isDirectory()) {
          stamps.set(`${path}/`, '');
          return await look(`${path}/`);
        }
        const found = await lstat(join(root, path), { bigint: true }).catch(() => undefined);
        if (found !== undefined) stamps.set(path, stampOf(found));
        return found !== undefined;
      }),
    );
    return !looked.includes(false);
  };
  return (await look('')) ? stamps : undefined;
}

const stampOf = ({ ino, ctimeNs, size, mode }: BigIntStats): string => `${ino} ${ctimeNs} ${size} ${mode}`;

export interface StampDifference {
  /** Files that were written, made or removed. */
  readonly files: ReadonlySet<string>;
  /** Folders that were made, the innermost first. */
  readonly newFolders: readonly string[];
}

export function differenceOf(before: FileStamps, after: FileStamps): StampDifference {
  const files = new Set<string>();
  const newFolders: string[] = [];
  for (const [path, stamp] of after) {
    if (before.get(path) === stamp) continue;
    if (path.endsWith('/')) newFolders.push(path);
    else files.add(path);
  }
  for (const path of before.keys()) if (!path.endsWith('/') && !after.has(path)) files.add(path);
  return { files, newFolders: newFolders.sort((a, b) => b.length - a.length) };
}
