// How the indentation a policy wrote translates into that of the file, learnt from the lines that both have.
import { indentOf, isBlank } from './normalise.ts';

/** From a policy's indentation to the file's; undefined where the lines both have do not tell. */
export type IndentMap = (indent: string) => string | undefined;

/**
 * `pairs` are lines that are equal but for indentation: the policy's, and the file's. undefined when they contradict one
 * another: then the two blocks are shaped differently, and are not the same block.
 */
export function learnIndent(
  pairs: readonly (readonly [policy: string, file: string])[],
  written: readonly string[],
): IndentMap | undefined {
  const known = new Map<string, string>();
  for (const [policy, file] of pairs) {
    if (isBlank(policy)) continue;
    const [from, to] = [indentOf(policy), indentOf(file)];
    const before = known.get(from);
    if (before !== undefined && before !== to) return undefined;
    known.set(from, to);
  }
  if (!keepsOrder(known)) return undefined;
  const unit = spacesPerLevel([...pairs.flat(), ...written]);
  return (indent) => known.get(indent) ?? derive(indent, known, unit);
}

/** A deeper line stays deeper, or at least as deep. */
function keepsOrder(known: ReadonlyMap<string, string>): boolean {
  const ordered = [...known].sort(([a], [b]) => width(a) - width(b));
  return ordered.every(([, to], index) => {
    const next = ordered[index + 1];
    return next === undefined || width(to) <= width(next[1]);
  });
}

const width = (indent: string): number => indent.replaceAll('\t', '        ').length;

function derive(indent: string, known: ReadonlyMap<string, string>, unit: number): string | undefined {
  const shorter = [...known]
    .filter(([from]) => indent.startsWith(from))
    .sort(([a], [b]) => b.length - a.length)
    .at(0);
  if (shorter !== undefined) {
    const more = restyle(indent.slice(shorter[0].length), usesTabs(known, indent), unit);
    return more === undefined ? undefined : shorter[1] + more;
  }
  const longer = [...known]
    .filter(([from]) => from.startsWith(indent))
    .sort(([a], [b]) => a.length - b.length)
    .at(0);
  if (longer === undefined) return undefined;
  const less = restyle(longer[0].slice(indent.length), usesTabs(known, longer[0]), unit);
  if (less === undefined || !longer[1].endsWith(less)) return undefined;
  return longer[1].slice(0, longer[1].length - less.length);
}

/** What the file indents with, where it shows; otherwise the policy's own way. */
function usesTabs(known: ReadonlyMap<string, string>, own: string): boolean {
  const indents = [...known.values()].filter((indent) => indent !== '');
  return indents.length === 0 ? own.includes('\t') : indents.some((indent) => indent.includes('\t'));
}

function restyle(indent: string, toTabs: boolean, unit: number): string | undefined {
  if (indent === '') return '';
  if (toTabs === indent.includes('\t')) return indent;
  if (!toTabs) return ' '.repeat(unit * indent.length);
  return indent.length % unit === 0 ? '\t'.repeat(indent.length / unit) : undefined;
}

/** The greatest common divisor of the space indents; 4 where there are none. Lines of a block comment stand one off. */
function spacesPerLevel(lines: readonly string[]): number {
  const divisor = lines
    .filter((line) => !isBlank(line) && !line.trimStart().startsWith('*'))
    .map((line) => /^ */.exec(line)?.[0].length ?? 0)
    .filter((count) => count > 0)
    .reduce(greatestCommonDivisor, 0);
  return divisor === 0 ? 4 : divisor;
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));
