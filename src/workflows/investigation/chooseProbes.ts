// Which commits to run next: those that tell most, far from what cannot be tested. Pure.
import type { Posterior } from './posterior.ts';
import type { SearchOptions, Seen } from './search.ts';

/** Rounds in which several commits are tried at once: it saves time, and costs runs that halving would not need. */
const wideRounds = 1;
/** Runs that tell less, in bits, are not worth their time. */
const leastBits = 1e-4;
/** Older commits that cannot be tested before the tested thing counts as not yet there. */
export const bornAfter = 3;

export function chooseProbes(
  posterior: Posterior,
  seen: ReadonlyMap<number, Seen>,
  options: SearchOptions & { readonly round: number },
): number[] {
  const { hasGood, parallel, round, size } = options;
  const last = hasGood ? size : size - 1;
  const birth = birthProbe(seen, last);
  if (birth !== undefined) return [birth];
  const bits = posterior.information();
  const chance = testability(seen);
  const worth = (at: number): number => (at > last ? 0 : (bits[at] ?? 0) * chance(at));
  const bestOf = (from: number, to: number): number | undefined => {
    let best: number | undefined;
    for (let at = from; at <= to; at += 1) if (worth(at) > leastBits && worth(at) > worthOf(best, worth)) best = at;
    return best;
  };
  // The symptom has to be seen on the newest commit before anything else means something.
  const newest = seen.get(0);
  const isFirst = newest === undefined || (newest.failed === 0 && newest.untestable === 0);
  if (isFirst && (round > 0 || parallel < 2)) return [0];
  const best = bestOf(isFirst ? 1 : 0, last);
  if (isFirst) return best === undefined ? [0] : [0, best];
  if (best === undefined) return [];
  if (parallel < 2) return [best];
  const culprits = posterior.culprits();
  const [top, mass] = peak(culprits);
  if (mass > 0.6) {
    // Both sides of the likely culprit are confirmed at once.
    const pair = [top, top + 1].filter((at) => worth(at) > leastBits * 100);
    return pair.length === 2 && pair.includes(best) ? pair : [best];
  }
  if (round > wideRounds || mass > 0.2) return [best];
  return [...new Set(quantiles(culprits, parallel).flatMap((at) => nearest(at, worth, last) ?? []))];
}

const worthOf = (at: number | undefined, worth: (at: number) => number): number => (at === undefined ? 0 : worth(at));

function peak(culprits: Float64Array): [number, number] {
  let top = 0;
  culprits.forEach((chance, index) => {
    if (chance > (culprits[top] ?? 0)) top = index;
  });
  return [top, culprits[top] ?? 0];
}

/** Positions that cut the belief into `parallel` + 1 equal parts. */
function quantiles(culprits: Float64Array, parallel: number): number[] {
  const total = culprits.reduce((sum, chance) => sum + chance, 0);
  const cuts: number[] = [];
  let sum = 0;
  culprits.forEach((chance, index) => {
    sum += chance;
    if (cuts.length < parallel && sum >= (total * (cuts.length + 1)) / (parallel + 1)) cuts.push(index + 1);
  });
  return cuts;
}

/** The nearest position that is worth a run. */
function nearest(at: number, worth: (at: number) => number, last: number): number | undefined {
  for (let distance = 0; distance <= last; distance += 1)
    for (const position of [at - distance, at + distance])
      if (position >= 0 && position <= last && worth(position) > leastBits) return position;
  return undefined;
}

/** The chance that a commit can be tested: near to one that cannot, it is small, and the more there are the wider. */
function testability(seen: ReadonlyMap<number, Seen>): (at: number) => number {
  const bad = [...seen].filter(([, known]) => known.untestable > 0).map(([at]) => at);
  const reach = 1 + bad.length;
  return (at) => {
    if ((seen.get(at)?.untestable ?? 0) > 0) return 0;
    if (seen.has(at)) return 1;
    const distance = bad.reduce((least, other) => Math.min(least, Math.abs(other - at)), Number.POSITIVE_INFINITY);
    return 1 - 0.95 * 2 ** (-(distance - 1) / reach);
  };
}

/**
 * While nothing has ever passed and the oldest runs cannot be tested, what is looked for is where the tested thing was born:
 * first whether something still older can be tested, then the border.
 */
function birthProbe(seen: ReadonlyMap<number, Seen>, last: number): number | undefined {
  const all = [...seen].sort(([a], [b]) => a - b);
  if (all.some(([, { passed }]) => passed > 0)) return undefined;
  const failed = all.filter(([, known]) => known.failed > 0).at(-1)?.[0];
  if (failed === undefined) return undefined;
  const older = all.filter(([at]) => at > failed).map(([at]) => at);
  const [border] = older;
  if (border === undefined) return undefined;
  const oldest = older.at(-1) ?? border;
  if (older.length < bornAfter && oldest < last) return Math.ceil((oldest + last) / 2);
  return border - failed > 1 ? Math.floor((failed + border) / 2) : undefined;
}
