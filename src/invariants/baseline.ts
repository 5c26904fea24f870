// `.ratchet/baseline.tsv`: violations that are tolerated today. It may only shrink. Sets are compared, never counts, so
// that mending one violation does not pay for another. A violation that only moved is the same one.
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
  /** A digest of the enclosing declaration, by which it is known again in another file; `-` when there is none. */
  readonly context: string;
  /** Who tolerated it later, when and why; empty for what was there when the baseline began. */
  readonly reason: string;
}

/** The identity in its place. Context and reason are no part of it. */
export const entryKey = ({ rule, path, symbol, textDigest, ordinal }: BaselineEntry): string =>
  [rule, path, symbol, textDigest, ordinal].join('\t');

/** The identity without the place; undefined when the code cannot be known again elsewhere. */
export const movedKey = ({ rule, symbol, textDigest, context }: BaselineEntry): string | undefined =>
  context === '-' ? undefined : [rule, symbol, textDigest, context].join('\t');

export const fingerprint = (entry: BaselineEntry): string =>
  createHash('sha256').update(entryKey(entry)).digest('hex').slice(0, 16);

const digest = (text: string): string =>
  createHash('sha256').update(text.replace(/\s+/g, '')).digest('hex').slice(0, 12);
/** A tab or a line feed in a name would be read as two columns. */
const column = (text: string): string => text.replace(/[\t\r\n]+/g, ' ');

export interface Identified {
  readonly violation: Violation;
  /** The identity as the base knows it. */
  readonly entry: BaselineEntry;
  /** The same where the code is now. */
  readonly own: BaselineEntry;
}

/**
 * Gives each violation its identity; equal ones are numbered in the order of the file.
 * @param before paths as the base has them, for files that were renamed: identities speak of the base
 */
export function identify(
  violations: readonly Violation[],
  before: ReadonlyMap<string, string> = new Map(),
): Identified[] {
  const counts = new Map<string, number>();
  const ordered = [...violations].sort(
    (a, b) =>
      compare(a.path, b.path) || a.range.startLine - b.range.startLine || a.range.startColumn - b.range.startColumn,
  );
  return ordered.map((violation) => {
    const { rule, symbol, context } = violation;
    const path = before.get(violation.path) ?? violation.path;
    const textDigest = digest(textInBase(violation.text, before));
    const key = [rule, path, symbol, textDigest].join('\t');
    const ordinal = (counts.get(key) ?? 0) + 1;
    counts.set(key, ordinal);
    const shared = { rule, symbol: column(symbol), ordinal, context: context ?? '-', reason: '' };
    const entry = { ...shared, path: column(path), textDigest };
    return { violation, entry, own: { ...shared, path: column(violation.path), textDigest: digest(violation.text) } };
  });
}

/** What an import leads to may itself have been renamed. */
function textInBase(text: string, before: ReadonlyMap<string, string>): string {
  if (before.size === 0) return text;
  return text
    .split(' ')
    .map((word) => before.get(word) ?? word)
    .join(' ');
}

export interface Comparison {
  /** Violations that nothing tolerates. */
  readonly fresh: Identified[];
  /** What the baseline tolerates, with the entry that does. */
  readonly held: { readonly identified: Identified; readonly by: BaselineEntry }[];
  /** Entries that nothing in the tree needs any more. */
  readonly gone: BaselineEntry[];
}

/**
 * First by place; then what only moved: an entry that is gone from its place tolerates one violation in the very same code
 * elsewhere. Each entry tolerates one violation at most.
 */
export function compareWithBaseline(present: readonly Identified[], baseline: readonly BaselineEntry[]): Comparison {
  const byPlace = new Map(baseline.map((entry) => [entryKey(entry), entry]));
  const held: { identified: Identified; by: BaselineEntry }[] = [];
  const rest: Identified[] = [];
  for (const identified of present) {
    const key = entryKey(identified.entry);
    const by = byPlace.get(key);
    if (by === undefined) rest.push(identified);
    else {
      held.push({ identified, by });
      byPlace.delete(key);
    }
  }
  const elsewhere = new Map<string, BaselineEntry[]>();
  for (const entry of byPlace.values()) {
    const key = movedKey(entry);
    if (key !== undefined) elsewhere.set(key, [...(elsewhere.get(key) ?? []), entry]);
  }
  const fresh: Identified[] = [];
  for (const identified of rest) {
    const by = elsewhere.get(movedKey(identified.entry) ?? '')?.shift();
    if (by === undefined) fresh.push(identified);
    else {
      held.push({ identified, by });
      byPlace.delete(entryKey(by));
    }
  }
  return { fresh, held, gone: [...byPlace.values()] };
}

/** Lines that are not entries are problems: a baseline that cannot be read tolerates nothing. */
export function parseBaseline(text: string): { entries: BaselineEntry[]; problems: string[] } {
  const entries: BaselineEntry[] = [];
  const problems: string[] = [];
  text.split(/\r?\n/).forEach((line, index) => {
    if (line === '' || line.startsWith('#')) return;
    const [rule, path, symbol, textDigest, ordinal, context = '-', reason = '', ...rest] = line.split('\t');
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
    else entries.push({ rule, path, symbol, textDigest, ordinal: number, context, reason });
  });
  return { entries, problems };
}

/** One line an entry, in code-unit order, so that merges stay small. */
export function formatBaseline(entries: readonly BaselineEntry[]): string {
  const byKey = new Map(entries.map((entry) => [entryKey(entry), entry]));
  const lines = [...byKey].map(([key, { context, reason }]) =>
    [key, context, ...(reason === '' ? [] : [column(reason)])].join('\t'),
  );
  return `# Violations that are tolerated today. This file may only shrink.\n${lines
    .sort(compare)
    .map((line) => `${line}\n`)
    .join('')}`;
}

/** The entries that still hold, where their code is now. Never adds one. */
export function shrink(baseline: readonly BaselineEntry[], present: readonly Identified[]): BaselineEntry[] {
  return compareWithBaseline(present, baseline).held.map(({ identified, by }) => ({
    ...identified.own,
    reason: by.reason,
  }));
}

/** What the candidate's baseline tolerates and the base's does not, moves left out. */
export function grownEntries(base: readonly BaselineEntry[], candidate: readonly BaselineEntry[]): BaselineEntry[] {
  const kept = new Set(candidate.map(entryKey));
  const known = new Set(base.map(entryKey));
  const free = new Map<string, number>();
  for (const entry of base) {
    const key = movedKey(entry);
    if (key !== undefined && !kept.has(entryKey(entry))) free.set(key, (free.get(key) ?? 0) + 1);
  }
  return candidate.filter((entry) => {
    if (known.has(entryKey(entry))) return false;
    const key = movedKey(entry) ?? '';
    const left = free.get(key) ?? 0;
    if (left > 0) free.set(key, left - 1);
    return left === 0;
  });
}

export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
