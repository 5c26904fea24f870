// Merges two baselines that grew apart: the stricter side wins. What one side mended is mended, what one side added is not
// taken, and what one side moved stays where it was moved to.
import { type BaselineEntry, entryKey, movedKey } from './baseline.ts';

/** @returns entries that both sides tolerate; never more than the smaller side has */
export function mergeBaselines(
  base: readonly BaselineEntry[],
  ours: readonly BaselineEntry[],
  theirs: readonly BaselineEntry[],
): BaselineEntry[] {
  const ourKeys = new Set(ours.map(entryKey));
  const theirKeys = new Set(theirs.map(entryKey));
  const merged = new Map<string, BaselineEntry>();
  for (const entry of ours) if (theirKeys.has(entryKey(entry))) merged.set(entryKey(entry), entry);
  const baseKeys = new Set(base.map(entryKey));
  // Where both sides moved one entry to different places, each place is refused: which one holds is not known.
  const ourMoves = movesOf(base, ours, baseKeys, ourKeys);
  const theirMoves = movesOf(base, theirs, baseKeys, theirKeys);
  for (const [from, to] of ourMoves) if (theirKeys.has(from)) merged.set(entryKey(to), to);
  for (const [from, to] of theirMoves) if (ourKeys.has(from)) merged.set(entryKey(to), to);
  return [...merged.values()];
}

/** From the key in the base to the entry in another place. */
function movesOf(
  base: readonly BaselineEntry[],
  side: readonly BaselineEntry[],
  baseKeys: ReadonlySet<string>,
  sideKeys: ReadonlySet<string>,
): Map<string, BaselineEntry> {
  const left = new Map<string, string[]>();
  for (const entry of base) {
    const key = movedKey(entry);
    if (key !== undefined && !sideKeys.has(entryKey(entry))) left.set(key, [...(left.get(key) ?? []), entryKey(entry)]);
  }
  const moves = new Map<string, BaselineEntry>();
  for (const entry of side) {
    if (baseKeys.has(entryKey(entry))) continue;
    const from = left.get(movedKey(entry) ?? '')?.shift();
    if (from !== undefined) moves.set(from, entry);
  }
  return moves;
}
