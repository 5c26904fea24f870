// What the index knows of one file's content. It depends on the content and the kind of file alone, so it is kept by blob.
import { languageOf } from './languages.ts';
import { type Definition, readDefinitions } from './readDefinitions.ts';
import { readImports } from './readImports.ts';
import { identifiersIn } from './words.ts';

export interface FileFacts {
  /** Identifiers and words as they are written, with how often. */
  readonly names: ReadonlyMap<string, number>;
  readonly definitions: readonly Definition[];
  /** What it imports, as it is written there. */
  readonly imports: readonly string[];
}

export const noFacts: FileFacts = { names: new Map(), definitions: [], imports: [] };

/** Raised whenever the same content gives other facts, so that what is kept on disk is read anew. */
export const factsVersion = 1;

/** Different names kept of one file; a file with more is data, not a text that somebody changes by hand. */
const maxNames = 4_000;
const maxNameLength = 80;

export function factsOf(path: string, text: string): FileFacts {
  const names = new Map<string, number>();
  for (const name of identifiersIn(text)) {
    const count = names.get(name);
    if (count !== undefined) names.set(name, count + 1);
    else if (names.size < maxNames && name.length <= maxNameLength) names.set(name, 1);
  }
  const isCode = languageOf(path) !== undefined;
  return {
    names,
    definitions: isCode ? readDefinitions(path, text) : [],
    imports: isCode ? readImports(path, text) : [],
  };
}
