// What the index knows of one file's content. It depends on the content and the kind of file alone, so it is kept by blob.
import { languageOf } from './languages.ts';
import { readDefinitions } from './readDefinitions.ts';
import { readImports } from './readImports.ts';
import { identifiersIn, wordsOfIdentifier } from './words.ts';

export interface Definition {
  readonly name: string;
  /** 1 is the first line. */
  readonly line: number;
}

export interface FileFacts {
  /** How many words the text has, repeated ones too. */
  readonly length: number;
  readonly words: ReadonlyMap<string, number>;
  /** Identifiers as they are written, with how often. */
  readonly names: ReadonlyMap<string, number>;
  readonly definitions: readonly Definition[];
  /** What it imports, as it is written there. */
  readonly imports: readonly string[];
}

/** Raised whenever the same content gives other facts, so that what is kept on disk is read anew. */
export const factsVersion = 1;

/** Different words kept of one file; a file with more is data, not a text that somebody changes by hand. */
const maxWords = 4_000;

export function factsOf(path: string, text: string): FileFacts {
  const names = new Map<string, number>();
  for (const name of identifiersIn(text)) names.set(name, (names.get(name) ?? 0) + 1);
  const words = new Map<string, number>();
  let length = 0;
  for (const [name, count] of names)
    for (const word of wordsOfIdentifier(name)) {
      length += count;
      if (words.has(word) || words.size < maxWords) words.set(word, (words.get(word) ?? 0) + count);
    }
  const isCode = languageOf(path) !== undefined;
  return {
    length,
    words,
    names: isCode ? named(names) : new Map(),
    definitions: isCode ? readDefinitions(path, text) : [],
    imports: isCode ? readImports(path, text) : [],
  };
}

/** Names that may be somebody's symbol: not too short, and not too many. */
function named(names: ReadonlyMap<string, number>): Map<string, number> {
  const kept = [...names].filter(([name]) => name.length > 2 && name.length <= 60);
  return new Map(kept.slice(0, maxWords));
}
