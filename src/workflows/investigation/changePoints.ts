// Where the level of a series changes. Pure, exact for its cost: PELT of Killick, Fearnhead and Eckley, "Optimal Detection of
// Changepoints With a Linear Computational Cost" (JASA 107, 2012), with squared error and
// three times log n as the penalty, as in the modified BIC of Zhang and Siegmund (Biometrics 63, 2007).
import { medianOf } from './timing/signedRank.ts';

export interface Level {
  /** The first position, from 0. */
  readonly start: number;
  readonly length: number;
  readonly mean: number;
}

/** What a count varies by anyhow: whole numbers have no smaller step. */
const leastNoise = 1;

/** The levels of a series, the oldest first; one where nothing changes beyond its noise. */
export function levelsOf(values: readonly number[]): Level[] {
  const size = values.length;
  if (size === 0) return [];
  const { sums, squares } = prefixes(values);
  const at = (list: readonly number[], index: number): number => list[index] ?? 0;
  /** Squared error around the mean of what stands from `start` to before `end`. */
  const cost = (start: number, end: number): number => {
    const sum = at(sums, end) - at(sums, start);
    return at(squares, end) - at(squares, start) - (sum * sum) / (end - start);
  };
  const penalty = 3 * noiseOf(values) ** 2 * Math.log(Math.max(2, size));
  const best: number[] = [-penalty];
  const from: number[] = [0];
  let candidates = [0];
  for (let end = 1; end <= size; end += 1) {
    let least = Number.POSITIVE_INFINITY;
    for (const start of candidates) {
      const total = at(best, start) + cost(start, end) + penalty;
      if (total >= least) continue;
      least = total;
      from[end] = start;
    }
    best[end] = least;
    candidates = [...candidates.filter((start) => at(best, start) + cost(start, end) <= least), end];
  }
  const levels: Level[] = [];
  for (let end = size; end > 0; end = at(from, end)) {
    const start = at(from, end);
    levels.unshift({ start, length: end - start, mean: (at(sums, end) - at(sums, start)) / (end - start) });
  }
  return levels;
}

function prefixes(values: readonly number[]): { sums: number[]; squares: number[] } {
  const sums = [0];
  const squares = [0];
  for (const [index, value] of values.entries()) {
    sums.push((sums[index] ?? 0) + value);
    squares.push((squares[index] ?? 0) + value * value);
  }
  return { sums, squares };
}

/** The spread of single values, from the steps between them, which a few large ones do not move. */
function noiseOf(values: readonly number[]): number {
  const steps = values.slice(1).map((value, index) => Math.abs(value - (values[index] ?? value)));
  const normal = 1.4826;
  return Math.max(leastNoise, steps.length === 0 ? 0 : (normal * medianOf(steps)) / Math.SQRT2);
}
