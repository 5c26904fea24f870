// Functions that take longer in one commit than in another, from several CPU profiles of each. What one profile shows alone is
// noise and is not named. Pure.
import type { FunctionTime, GrownFunction } from '../../../protocol/timing.ts';
import { medianOf } from './signedRank.ts';

/** The share of all that was gained below which a function is not worth a name. */
const leastShare = 0.1;
/** Pairs of a profile of each side, of 100, in which the slower side must show more: 1 case in 20 by chance with five a side. */
const leastWins = 84;
const maxSelf = 5;
const maxTotal = 3;

interface Series {
  readonly path: string;
  readonly name: string;
  readonly self: readonly [number[], number[]];
  readonly total: readonly [number[], number[]];
  readonly line: number;
  readonly lineBefore: number | null;
}

/**
 * First those that take longer themselves, then those of `changed` files in which the growth happens somewhere below: they may
 * call more often what takes no longer by itself.
 */
export function grownFunctions(
  before: readonly (readonly FunctionTime[])[],
  after: readonly (readonly FunctionTime[])[],
  changed: ReadonlySet<string>,
): GrownFunction[] {
  const all = seriesOf(before, after);
  const gained = Math.max(0, sumOf(after) - sumOf(before));
  const growth = ([olds, news]: readonly [number[], number[]]): number => medianOf(news) - medianOf(olds);
  const isGrown = (times: readonly [number[], number[]]): boolean =>
    growth(times) > 0 && growth(times) >= gained * leastShare && wins(...times) >= leastWins;
  const bySelf = all.filter(({ self }) => isGrown(self)).sort((a, b) => growth(b.self) - growth(a.self));
  const shown = bySelf.slice(0, maxSelf);
  const byTotal = all
    .filter((series) => !shown.includes(series) && isGrown(series.total) && changed.has(series.path))
    // What is called is nearer to the cause than what calls it, and takes less.
    .sort((a, b) => growth(b.total) - growth(a.total) || medianOf(a.total[1]) - medianOf(b.total[1]));
  return [...shown, ...byTotal.slice(0, maxTotal)].map(({ path, name, line, lineBefore, self, total }) => ({
    ...{ path, name, line, lineBefore },
    selfBefore: rounded(medianOf(self[0])),
    selfAfter: rounded(medianOf(self[1])),
    totalBefore: rounded(medianOf(total[0])),
    totalAfter: rounded(medianOf(total[1])),
  }));
}

function seriesOf(before: readonly (readonly FunctionTime[])[], after: readonly (readonly FunctionTime[])[]): Series[] {
  const keyOf = ({ path, name }: FunctionTime): string => `${path}\n${name}`;
  const maps = (profiles: readonly (readonly FunctionTime[])[]) =>
    profiles.map((profile) => new Map(profile.map((time) => [keyOf(time), time])));
  const [olds, news] = [maps(before), maps(after)];
  const keys = new Set([...olds, ...news].flatMap((map) => [...map.keys()]));
  return [...keys].sort().flatMap((key) => {
    const last = [...olds, ...news].flatMap((map) => map.get(key) ?? []).at(-1);
    if (last === undefined) return [];
    const times = (side: typeof olds, which: 'selfMs' | 'totalMs') => side.map((map) => map.get(key)?.[which] ?? 0);
    const lines = (side: typeof olds) => side.flatMap((map) => map.get(key)?.line ?? []);
    return {
      path: last.path,
      name: last.name,
      self: [times(olds, 'selfMs'), times(news, 'selfMs')],
      total: [times(olds, 'totalMs'), times(news, 'totalMs')],
      line: lines(news)[0] ?? last.line,
      lineBefore: lines(olds)[0] ?? null,
    };
  });
}

/** Of all pairs of a run of each side, in how many of 100 the new one is above: the statistic of Mann and Whitney (1947). */
function wins(olds: readonly number[], news: readonly number[]): number {
  let won = 0;
  for (const old of olds) for (const now of news) won += now > old ? 1 : now === old ? 0.5 : 0;
  return (100 * won) / (olds.length * news.length);
}

const sumOf = (profiles: readonly (readonly FunctionTime[])[]): number =>
  profiles.length === 0 ? 0 : medianOf(profiles.map((profile) => profile.reduce((sum, { selfMs }) => sum + selfMs, 0)));

const rounded = (ms: number): number => Math.round(ms * 100) / 100;
