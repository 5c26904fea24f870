// The name of one test as a pattern, for runners that leave out tests by patterns of names.
import { shellQuote } from './reportFiles.ts';

/** Matches the names of suites and the title, joined as runners do: by a space or by ` > `. Quoted for a shell. */
export function quotedPattern(names: readonly string[]): string {
  const parts = names.map((name) => name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  return shellQuote(`^${parts.join('( > | )')}$`);
}

/** A test's name as reports have it. */
export const partsOf = (name: string): string[] => name.split(' > ');
