// Texts as lines with their endings, and where the lines of one text stand in another.
import { diffArrays } from 'diff';

/** Lines with their `\n`; the last one may be without. Joining them gives the text back. */
export const splitLines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

export interface ChangedRegion {
  /** Index of the first replaced line in the old lines, from 0. */
  readonly oldIndex: number;
  readonly oldCount: number;
  readonly newIndex: number;
  readonly newCount: number;
}

/** Maximal runs of changed lines, in order; between two of them at least one line is unchanged. */
export function changedRegions(before: readonly string[], after: readonly string[]): ChangedRegion[] {
  const regions: ChangedRegion[] = [];
  let oldIndex = 0;
  let newIndex = 0;
  let open: { oldIndex: number; oldCount: number; newIndex: number; newCount: number } | undefined;
  for (const part of diffArrays([...before], [...after])) {
    const count = part.value.length;
    if (!part.added && !part.removed) {
      if (open !== undefined) regions.push(open);
      open = undefined;
      oldIndex += count;
      newIndex += count;
      continue;
    }
    open ??= { oldIndex, oldCount: 0, newIndex, newCount: 0 };
    if (part.removed) {
      open.oldCount += count;
      oldIndex += count;
    } else {
      open.newCount += count;
      newIndex += count;
    }
  }
  if (open !== undefined) regions.push(open);
  return regions;
}

/** For each line of `before`, its index in `after`, or -1 where it was changed. */
export function lineMap(before: readonly string[], after: readonly string[]): number[] {
  const map = new Array<number>(before.length).fill(-1);
  let last = { oldEnd: 0, newEnd: 0 };
  const copy = (from: number, to: number, shift: number) => {
    for (let index = from; index < to; index += 1) map[index] = index + shift;
  };
  for (const region of changedRegions(before, after)) {
    copy(last.oldEnd, region.oldIndex, last.newEnd - last.oldEnd);
    last = { oldEnd: region.oldIndex + region.oldCount, newEnd: region.newIndex + region.newCount };
  }
  copy(last.oldEnd, before.length, last.newEnd - last.oldEnd);
  return map;
}
