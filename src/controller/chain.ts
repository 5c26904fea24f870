// The journal's hash chain: every entry names the hash of the one before, so an edited or reordered line is seen.
import { canonicalJson } from '../protocol/canonicalJson.ts';
import type { JournalEntry } from '../protocol/journal.ts';

export const firstPrevious = '0'.repeat(64);

/** SHA-256 in hex of UTF-8 text. */
export type Digest = (text: string) => string;

export function entryHash(
  entry: { index: number; at: number; previous: string; event: unknown },
  digest: Digest,
): string {
  const { index, at, previous, event } = entry;
  return digest(canonicalJson({ index, at, previous, event }));
}

/** What breaks the chain at this entry, or null. */
export function chainProblem(
  entry: { index: number; at: number; previous: string; hash: string; event: unknown },
  before: Pick<JournalEntry, 'index' | 'hash'> | undefined,
  digest: Digest,
): string | null {
  const index = (before?.index ?? -1) + 1;
  if (entry.index !== index) return `entry ${entry.index} stands where entry ${index} belongs`;
  if (entry.previous !== (before?.hash ?? firstPrevious)) return `entry ${index} does not follow the entry before it`;
  if (entry.hash !== entryHash(entry, digest)) return `entry ${index} was changed after it was written`;
  return null;
}
