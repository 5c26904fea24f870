// Which lines differ between two texts, in nearly linear time however much differs: lines that stand once in both are
// the anchors. Where that leaves a long stretch without an anchor, the stretch is one region; it never finds too little.
import { type ChangedRegion, changedRegions } from '../lines.ts';

/** Old lines times new lines of a stretch without an anchor, up to which it is compared line by line. */
const maxStretch = 10_000;
/** How often a stretch between anchors is searched for anchors of its own. */
const maxDepth = 8;

interface Stretch {
  readonly oldFrom: number;
  readonly oldTo: number;
  readonly newFrom: number;
  readonly newTo: number;
}

type Anchor = readonly [oldIndex: number, newIndex: number];

/** Runs of changed lines, in order; between two of them at least one line is unchanged. */
export function anchoredRegions(before: readonly string[], after: readonly string[]): ChangedRegion[] {
  const regions: ChangedRegion[] = [];
  const search = (whole: Stretch, depth: number): void => {
    const stretch = trimmed(whole, before, after);
    const { oldFrom, oldTo, newFrom, newTo } = stretch;
    const [oldCount, newCount] = [oldTo - oldFrom, newTo - newFrom];
    if (oldCount === 0 && newCount === 0) return;
    const anchors = oldCount === 0 || newCount === 0 || depth === 0 ? [] : anchorsIn(stretch, before, after);
    if (anchors.length === 0) {
      if (oldCount * newCount > maxStretch) regions.push({ oldIndex: oldFrom, oldCount, newIndex: newFrom, newCount });
      else
        for (const region of changedRegions(before.slice(oldFrom, oldTo), after.slice(newFrom, newTo)))
          regions.push({ ...region, oldIndex: region.oldIndex + oldFrom, newIndex: region.newIndex + newFrom });
      return;
    }
    let [oldAt, newAt] = [oldFrom, newFrom];
    for (const [oldIndex, newIndex] of [...anchors, [oldTo, newTo] as const]) {
      search({ oldFrom: oldAt, oldTo: oldIndex, newFrom: newAt, newTo: newIndex }, depth - 1);
      [oldAt, newAt] = [oldIndex + 1, newIndex + 1];
    }
  };
  search({ oldFrom: 0, oldTo: before.length, newFrom: 0, newTo: after.length }, maxDepth);
  return regions;
}

/** Without what both begin and end with. */
function trimmed(stretch: Stretch, before: readonly string[], after: readonly string[]): Stretch {
  let { oldFrom, oldTo, newFrom, newTo } = stretch;
  while (oldFrom < oldTo && newFrom < newTo && before[oldFrom] === after[newFrom]) {
    oldFrom += 1;
    newFrom += 1;
  }
  while (oldFrom < oldTo && newFrom < newTo && before[oldTo - 1] === after[newTo - 1]) {
    oldTo -= 1;
    newTo -= 1;
  }
  return { oldFrom, oldTo, newFrom, newTo };
}

/** The longest row of lines that stand once in both parts, in the same order there. */
function anchorsIn(stretch: Stretch, before: readonly string[], after: readonly string[]): Anchor[] {
  const olds = onceIn(before, stretch.oldFrom, stretch.oldTo);
  const news = onceIn(after, stretch.newFrom, stretch.newTo);
  const pairs: Anchor[] = [];
  for (const [line, oldIndex] of olds) {
    const newIndex = news.get(line);
    if (oldIndex >= 0 && newIndex !== undefined && newIndex >= 0) pairs.push([oldIndex, newIndex]);
  }
  return longestRise(pairs.sort(([a], [b]) => a - b));
}

/** Where each line stands; -1 for one that stands there more than once. */
function onceIn(lines: readonly string[], from: number, to: number): Map<string, number> {
  const found = new Map<string, number>();
  for (let index = from; index < to; index += 1) {
    const line = lines[index] ?? '';
    found.set(line, found.has(line) ? -1 : index);
  }
  return found;
}

/** The longest part of the pairs whose new indexes rise, by patience sorting. */
function longestRise(pairs: readonly Anchor[]): Anchor[] {
  const tops: { readonly pair: Anchor; readonly below: Link }[] = [];
  for (const pair of pairs) {
    let [low, high] = [0, tops.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((tops[middle]?.pair[1] ?? 0) < pair[1]) low = middle + 1;
      else high = middle;
    }
    tops[low] = { pair, below: tops[low - 1] };
  }
  const row: Anchor[] = [];
  for (let link: Link = tops.at(-1); link !== undefined; link = link.below) row.push(link.pair);
  return row.reverse();
}

type Link = { readonly pair: Anchor; readonly below: Link } | undefined;
