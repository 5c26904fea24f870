// A long file as what fits: the lines that define something, and in full the places that the task speaks of.

import { charactersFor } from '../tokens.ts';
import type { Definition } from './readDefinitions.ts';
import { wordsOfIdentifier } from './words.ts';

const maxLineLength = 200;
/** Lines of a definition that are shown in full, at most. */
const maxBodyLines = 60;

export interface Outline {
  readonly text: string;
  /** Whether some of the file is shown beyond its signatures. */
  readonly hasBodies: boolean;
}

/** Lines keep their numbers, since a policy names places by them. What is left out shows as `…`. */
export function outlineOf(
  text: string,
  definitions: readonly Definition[],
  words: ReadonlyMap<string, number>,
  tokens: number,
): Outline {
  const lines = text.split('\n');
  const limit = charactersFor(tokens);
  const shown = new Set<number>();
  let size = 0;
  const show = (line: number): boolean => {
    if (shown.has(line) || line < 1 || line > lines.length) return true;
    const cost = Math.min(maxLineLength, lines[line - 1]?.length ?? 0) + 8;
    if (size + cost > limit) return false;
    size += cost;
    shown.add(line);
    return true;
  };
  for (const { line } of definitions) if (!show(line)) break;
  const signatures = shown.size;
  const score = (name: string) => wordsOfIdentifier(name).reduce((sum, word) => sum + (words.get(word) ?? 0), 0);
  const spoken = definitions
    .map((definition, place) => ({
      ...definition,
      score: score(definition.name),
      end: definitions[place + 1]?.line ?? lines.length + 1,
    }))
    .filter((definition) => definition.score > 0)
    .sort((a, b) => b.score - a.score || a.line - b.line);
  for (const { line, end } of spoken)
    for (let at = line; at < Math.min(end, line + maxBodyLines); at += 1) if (!show(at)) break;
  // A file that defines nothing we know of is shown from its beginning.
  if (definitions.length === 0) for (let at = 1; at <= lines.length; at += 1) if (!show(at)) break;
  return { text: written(lines, shown), hasBodies: shown.size > signatures };
}

function written(lines: readonly string[], shown: ReadonlySet<number>): string {
  const parts: string[] = [];
  let last = 0;
  for (const line of [...shown].sort((a, b) => a - b)) {
    if (line > last + 1) parts.push('…');
    const content = lines[line - 1] ?? '';
    parts.push(`${line}: ${content.length > maxLineLength ? `${content.slice(0, maxLineLength)}…` : content}`);
    last = line;
  }
  if (last < lines.length) parts.push('…');
  return parts.join('\n');
}
