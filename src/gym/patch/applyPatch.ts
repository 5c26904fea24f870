// A unified diff over many files, all or nothing: every result is computed before the first byte is written.
import { lstat, readFile } from 'node:fs/promises';
import type { Observation } from '../../protocol/gym.ts';
import { failure, type Result, success } from '../../protocol/result.ts';
import { failureMessage } from '../failureMessage.ts';
import { type Confined, confine } from '../paths.ts';
import type { SeenFiles } from '../textEditor.ts';
import { formatTextFile, parseTextFile, type TextFile } from '../textFile.ts';
import { removeInside, writeInside } from '../writeInside.ts';
import { explainRefusal } from './explainRefusal.ts';
import { replaceText } from './replaceText.ts';
import { type DiffHunk, type FileDiff, parseUnifiedDiff } from './unifiedDiff.ts';

/** Bytes of a file that is read or written. */
const maxFileBytes = 2 * 1024 * 1024;

interface Write {
  readonly target: Confined;
  /** What is there now; undefined: nothing. */
  readonly before: Uint8Array | undefined;
  /** undefined deletes the file. */
  readonly after: Uint8Array | undefined;
  readonly executable: boolean | undefined;
}

/** Nothing is written when any part of the patch is refused. */
export async function applyPatch(root: string, patch: string, seen: SeenFiles): Promise<Observation> {
  const refused = (content: string): Observation => ({ content, isError: true });
  const parsed = parseUnifiedDiff(patch);
  if (!parsed.ok) return refused(`The patch cannot be read; nothing was changed. ${parsed.failure.message}`);
  const writes: Write[] = [];
  for (const file of parsed.value) {
    const planned = await plan(root, file, seen);
    if (!planned.ok) return refused(`Nothing was changed, in no file. ${planned.failure.message}`);
    for (const write of planned.value) {
      if (writes.some(({ target }) => target.absolute === write.target.absolute))
        return refused(`Nothing was changed, in no file. ${write.target.path} is named twice in the patch.`);
      writes.push(write);
    }
  }
  const done: Write[] = [];
  try {
    for (const write of writes) {
      done.push(write);
      await put(root, write.target.absolute, write.after, write.executable);
    }
  } catch (error) {
    for (const { target, before } of done.reverse())
      await put(root, target.absolute, before, undefined).catch(() => undefined);
    return refused(`Nothing was changed, since a file could not be written: ${failureMessage(error)}`);
  }
  const said = writes.map(({ target, before, after }) => {
    const text = after === undefined ? undefined : parseTextFile(after)?.text;
    if (text === undefined) seen.delete(target.path);
    else seen.set(target.path, text);
    return `${after === undefined ? 'deleted' : before === undefined ? 'created' : 'edited'} ${target.path}`;
  });
  return { content: `Applied: ${said.join(', ')}.`, isError: false };
}

async function put(
  root: string,
  absolute: string,
  content: Uint8Array | undefined,
  executable: boolean | undefined,
): Promise<void> {
  if (content === undefined) await removeInside(root, absolute);
  else await writeInside(root, absolute, content, executable);
}

/** What one file of the patch writes. */
async function plan(
  root: string,
  { oldPath, newPath, executable, hunks }: FileDiff,
  seen: SeenFiles,
): Promise<Result<Write[]>> {
  const source = oldPath === null ? undefined : await confine(root, oldPath, 'write');
  const target = newPath === null ? undefined : await confine(root, newPath, 'write');
  if (source?.ok === false) return source;
  if (target?.ok === false) return target;
  if (source === undefined)
    return target === undefined
      ? failure('refused', 'A file has no name.')
      : await created(target.value, hunks, executable);
  const before = await read(source.value);
  if (!before.ok) return before;
  const { bytes, file, isExecutable } = before.value;
  // A patch that deletes a file shows its lines: where they are not found, another file is meant.
  const edited = editFile(file, source.value.path, hunks, seen.get(source.value.path));
  if (!edited.ok) return edited;
  const removed: Write = { target: source.value, before: bytes, after: undefined, executable: undefined };
  if (target === undefined) return success([removed]);
  const after = formatTextFile({ ...file, text: edited.value });
  if (after.length > maxFileBytes)
    return failure('refused', `${target.value.path} would be larger than ${maxFileBytes} bytes.`);
  if (target.value.absolute === source.value.absolute)
    return success([{ target: target.value, before: bytes, after, executable }]);
  if ((await lstat(target.value.absolute).catch(() => undefined)) !== undefined)
    return failure('refused', `${target.value.path} exists already, so ${source.value.path} cannot be renamed to it.`);
  return success([removed, { target: target.value, before: undefined, after, executable: executable ?? isExecutable }]);
}

async function created(
  target: Confined,
  hunks: readonly DiffHunk[],
  executable: boolean | undefined,
): Promise<Result<Write[]>> {
  if ((await lstat(target.absolute).catch(() => undefined)) !== undefined)
    return failure('refused', `${target.path} exists already.`);
  if (hunks.some(({ oldLines }) => oldLines.length > 0))
    return failure('refused', `${target.path} is new, so the patch can only add lines to it.`);
  const lines = hunks.flatMap(({ newLines }) => newLines);
  const text = lines.length === 0 ? '' : `${lines.join('\n')}${hunks.at(-1)?.newEndsFile === true ? '' : '\n'}`;
  return success([{ target, before: undefined, after: new TextEncoder().encode(text), executable }]);
}

/** The file's text with every hunk applied in turn, or why one is refused. */
function editFile(file: TextFile, path: string, hunks: readonly DiffHunk[], seen: string | undefined): Result<string> {
  let { text } = file;
  let shift = 0;
  // What the policy saw is of the file before the patch; it takes the hunks as well, so that each finds what it shows.
  let known = seen;
  for (const [index, hunk] of hunks.entries()) {
    const edit = editOf(hunk);
    const line = hunk.line === undefined ? undefined : hunk.line + shift;
    if (text === '' && hunk.oldLines.length === 0) text = edit.newText;
    else if (hunk.oldLines.length === 0)
      return failure(
        'refused',
        `Hunk ${index + 1} shows no line of ${path}, so nobody can tell where it belongs. Add context.`,
      );
    else {
      const result = replaceText(text, { ...edit, seen: known, line });
      if (!result.ok) return failure('refused', explainRefusal(result, path, text, `Hunk ${index + 1}`));
      text = result.text;
    }
    const onKnown = known === undefined ? undefined : replaceText(known, { ...edit, line });
    known = onKnown?.ok === true ? onKnown.text : undefined;
    shift += hunk.newLines.length - hunk.oldLines.length;
  }
  return success(text);
}

function editOf({ oldLines, newLines, oldEndsFile, newEndsFile }: DiffHunk) {
  const joined = (lines: readonly string[], endsFile: boolean) =>
    lines.length === 0 ? '' : `${lines.join('\n')}${endsFile ? '' : '\n'}`;
  return { oldText: joined(oldLines, oldEndsFile), newText: joined(newLines, newEndsFile), isWholeLines: true };
}

interface Source {
  readonly bytes: Uint8Array;
  readonly file: TextFile;
  readonly isExecutable: boolean;
}

async function read({ absolute, path }: Confined): Promise<Result<Source>> {
  const there = await lstat(absolute).catch(() => undefined);
  if (there === undefined) return failure('refused', `There is no ${path}.`);
  if (!there.isFile()) return failure('refused', `${path} is not a regular file.`);
  if (there.size > maxFileBytes) return failure('refused', `${path} is larger than ${maxFileBytes} bytes.`);
  const bytes = await readFile(absolute);
  const file = parseTextFile(bytes);
  if (file === undefined) return failure('refused', `${path} is not UTF-8 text.`);
  return success({ bytes, file, isExecutable: (there.mode & 0o111) !== 0 });
}
