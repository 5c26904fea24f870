// Three ways of one text into one: the changes of both sides, or the place where they meet. It never chooses between two
// sides, and where one ends is where the other begins counts as a meeting: nobody can tell which comes first.
import type { ChangedRegion } from '../lines.ts';
import { anchoredRegions } from './anchoredRegions.ts';

export type MergedLines =
  | { readonly ok: true; readonly lines: string[] }
  /** Index of the first line of `mine` that the other side changes as well. */
  | { readonly ok: false; readonly mineIndex: number };

export function mergeLines(base: readonly string[], mine: readonly string[], theirs: readonly string[]): MergedLines {
  const ours = anchoredRegions(base, mine);
  const others = anchoredRegions(base, theirs);
  const lines: string[] = [];
  let taken = 0;
  let [our, other] = [0, 0];
  for (;;) {
    const [a, b] = [ours[our], others[other]];
    if (a === undefined && b === undefined) break;
    if (a !== undefined && b !== undefined && meet(a, b)) {
      if (!isSame(a, mine, b, theirs)) return { ok: false, mineIndex: a.newIndex };
      other += 1;
      continue;
    }
    const isOurs = b === undefined || (a !== undefined && a.oldIndex < b.oldIndex);
    const region = isOurs ? a : b;
    if (region === undefined) break;
    const { oldIndex, oldCount, newIndex, newCount } = region;
    lines.push(...base.slice(taken, oldIndex), ...(isOurs ? mine : theirs).slice(newIndex, newIndex + newCount));
    taken = oldIndex + oldCount;
    if (isOurs) our += 1;
    else other += 1;
  }
  lines.push(...base.slice(taken));
  return { ok: true, lines };
}

const meet = (a: ChangedRegion, b: ChangedRegion): boolean =>
  a.oldIndex <= b.oldIndex + b.oldCount && b.oldIndex <= a.oldIndex + a.oldCount;

/** Whether both sides made the same change. */
function isSame(a: ChangedRegion, mine: readonly string[], b: ChangedRegion, theirs: readonly string[]): boolean {
  if (a.oldIndex !== b.oldIndex || a.oldCount !== b.oldCount || a.newCount !== b.newCount) return false;
  for (let index = 0; index < a.newCount; index += 1)
    if (mine[a.newIndex + index] !== theirs[b.newIndex + index]) return false;
  return true;
}
