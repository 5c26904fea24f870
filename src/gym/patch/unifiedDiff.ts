// Unified diffs as models write them: the line numbers and counts of hunk headers may be wrong, so they are hints at most.
import { failure, type Result, success } from '../../protocol/result.ts';

export interface DiffHunk {
  /** What the header says, from 1; undefined where it says nothing. */
  readonly line: number | undefined;
  /** Context and removed lines; context and added lines. Joined by `\n`, without a newline at the end. */
  readonly oldLines: readonly string[];
  readonly newLines: readonly string[];
  /** Whether the last line of each side is marked as being without a newline. */
  readonly oldEndsFile: boolean;
  readonly newEndsFile: boolean;
}

export interface FileDiff {
  /** null: the file is created. */
  readonly oldPath: string | null;
  /** null: the file is deleted. */
  readonly newPath: string | null;
  /** undefined: as it is. */
  readonly executable: boolean | undefined;
  readonly hunks: readonly DiffHunk[];
}

interface Draft {
  oldPath: string | null | undefined;
  newPath: string | null | undefined;
  executable: boolean | undefined;
  hunks: DiffHunk[];
}

/** Fails with reason `notADiff` and the line at fault. */
export function parseUnifiedDiff(text: string): Result<FileDiff[]> {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  if (lines.at(-1) === '') lines.pop();
  const drafts: Draft[] = [];
  let draft: Draft | undefined;
  const begin = (): Draft => {
    const fresh: Draft = { oldPath: undefined, newPath: undefined, executable: undefined, hunks: [] };
    drafts.push(fresh);
    return fresh;
  };
  for (let index = 0; index < lines.length; ) {
    const line = lines[index] ?? '';
    if (line.startsWith('diff --git ')) {
      draft = begin();
      const paths = /^diff --git (?:"?a\/(.+?)"?) (?:"?b\/(.+?)"?)$/.exec(line);
      draft.oldPath = paths?.[1];
      draft.newPath = paths?.[2];
      index += 1;
    } else if (isFileHeader(lines, index)) {
      if (draft === undefined || draft.hunks.length > 0) draft = begin();
      draft.oldPath = pathOf(line.slice(4), 'a/');
      draft.newPath = pathOf((lines[index + 1] ?? '').slice(4), 'b/');
      index += 2;
    } else if (line.startsWith('@@')) {
      if (draft === undefined) return failure('notADiff', `Line ${index + 1}: a hunk before any file header.`);
      const [hunk, next] = readHunk(lines, index);
      draft.hunks.push(hunk);
      index = next;
    } else if (draft !== undefined && readExtended(draft, line)) index += 1;
    else if (/^GIT binary patch|^Binary files /.test(line))
      return failure('notADiff', `Line ${index + 1}: binary patches are not applied.`);
    // Prose before and between the files, as models write it.
    else if (draft === undefined || draft.hunks.length === 0 || line.trim() === '' || /^(?:```|index |-- $)/.test(line))
      index += 1;
    else return failure('notADiff', `Line ${index + 1} is no part of a diff: ${JSON.stringify(line.slice(0, 80))}`);
  }
  if (drafts.length === 0) return failure('notADiff', 'There is no file header (--- and +++) in the patch.');
  const files: FileDiff[] = [];
  for (const { oldPath, newPath, executable, hunks } of drafts) {
    if (oldPath === undefined || newPath === undefined) return failure('notADiff', 'A file header names no path.');
    if (oldPath === null && newPath === null) return failure('notADiff', 'A file header names /dev/null twice.');
    files.push({ oldPath, newPath, executable, hunks });
  }
  return success(files);
}

/** A removed line may begin with `-- `, so both header lines must be there. */
const isFileHeader = (lines: readonly string[], index: number): boolean =>
  (lines[index] ?? '').startsWith('--- ') && (lines[index + 1] ?? '').startsWith('+++ ');

function pathOf(header: string, prefix: string): string | null {
  const name =
    header
      .split('\t')[0]
      ?.trim()
      .replace(/^"(.*)"$/, '$1') ?? '';
  if (name === '/dev/null') return null;
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

/** git's lines between `diff --git` and the hunks. False for a line that is none of them. */
function readExtended(draft: Draft, line: string): boolean {
  const read: readonly (readonly [RegExp, (value: string) => void])[] = [
    [/^new file mode (\d+)$/, (mode) => Object.assign(draft, { oldPath: null, executable: mode.endsWith('755') })],
    [/^deleted file mode (\d+)$/, () => Object.assign(draft, { newPath: null })],
    [/^old mode (\d+)$/, () => undefined],
    [/^new mode (\d+)$/, (mode) => Object.assign(draft, { executable: mode.endsWith('755') })],
    [/^rename from (.+)$/, (path) => Object.assign(draft, { oldPath: path })],
    [/^rename to (.+)$/, (path) => Object.assign(draft, { newPath: path })],
    [/^(?:dis)?similarity index (.+)$/, () => undefined],
    [/^index (.+)$/, () => undefined],
  ];
  for (const [pattern, take] of read) {
    const value = pattern.exec(line)?.[1];
    if (value === undefined) continue;
    take(value);
    return true;
  }
  return false;
}

function readHunk(lines: readonly string[], at: number): [DiffHunk, next: number] {
  const line = Number(/^@@+ -(\d+)/.exec(lines[at] ?? '')?.[1] ?? Number.NaN);
  const oldLines: string[] = [];
  const newLines: string[] = [];
  let oldEndsFile = false;
  let newEndsFile = false;
  let index = at + 1;
  for (; index < lines.length; index += 1) {
    const text = lines[index] ?? '';
    if (text.startsWith('@@') || text.startsWith('diff --git ') || text.startsWith('```') || isFileHeader(lines, index))
      break;
    const [mark, rest] = [text[0], text.slice(1)];
    if (mark === '\\') {
      const before = lines[index - 1]?.[0];
      if (before !== '+') oldEndsFile = true;
      if (before !== '-') newEndsFile = true;
    } else if (mark === '-') oldLines.push(rest);
    else if (mark === '+') newLines.push(rest);
    // An empty line is a blank line of context whose space was lost.
    else if (mark === ' ' || mark === undefined) {
      oldLines.push(rest);
      newLines.push(rest);
    } else break;
  }
  // Blank lines behind the last hunk separate it from what follows; they are not of the file.
  while (lines[index - 1] === '' && oldLines.at(-1) === '' && newLines.at(-1) === '' && index > at + 1) {
    const isInside = index < lines.length && /^[ +-]/.test(lines[index] ?? '') && !isFileHeader(lines, index);
    if (isInside) break;
    oldLines.pop();
    newLines.pop();
    index -= 1;
  }
  const hunk = { line: Number.isNaN(line) ? undefined : line, oldLines, newLines, oldEndsFile, newEndsFile };
  while (index < lines.length && lines[index] === '') index += 1;
  return [hunk, index];
}
