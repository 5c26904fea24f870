// Where every hunk of a proposal stands in the text as it is now, and in the text as it would be. Pure: text in, places out.
import { applyHunks, locateHunk } from '../../host/hunks.ts';
import type { FileChange, Hunk, HunkEvidence, HunkState } from '../../protocol/proposal.ts';
import type { RunView } from '../../protocol/run.ts';

export interface PlacedHunk {
  readonly hunk: Hunk;
  readonly state: HunkState;
  /** Lines in the current text, from 1; `lineCount` 0 is an insertion before `startLine`. Null when it is stale. */
  readonly current: { readonly startLine: number; readonly lineCount: number } | null;
  /** Lines in the proposed text, from 1. Null when it is stale. */
  readonly proposed: { readonly startLine: number; readonly lineCount: number } | null;
  /** Why it is stale, or null. */
  readonly stale: string | null;
}

export interface ReviewedFile {
  readonly path: string;
  readonly open: readonly PlacedHunk[];
  /** The current text with every open hunk in it; undefined when the file would be gone. */
  readonly proposedText: string | undefined;
}

export const isOpen = (state: HunkState | undefined): boolean => state === 'pending' || state === 'stale';

/** The proposal's hunks that a person has not decided, in the order of files and lines. */
export function openHunks(view: RunView): { file: FileChange; hunk: Hunk }[] {
  const files = view.proposal?.files ?? [];
  return files.flatMap((file) => file.hunks.filter(({ id }) => isOpen(view.hunks[id])).map((hunk) => ({ file, hunk })));
}

/** `base` and `candidate` are the file in the proposal's trees, `current` is what the person has; undefined is no file. */
export function reviewFile(
  file: FileChange,
  states: Readonly<Record<string, HunkState>>,
  texts: {
    readonly base: string | undefined;
    readonly current: string | undefined;
    readonly candidate: string | undefined;
  },
): ReviewedFile {
  const open = file.hunks.filter(({ id }) => isOpen(states[id]));
  const applied = file.hunks.filter(({ id, kind }) => states[id] === 'accepted' && kind === 'text');
  const whole = open.find(({ kind }) => kind === 'create' || kind === 'delete' || kind === 'binary');
  if (whole !== undefined) return wholeFile(file, whole, states, texts);
  const { base, current } = texts;
  const text = open.filter(({ kind }) => kind === 'text');
  let shift = 0;
  const placed = text
    .map((hunk) => ({ hunk, place: locateHunk({ base, current, applied, hunk }) }))
    .sort((a, b) => ('stale' in a.place ? 0 : a.place.startLine) - ('stale' in b.place ? 0 : b.place.startLine))
    .map(({ hunk, place }): PlacedHunk => {
      const state = states[hunk.id] ?? 'pending';
      if ('stale' in place) return { hunk, state, current: null, proposed: null, stale: place.stale };
      const added = addedLines(hunk).length;
      const proposed = { startLine: place.startLine + shift, lineCount: added };
      shift += added - place.lineCount;
      return { hunk, state, current: place, proposed, stale: null };
    });
  const modes = open
    .filter(({ kind }) => kind === 'mode')
    .map(
      (hunk): PlacedHunk => ({
        hunk,
        state: states[hunk.id] ?? 'pending',
        current: { startLine: 1, lineCount: 0 },
        proposed: { startLine: 1, lineCount: 0 },
        stale: null,
      }),
    );
  return {
    path: file.path,
    open: [...modes, ...placed],
    proposedText: applyHunks({ base, current, applied, hunks: text }).text,
  };
}

function wholeFile(
  file: FileChange,
  hunk: Hunk,
  states: Readonly<Record<string, HunkState>>,
  {
    base,
    current,
    candidate,
  }: { base: string | undefined; current: string | undefined; candidate: string | undefined },
): ReviewedFile {
  const state = states[hunk.id] ?? 'pending';
  const isStale = current !== base && current !== candidate;
  const stale = isStale ? `${file.path} is not what it was when the run began.` : null;
  const count = (text: string | undefined) =>
    text === undefined ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  const place = (text: string | undefined) => (isStale ? null : { startLine: 1, lineCount: count(text) });
  return {
    path: file.path,
    open: [{ hunk, state, current: place(current), proposed: place(candidate), stale }],
    proposedText: candidate,
  };
}

export const addedLines = ({ lines }: Hunk): string[] =>
  lines.filter((line) => line.startsWith('+')).map((line) => line.slice(1));
export const removedLines = ({ lines }: Hunk): string[] =>
  lines.filter((line) => line.startsWith('-')).map((line) => line.slice(1));

/** What a hunk does, in a few words: `+3 −1`, `new file, 14 lines`. */
export function describeHunk(hunk: Hunk): string {
  const [added, removed] = [addedLines(hunk).length, removedLines(hunk).length];
  switch (hunk.kind) {
    case 'create':
      return `new file, ${added} ${added === 1 ? 'line' : 'lines'}`;
    case 'delete':
      return `deletes the file, ${removed} ${removed === 1 ? 'line' : 'lines'}`;
    case 'binary':
      return 'replaces the whole file';
    case 'mode':
      return `mode ${hunk.lines[0] ?? ''}`;
    case 'text':
      return `+${added} −${removed}`;
  }
}

/** The open hunk that a line belongs to, or else the nearest one. `side` says in which of the two texts the line is. */
export function hunkAtLine(
  open: readonly PlacedHunk[],
  line: number,
  side: 'current' | 'proposed',
): PlacedHunk | undefined {
  const distance = (place: PlacedHunk['current']): number => {
    if (place === null) return Number.POSITIVE_INFINITY;
    const last = place.startLine + Math.max(0, place.lineCount - 1);
    return line < place.startLine ? place.startLine - line : line > last ? line - last : 0;
  };
  return [...open].sort((a, b) => distance(a[side]) - distance(b[side]))[0];
}

/**
 * The next open hunk after (or before) a place, going round. `paths` is the order of the proposal's files, decided ones
 * included. `at` is null to begin with the first.
 */
export function nextHunk<T extends { readonly path: string; readonly line: number }>(
  all: readonly T[],
  paths: readonly string[],
  at: { readonly path: string; readonly line: number } | null,
  direction: 1 | -1,
): T | undefined {
  if (all.length === 0) return undefined;
  if (at === null) return direction === 1 ? all[0] : all.at(-1);
  const order = (place: { path: string; line: number }): number => paths.indexOf(place.path) * 1e7 + place.line;
  const here = order(at);
  if (direction === 1) return all.find((hunk) => order(hunk) > here) ?? all[0];
  return all.findLast((hunk) => order(hunk) < here) ?? all.at(-1);
}

/** What leaving the hunk out has shown, in a few words; only for one that was left out. */
export function describeEvidence({ needed, count }: HunkEvidence): string {
  if (needed !== true) return '$(question) no test needs it';
  if (count === 0) return '$(beaker) the tests fail without it';
  return `$(beaker) ${count} ${count === 1 ? 'test needs' : 'tests need'} it`;
}
