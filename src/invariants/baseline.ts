// `.ratchet/baseline.tsv`: violations that are tolerated today. It may only shrink. Sets are compared, never counts, so
// that mending one violation does not pay for another.
import { createHash } from 'node:crypto';
import type { Violation } from './messages.ts';

export const baselinePath = '.ratchet/baseline.tsv';

/** What makes a violation the same after lines have moved. `ordinal` tells equal ones in one place apart, from 1. */
export interface BaselineEntry {
  readonly rule: string;
  readonly path: string;
  readonly symbol: string;
  readonly textDigest: string;
  readonly ordinal: number;
}

export const entryKey = ({ rule, path, symbol, textDigest, ordinal }: BaselineEntry): string =>
  [rule, path, symbol, textDigest, ordinal].join('\t');

export const fingerprint = (entry: BaselineEntry): string =>
  createHash('sha256').update(entryKey(entry)).digest('hex').slice(0, 16);

/** Gives each violation its identity; equal ones are numbered in the order of the file. */
export function identify(violations: readonly Violation[]): { violation: Violation; entry: BaselineEntry }[] {
  const counts = new Map<string, number>();
  const ordered = [...violations].sort(
    (a, b) =>
      compare(a.path, b.path) || a.range.startLine - b.range.startLine || a.range.startColumn - b.range.startColumn,
  );
  return ordered.map((violation) => {
    const textDigest = createHash('sha256').update(violation.text.replace(/\s+/g, '')).digest('hex').slice(0, 12);
    const { rule, path, symbol } = violation;
    const key = [rule, path, symbol, textDigest].join('\t');
    const ordinal = (counts.get(key) ?? 0) + 1;
    counts.set(key, ordinal);
    return { violation, entry: { rule, path, symbol, textDigest, ordinal } };
  });
}

/** Lines that are not entries are problems: a baseline that cannot be read tolerates nothing. */
export function parseBaseline(text: string): { entries: BaselineEntry[]; problems: string[] } {
  const entries: BaselineEntry[] = [];
  const problems: string[] = [];
  text.split(/\r?\n/).forEach((line, index) => {
    if (line === '' || line.startsWith('#')) return;
    const [rule, path, symbol, textDigest, ordinal, ...rest] = line.split('\t');
    const number = Number(ordinal);
    if (
      rule === undefined ||
      path === undefined ||
      symbol === undefined ||
      textDigest === undefined ||
      rest.length > 0 ||
      !Number.isInteger(number) ||
      number < 1
    )
      problems.push(`Line ${index + 1} of ${baselinePath} is not an entry.`);
    else entries.push({ rule, path, symbol, textDigest, ordinal: number });
  });
  return { entries, problems };
}

/** One line an entry, in code-unit order, so that merges stay small. */
export function formatBaseline(entries: readonly BaselineEntry[]): string {
  const lines = [...new Set(entries.map(entryKey))].sort(compare);
  return `# Violations that are tolerated today. This file may only shrink.\n${lines.map((line) => `${line}\n`).join('')}`;
}

/** The entries that still hold. Never adds one. */
export function shrink(baseline: readonly BaselineEntry[], present: readonly BaselineEntry[]): BaselineEntry[] {
  const keys = new Set(present.map(entryKey));
  return baseline.filter((entry) => keys.has(entryKey(entry)));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
