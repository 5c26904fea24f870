// Which lines of a file a refused quotation may have meant, for a person or a policy to look at. Never a place to write.
import { isBlank } from './normalise.ts';

/** The share of words two lines have in common, from which on they are alike. */
const minScore = 0.4;

/** Indexes of the lines that are most like the first quoted line that is not blank. */
export function nearest(lines: readonly string[], quoted: readonly string[], limit = 3): number[] {
  const wanted = (quoted.find((line) => !isBlank(line)) ?? '').trim();
  const asked = wordsOf(wanted);
  if (wanted === '') return [];
  const scored: { readonly index: number; readonly score: number }[] = [];
  for (const [index, line] of lines.entries()) {
    const score = line.trim() === wanted ? 2 : likeness(line, asked);
    if (score >= minScore) scored.push({ index, score });
  }
  return scored
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, limit)
    .map(({ index }) => index);
}

const wordsOf = (line: string): Set<string> => new Set(line.match(/\w+/g) ?? []);

/** Words in common over words in both; 0 where it is known to be too little. */
function likeness(line: string, asked: ReadonlySet<string>): number {
  // A word that the line has stands in it as text: most lines need no list of their words to be ruled out.
  let atMost = 0;
  for (const word of asked) if (line.includes(word)) atMost += 1;
  if (atMost < minScore * asked.size || atMost === 0) return 0;
  const own = wordsOf(line);
  let common = 0;
  for (const word of own) if (asked.has(word)) common += 1;
  return common / (own.size + asked.size - common);
}
