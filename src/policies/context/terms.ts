// Strings as numbers, so that the facts of ten thousand files fit into a small process. A number is never given twice.
import type { FileFacts } from './fileFacts.ts';
import type { Definition } from './readDefinitions.ts';
import { wordsOfIdentifier } from './words.ts';

export class Terms {
  readonly #ids = new Map<string, number>();
  readonly #texts: string[] = [];
  /** The words of a name, by the name's number. */
  readonly #words: (Int32Array | undefined)[] = [];

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

  wordsOf(id: number): Int32Array {
    const known = this.#words[id];
    if (known !== undefined) return known;
    const words = Int32Array.from(wordsOfIdentifier(this.textOf(id)), (word) => this.idOf(word));
    this.#words[id] = words;
    return words;
  }
}

/** Counts as pairs in one array: term, count, term, count. */
export type Counts = Int32Array;

export interface PackedFacts {
  /** How many words the text has, repeated ones too. */
  readonly length: number;
  readonly words: Counts;
  readonly names: Counts;
  readonly definitions: readonly Definition[];
  readonly imports: readonly string[];
}

/** `hasSymbols`: whether the names may be symbols of code; a name in prose links to nothing. */
export function pack(facts: FileFacts, hasSymbols: boolean, terms: Terms): PackedFacts {
  const { definitions, imports } = facts;
  const words = new Map<number, number>();
  const symbols: number[] = [];
  let length = 0;
  for (const [name, count] of facts.names) {
    const id = terms.idOf(name);
    if (hasSymbols && name.length > 2) symbols.push(id, count);
    for (const word of terms.wordsOf(id)) {
      words.set(word, (words.get(word) ?? 0) + count);
      length += count;
    }
  }
  const pairs = new Int32Array(words.size * 2);
  let at = 0;
  for (const [word, count] of words) {
    pairs[at] = word;
    pairs[at + 1] = count;
    at += 2;
  }
  return { length, words: pairs, names: Int32Array.from(symbols), definitions, imports };
}

export function eachCount(counts: Counts, visit: (term: number, count: number) => void): void {
  for (let at = 0; at < counts.length; at += 2) visit(counts[at] ?? 0, counts[at + 1] ?? 0);
}
