// How alike two tests are, from the words of their bodies. Pure.

/** 1 for the same words in the same order, 0 for nothing in common: Dice over pairs of neighbouring words. */
export function likeness(left: string, right: string): number {
  if (left === right) return 1;
  return dice(pairsOf(left.split(' ')), pairsOf(right.split(' ')));
}

/** The share of a body's names that another has too: a table of cases takes the written values out of a body and keeps its names. */
export function shareOfNames(body: string, other: string): number {
  const [own, all] = [namesOf(body), namesOf(other)];
  return own.size === 0 ? 0 : [...own].filter((name) => all.has(name)).length / own.size;
}

export const namesOf = (body: string): Set<string> =>
  new Set(body.split(' ').filter((word) => /^[\p{L}_$]/u.test(word)));

function pairsOf(words: readonly string[]): Map<string, number> {
  return countsOf(words.map((word, index) => `${word} ${words[index + 1] ?? ''}`));
}

function countsOf(items: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

function dice(left: ReadonlyMap<string, number>, right: ReadonlyMap<string, number>): number {
  let [common, all] = [0, 0];
  for (const [item, count] of left) {
    common += Math.min(count, right.get(item) ?? 0);
    all += count;
  }
  for (const count of right.values()) all += count;
  return all === 0 ? 0 : (2 * common) / all;
}
