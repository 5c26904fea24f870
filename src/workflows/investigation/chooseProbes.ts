// Which commits to run next: those that tell most, far from what cannot be tested. Pure.
import type { Posterior } from './posterior.ts';
import type { SearchOptions, Seen } from './search.ts';

/** Runs that tell less, in bits, are not worth their time. */
const leastBits = 1e-4;
/** A second run beside the best one has to tell this much more, in bits: it takes part of the machine from the first. */
const leastBeside = 0.45;
/** The same when the likely culprit and the commit before it are confirmed. */
const leastConfirming = 0.1;
/** From this chance on, a commit is the likely culprit. */
const confirmedFrom = 0.6;
/** Older commits that cannot be tested before the tested thing counts as not yet there. */
export const bornAfter = 3;

export function chooseProbes(
  posterior: Posterior,
  seen: ReadonlyMap<number, Seen>,
  options: SearchOptions & { readonly round: number },
): number[] {
  const { hasGood, parallel, round, size } = options;
  const last = hasGood ? size : size - 1;
  const birth = birthProbe(seen, last, hasGood);
  if (birth !== undefined) return [birth];
  const bits = posterior.information();
  const chance = testability(seen);
  const worth = (at: number): number => (at > last ? 0 : (bits[at] ?? 0) * chance(at));
  // The symptom has to be seen on the newest commit before anything else means something.
  const newest = seen.get(0);
  const isFirst = newest === undefined || (newest.failed === 0 && newest.untestable === 0);
  const isAlone = parallel < 2 || options.isSeen === true || options.learn !== undefined;
  if (isFirst && (round > 0 || isAlone)) return [0];
  const best = peakOf((at) => (isFirst && at === 0 ? 0 : worth(at)), last);
  if (isFirst) return worth(best) > leastBits && best > 0 ? [0, best] : [0];
  if (worth(best) <= leastBits) return [];
  const chosen = [best];
  let ways: readonly Way[] = [{ belief: posterior, share: 1 }];
  const isConfirming = posterior.culprits().some((mass) => mass > confirmedFrom);
  const least = isConfirming ? leastConfirming : leastBeside;
  for (let before = best; chosen.length < parallel; ) {
    ways = ways.flatMap((way) => endsOf(way, before));
    const bitsBeside = toldBy(ways, size);
    const worthBeside = (at: number): number =>
      at > last || chosen.includes(at) ? 0 : (bitsBeside[at] ?? 0) * chance(at);
    const next = peakOf(worthBeside, last);
    if (worthBeside(next) < least) break;
    chosen.push(next);
    before = next;
  }
  return chosen;
}

/** One way in which the chosen runs may end, and how likely it is. */
interface Way {
  readonly belief: Posterior;
  readonly share: number;
}

function endsOf({ belief, share }: Way, at: number): Way[] {
  const failing = belief.failing(at);
  return [
    { belief: belief.after(at, true), share: share * failing },
    { belief: belief.after(at, false), share: share * (1 - failing) },
  ];
}

/** What a run on each commit would still tell, in bits, when others are made at the same time. */
function toldBy(ways: readonly Way[], size: number): Float64Array {
  const told = new Float64Array(size + 1);
  for (const { belief, share } of ways)
    belief.information().forEach((bits, at) => {
      told[at] = (told[at] ?? 0) + bits * share;
    });
  return told;
}

function peakOf(worth: (at: number) => number, last: number): number {
  let top = 0;
  for (let at = 1; at <= last; at += 1) if (worth(at) > worth(top)) top = at;
  return top;
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
function birthProbe(seen: ReadonlyMap<number, Seen>, last: number, hasGood: boolean): number | undefined {
  const all = [...seen].sort(([a], [b]) => a - b);
  if (all.some(([, { passed }]) => passed > 0)) return undefined;
  const failed = all.filter(([, known]) => known.failed > 0).at(-1)?.[0];
  if (failed === undefined) return undefined;
  const older = all.filter(([at]) => at > failed).map(([at]) => at);
  const [border] = older;
  if (border === undefined) return undefined;
  // Where something is said to have worked, that is asked first: then nothing was born with its feature.
  if (hasGood && !seen.has(last)) return last;
  const oldest = older.at(-1) ?? border;
  if (older.length < bornAfter && oldest < last) return Math.ceil((oldest + last) / 2);
  return border - failed > 1 ? Math.floor((failed + border) / 2) : undefined;
}
