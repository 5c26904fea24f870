// The signed-rank test of Wilcoxon (Individual comparisons by ranking methods, Biometrics Bulletin 1, 1945), exact, and the bound
// that belongs to it. Pure arithmetic; it decides nothing.

interface Ranked {
  /** Twice the ranks of the absolute values, so that those of ties are whole numbers. */
  readonly ranks: readonly number[];
  /** Twice the sum of the ranks of what is above 0. */
  readonly above: number;
}

/**
 * The chance to see this much or more above 0, if each value were as likely to have the other sign. Exact also with ties, since
 * only the signs are chance. A value of 0 says nothing and is left out.
 */
export function chanceAbove(values: readonly number[]): number {
  const { ranks, above } = ranked(values);
  if (ranks.length === 0) return 1;
  const counts = sumsOf(ranks);
  let chance = 0;
  for (let sum = above; sum < counts.length; sum += 1) chance += counts[sum] ?? 0;
  return Math.min(1, chance);
}

export const chanceBelow = (values: readonly number[]): number => chanceAbove(values.map((value) => -value));

/**
 * The value that the middle is below, wrong in at most `alpha` of cases: from the averages of all pairs of values, as J. L. Hodges
 * and E. L. Lehmann (Estimates of location based on rank tests, 1963) have it. Infinite where there are too few values.
 */
export function upperBound(values: readonly number[], alpha: number): number {
  const averages = averagesOf(values);
  const counts = sumsOf(values.map((_, index) => 2 * (index + 1)));
  let chance = 0;
  let left = -1;
  // Sums of ranks without ties are even here.
  for (let sum = 0; sum < counts.length; sum += 2) {
    chance += counts[sum] ?? 0;
    if (chance > alpha) break;
    left = sum / 2;
  }
  return left < 0 ? Number.POSITIVE_INFINITY : (averages[averages.length - 1 - left] ?? Number.POSITIVE_INFINITY);
}

/** The middle of the values, little moved by a few that are far off: the median of the averages of all pairs. */
export const middleOf = (values: readonly number[]): number => medianOf(averagesOf(values));

export const medianOf = (values: readonly number[]): number => medianOfSorted([...values].sort((a, b) => a - b));

export function medianOfSorted(sorted: ArrayLike<number>): number {
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}

function averagesOf(values: readonly number[]): number[] {
  const averages: number[] = [];
  values.forEach((value, index) => {
    for (let other = index; other < values.length; other += 1) averages.push((value + (values[other] ?? value)) / 2);
  });
  return averages.sort((a, b) => a - b);
}

function ranked(values: readonly number[]): Ranked {
  const sorted = values.filter((value) => value !== 0).sort((a, b) => Math.abs(a) - Math.abs(b));
  const ranks: number[] = [];
  let above = 0;
  for (let start = 0; start < sorted.length; ) {
    let end = start + 1;
    while (end < sorted.length && Math.abs(sorted[end] ?? 0) === Math.abs(sorted[start] ?? 0)) end += 1;
    // Places start + 1 to end, whose mean is (start + 1 + end) / 2.
    const twice = start + 1 + end;
    for (let index = start; index < end; index += 1) {
      ranks.push(twice);
      if ((sorted[index] ?? 0) > 0) above += twice;
    }
    start = end;
  }
  return { ranks, above };
}

/** For each sum of some of the ranks, its chance when each is in by a fair coin. */
function sumsOf(ranks: readonly number[]): Float64Array {
  const total = ranks.reduce((sum, rank) => sum + rank, 0);
  const chances = new Float64Array(total + 1);
  chances[0] = 1;
  let reached = 0;
  for (const rank of ranks) {
    reached += rank;
    for (let sum = reached; sum >= 0; sum -= 1)
      chances[sum] = ((chances[sum] ?? 0) + (sum >= rank ? (chances[sum - rank] ?? 0) : 0)) / 2;
  }
  return chances;
}
