// Hunks of text: derived from two versions, and applied to a third, which a person may have edited meanwhile.
// A hunk is applied where its own lines still stand, or not at all; nothing is guessed.
import { createHash } from 'node:crypto';
import { canonicalJson } from '../protocol/canonicalJson.ts';
import type { Hunk, HunkOutcome } from '../protocol/proposal.ts';
import { changedRegions, lineMap, splitLines } from './lines.ts';

const contextLines = 3;
const noNewline = '\\ No newline at end of file';

/** One hunk for each run of changed lines. Context is for reading only and never overlaps a neighbour's changes. */
export function deriveHunks(path: string, base: string, candidate: string): Hunk[] {
  const before = splitLines(base);
  const after = splitLines(candidate);
  const regions = changedRegions(before, after);
  return regions.map((region, index) => {
    const { oldIndex, oldCount, newIndex, newCount } = region;
    const previousEnd = endOf(regions[index - 1]);
    const nextStart = regions[index + 1]?.oldIndex ?? before.length;
    const leading = before.slice(Math.max(previousEnd, oldIndex - contextLines), oldIndex);
    const trailing = before.slice(oldIndex + oldCount, Math.min(nextStart, oldIndex + oldCount + contextLines));
    const lines = [
      ...leading.flatMap((line) => diffLine(' ', line)),
      ...before.slice(oldIndex, oldIndex + oldCount).flatMap((line) => diffLine('-', line)),
      ...after.slice(newIndex, newIndex + newCount).flatMap((line) => diffLine('+', line)),
      ...trailing.flatMap((line) => diffLine(' ', line)),
    ];
    const around = leading.length + trailing.length;
    return identified({
      path,
      kind: 'text' as const,
      oldStart: oldIndex - leading.length + 1,
      oldLines: oldCount + around,
      newStart: newIndex - leading.length + 1,
      newLines: newCount + around,
      lines,
    });
  });
}

const endOf = (region: { oldIndex: number; oldCount: number } | undefined): number =>
  region === undefined ? 0 : region.oldIndex + region.oldCount;

const diffLine = (prefix: string, line: string): string[] =>
  line.endsWith('\n') ? [prefix + line.slice(0, -1)] : [prefix + line, noNewline];

/** Adds the id: a digest of everything else, so the same hunk has the same id after a reload. */
export function identified(hunk: Omit<Hunk, 'id'>): Hunk {
  const id = createHash('sha256').update(canonicalJson(hunk)).digest('hex').slice(0, 16);
  return { id, ...hunk };
}

interface Replacement {
  /** Index in the base lines, from 0, and how many of them are replaced. */
  readonly index: number;
  readonly count: number;
  readonly added: string[];
}

function replacementOf(hunk: Hunk): Replacement {
  let leading = 0;
  let removed = 0;
  const added: string[] = [];
  hunk.lines.forEach((line, at) => {
    const ending = hunk.lines[at + 1] === noNewline ? '' : '\n';
    if (line === noNewline) return;
    if (line.startsWith('+')) added.push(line.slice(1) + ending);
    else if (line.startsWith('-')) removed += 1;
    else if (removed === 0 && added.length === 0) leading += 1;
  });
  return { index: hunk.oldStart - 1 + leading, count: removed, added };
}

export interface HunkQuestion {
  /** The text the hunks were derived from; undefined when there was no file. */
  readonly base: string | undefined;
  /** The text as it is now; undefined when there is no file any more. */
  readonly current: string | undefined;
  /** Hunks of this file that have been applied before: their lines are expected in `current`. */
  readonly applied: readonly Hunk[];
}

/**
 * Puts hunks into the current text. A hunk whose lines were changed meanwhile is `stale` and changes nothing; one whose
 * result is already there is `accepted` and changes nothing. Line endings, byte order mark and a missing final newline
 * of the current text are kept.
 */
export function applyHunks(question: HunkQuestion & { readonly hunks: readonly Hunk[] }): {
  text: string | undefined;
  outcomes: HunkOutcome[];
} {
  const { current } = question;
  if (current === undefined) {
    const message = 'The file does not exist any more.';
    return { text: undefined, outcomes: question.hunks.map(({ id }) => ({ hunkId: id, state: 'stale', message })) };
  }
  const place = placer(question.base ?? '', current, question.applied);
  const lines = splitLines(current);
  const outcomes: HunkOutcome[] = [];
  const edits: { at: number; count: number; added: string[] }[] = [];
  for (const hunk of question.hunks) {
    const placed = place(hunk);
    const isPlaced = placed.state !== 'stale';
    outcomes.push({
      hunkId: hunk.id,
      state: isPlaced ? 'accepted' : 'stale',
      message: isPlaced ? null : placed.message,
    });
    if (placed.state === 'open') edits.push({ at: placed.at, count: placed.count, added: placed.added });
  }
  for (const { at, count, added } of edits.sort((a, b) => b.at - a.at)) lines.splice(at, count, ...added);
  return { text: edits.length === 0 ? current : lines.join(''), outcomes };
}

/** Where a hunk's old lines stand in the current text: from 1; `lineCount` 0 is an insertion before `startLine`. */
export function locateHunk(
  question: HunkQuestion & { readonly hunk: Hunk },
): { startLine: number; lineCount: number } | { stale: string } {
  if (question.current === undefined) return { stale: 'The file does not exist any more.' };
  const placed = placer(question.base ?? '', question.current, question.applied)(question.hunk);
  if (placed.state === 'stale') return { stale: placed.message };
  return { startLine: placed.at + 1, lineCount: placed.count };
}

type Placed =
  | { readonly state: 'open'; readonly at: number; readonly count: number; readonly added: string[] }
  | { readonly state: 'there'; readonly at: number; readonly count: number }
  | { readonly state: 'stale'; readonly message: string };

function placer(base: string, current: string, applied: readonly Hunk[]): (hunk: Hunk) => Placed {
  const baseLines = splitLines(base);
  const currentLines = splitLines(current);
  const replacements = applied.map(replacementOf).sort((a, b) => a.index - b.index);
  const expected = expectedLines(baseLines, replacements);
  const style = endingStyle(baseLines, currentLines);
  const map = lineMap(expected.map(style.key), currentLines.map(style.key));
  return (hunk) => {
    const { index, count, added } = replacementOf(hunk);
    const shift = replacements.reduce(
      (sum, { index: at, count: removed, added: lines }) => (at < index ? sum + lines.length - removed : sum),
      0,
    );
    const first = index + shift;
    const styled = added.map(style.ending);
    if (count > 0) {
      const at = map[first];
      if (at !== undefined && isRun(map, first, count)) return { state: 'open', at, count, added: styled };
    }
    const from = first === 0 ? 0 : after(map[first - 1]);
    const next = first + count;
    const to = next === expected.length ? currentLines.length : map[next];
    if (from === undefined || to === undefined || to < from || to === -1) return changedMeanwhile(hunk);
    if (count === 0 && from === to) return { state: 'open', at: from, count: 0, added: styled };
    const between = currentLines.slice(from, to);
    const isThere =
      between.length === added.length && between.every((line, at) => style.key(line) === style.key(added[at] ?? ''));
    return isThere ? { state: 'there', at: from, count: between.length } : changedMeanwhile(hunk);
  };
}

const after = (index: number | undefined): number | undefined =>
  index === undefined || index === -1 ? undefined : index + 1;

function isRun(map: readonly number[], first: number, count: number): boolean {
  const start = map[first];
  if (start === undefined || start === -1) return false;
  for (let offset = 1; offset < count; offset += 1) if (map[first + offset] !== start + offset) return false;
  return true;
}

function changedMeanwhile(hunk: Hunk): Placed {
  const { index, count } = replacementOf(hunk);
  const where = count === 0 ? `around line ${index + 1}` : `of lines ${index + 1} to ${index + count}`;
  return { state: 'stale', message: `The text ${where} of ${hunk.path} was changed since the run began.` };
}

/** The base with what was applied before, as it would be if nobody else had edited. */
function expectedLines(base: readonly string[], replacements: readonly Replacement[]): string[] {
  const lines: string[] = [];
  let from = 0;
  for (const { index, count, added } of replacements) {
    lines.push(...base.slice(from, index), ...added);
    from = index + count;
  }
  return [...lines, ...base.slice(from)];
}

/**
 * Git may hold a file with other line endings than the working copy (autocrlf). When the two texts differ in this as
 * a whole, lines are compared without their endings and new lines take the ending of the current text.
 */
function endingStyle(base: readonly string[], current: readonly string[]) {
  const now = endings(current);
  const hasOther = now !== 'mixed' && endings(base) !== 'mixed' && endings(base) !== now;
  if (!hasOther) return { key: (line: string) => line, ending: (line: string) => line };
  const bare = (line: string) => line.replace(/\r?\n$/, '\n');
  return { key: bare, ending: now === '\r\n' ? (line: string) => bare(line).replace(/\n$/, '\r\n') : bare };
}

function endings(lines: readonly string[]): '\n' | '\r\n' | 'mixed' {
  const ended = lines.filter((line) => line.endsWith('\n'));
  const withReturn = ended.filter((line) => line.endsWith('\r\n')).length;
  if (ended.length === 0 || (withReturn > 0 && withReturn < ended.length)) return 'mixed';
  return withReturn === 0 ? '\n' : '\r\n';
}
