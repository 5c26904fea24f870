// Strings as numbers, so that the facts of ten thousand files fit into a small process. A number is never given twice.
import type { Definition, FileFacts } from './fileFacts.ts';

export class Terms {
  readonly #ids = new Map<string, number>();
  readonly #texts: string[] = [];

  idOf(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    this.#texts.push(text);
    this.#ids.set(text, this.#texts.length - 1);
    return this.#texts.length - 1;
  }

  /** The number of a string that was seen before. */
  find(text: string): number | undefined {
    return this.#ids.get(text);
  }

  textOf(id: number): string {
    return this.#texts[id] ?? '';
  }

  get size(): number {
    return this.#texts.length;
  }
}

/** Counts as pairs in one array: term, count, term, count. */
export type Counts = Int32Array;

export interface PackedFacts {
  readonly length: number;
  readonly words: Counts;
  readonly names: Counts;
  readonly definitions: readonly Definition[];
  readonly imports: readonly string[];
}

export function pack(facts: FileFacts, terms: Terms): PackedFacts {
  const { length, definitions, imports } = facts;
  return { length, words: packed(facts.words, terms), names: packed(facts.names, terms), definitions, imports };
}

function packed(counts: ReadonlyMap<string, number>, terms: Terms): Counts {
  const pairs = new Int32Array(counts.size * 2);
  let at = 0;
  for (const [text, count] of counts) {
    pairs[at] = terms.idOf(text);
    pairs[at + 1] = count;
    at += 2;
  }
  return pairs;
}

export function eachCount(counts: Counts, visit: (term: number, count: number) => void): void {
  for (let at = 0; at < counts.length; at += 2) visit(counts[at] ?? 0, counts[at + 1] ?? 0);
}
