// Random numbers that are the same every time for the same seed, so that a replay draws what the run drew. Not for secrets.

/**
 * Numbers from 0 to below 1. The generator is Mulberry32 (Tommy Ettinger, public domain): 32 bits of state are plenty for
 * orders of runs and for resampling.
 */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A seed from a text: FNV-1a (Fowler, Noll, Vo) in 32 bits. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash | 0;
}

/** Which side runs first in each pair: a coin for each, since a fixed turn would meet what comes in turns as well. */
export function orderOfPairs(count: number, seed: number): ('before' | 'after')[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => (random() < 0.5 ? 'before' : 'after'));
}
