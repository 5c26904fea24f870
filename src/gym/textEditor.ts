// Anthropic's text editor tool on a worktree. An edit has one place and one reading, or nothing is written.
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Observation, TextEditorInput } from '../protocol/gym.ts';
import { failureMessage } from './failureMessage.ts';
import { explainRefusal } from './patch/explainRefusal.ts';
import { replaceText, type TextEdit } from './patch/replaceText.ts';
import { type Confined, confine } from './paths.ts';
import { formatTextFile, parseTextFile, type TextFile } from './textFile.ts';
import { writeInside } from './writeInside.ts';

/** Bytes of a file the tool will read or write. */
const maxFileBytes = 2 * 1024 * 1024;
const maxListed = 400;

/** Texts of files as the policy last saw them, by path; kept up by every view and edit. */
export type SeenFiles = Map<string, string>;

export async function useTextEditor(
  root: string,
  input: TextEditorInput,
  seen: SeenFiles = new Map(),
): Promise<Observation> {
  const confined = await confine(root, input.path, input.command === 'view' ? 'read' : 'write');
  if (!confined.ok) return refusal(confined.failure.message);
  const target = confined.value;
  switch (input.command) {
    case 'view':
      return await view(target, input.view_range, seen);
    case 'create':
      return await create(root, target, input.file_text, seen);
    case 'str_replace':
      return await edit(root, target, seen, (file) =>
        replace(file, target.path, { oldText: input.old_str, newText: input.new_str, seen: seen.get(target.path) }),
      );
    case 'insert':
      return await edit(root, target, seen, (file) => insert(file, target.path, input.insert_line, input.insert_text));
  }
}

const refusal = (content: string): Observation => ({ content, isError: true });
const done = (content: string): Observation => ({ content, isError: false });

async function view(
  target: Confined,
  range: readonly [number, number] | undefined,
  seen: SeenFiles,
): Promise<Observation> {
  const there = await lstat(target.absolute).catch(() => undefined);
  if (there === undefined) return refusal(`There is no ${target.path}.`);
  if (there.isDirectory()) return done((await listFolder(target.absolute, '', 2)).slice(0, maxListed).join('\n'));
  const file = await readText(target);
  if (typeof file === 'string') return refusal(file);
  seen.set(target.path, file.text);
  const lines = file.text.split('\n');
  if (file.text.endsWith('\n')) lines.pop();
  const [first, last] = range ?? [1, -1];
  const end = last === -1 ? lines.length : Math.min(last, lines.length);
  if (first < 1 || first > Math.max(lines.length, 1) || (last !== -1 && last < first))
    return refusal(`view_range [${first}, ${last}] is outside of ${target.path}, which has ${lines.length} lines.`);
  return done(numbered(lines, first, end));
}

const numbered = (lines: readonly string[], first: number, last: number): string =>
  lines
    .slice(first - 1, last)
    .map((line, index) => `${String(first + index).padStart(6)}\t${line}`)
    .join('\n');

async function listFolder(absolute: string, relative: string, depth: number): Promise<string[]> {
  const entries = await readdir(absolute, { withFileTypes: true });
  const listed: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name === '.git' || entry.name === 'node_modules') continue;
    const path = relative === '' ? entry.name : `${relative}/${entry.name}`;
    listed.push(entry.isDirectory() ? `${path}/` : path);
    if (entry.isDirectory() && depth > 1 && listed.length < maxListed)
      listed.push(...(await listFolder(join(absolute, entry.name), path, depth - 1)));
  }
  return listed;
}

async function create(root: string, target: Confined, text: string, seen: SeenFiles): Promise<Observation> {
  if (Buffer.byteLength(text) > maxFileBytes)
    return refusal(`${target.path} would be larger than ${maxFileBytes} bytes.`);
  const there = await lstat(target.absolute).catch(() => undefined);
  if (there !== undefined && !there.isFile()) return refusal(`${target.path} exists and is not a file.`);
  try {
    const before =
      there === undefined || there.size > maxFileBytes ? undefined : parseTextFile(await readFile(target.absolute));
    await writeInside(root, target.absolute, before === undefined ? text : inFormOf(before, text));
  } catch (error) {
    return refusal(`${target.path} cannot be written: ${failureMessage(error)}.`);
  }
  seen.set(target.path, parseTextFile(new TextEncoder().encode(text))?.text ?? text);
  return done(there === undefined ? `Created ${target.path}.` : `Replaced the whole of ${target.path}.`);
}

/** A whole text with the byte order mark and the line endings that the file had; what the text brings itself, stays. */
function inFormOf(before: TextFile, text: string): Uint8Array {
  const endings = before.endings === '\r\n' && !text.includes('\r') ? '\r\n' : '\n';
  return formatTextFile({ text, endings, hasBom: before.hasBom && !text.startsWith('\uFEFF') });
}

async function edit(
  root: string,
  target: Confined,
  seen: SeenFiles,
  change: (file: TextFile) => { text: string; note: string } | string,
): Promise<Observation> {
  const file = await readText(target);
  if (typeof file === 'string') return refusal(file);
  const changed = change(file);
  if (typeof changed === 'string') return refusal(changed);
  const bytes = formatTextFile({ ...file, text: changed.text });
  if (bytes.length > maxFileBytes) return refusal(`${target.path} would be larger than ${maxFileBytes} bytes.`);
  try {
    await writeInside(root, target.absolute, bytes);
  } catch (error) {
    return refusal(`${target.path} cannot be written: ${failureMessage(error)}.`);
  }
  seen.set(target.path, changed.text);
  return done(changed.note);
}

function replace(file: TextFile, path: string, asked: TextEdit): { text: string; note: string } | string {
  // A file with one kind of ending is edited with `\n`, whatever the policy's own are.
  const plain = (text: string) => (file.endings === 'mixed' ? text : text.replaceAll('\r\n', '\n'));
  const edit = { ...asked, oldText: plain(asked.oldText), newText: plain(asked.newText) };
  const result = replaceText(file.text, edit);
  if (!result.ok) return explainRefusal(result, path, file.text, 'old_str');
  const how = {
    exact: '',
    merged: ' The file had changed since you saw it; your change was merged into it.',
    whitespace: ' The file differs from old_str in white space or quotes, which were kept.',
    indentation: ' The file is indented differently from old_str, which was kept.',
    blankLines: ' The file has other blank lines than old_str, which were kept.',
    case: ' The file differs from old_str in upper and lower case, which was kept.',
  }[result.how];
  const note = `Edited ${path} at line ${result.line}.${how}\n${excerpt(result.text, result.line, edit.newText)}`;
  return { text: result.text, note };
}

function insert(file: TextFile, path: string, line: number, added: string): { text: string; note: string } | string {
  const lines = file.text === '' ? [] : file.text.split('\n');
  const hasFinalNewline = lines.at(-1) === '';
  if (hasFinalNewline) lines.pop();
  if (line > lines.length) return `insert_line ${line} is beyond the end of ${path}, which has ${lines.length} lines.`;
  const block = added.replace(/\r?\n$/, '').split('\n');
  lines.splice(line, 0, ...block);
  const text = lines.join('\n') + (hasFinalNewline || file.text === '' ? '\n' : '');
  return { text, note: `Inserted ${block.length} lines into ${path} after line ${line}.` };
}

function excerpt(text: string, first: number, replacement: string): string {
  const last = first + replacement.split('\n').length - 1;
  return numbered(text.split('\n'), Math.max(1, first - 3), last + 3);
}

async function readText(target: Confined): Promise<TextFile | string> {
  const there = await lstat(target.absolute).catch(() => undefined);
  if (there === undefined) return `There is no ${target.path}. Use create to make it.`;
  if (!there.isFile()) return `${target.path} is not a regular file.`;
  if (there.size > maxFileBytes)
    return `${target.path} is larger than ${maxFileBytes} bytes; it cannot be edited here.`;
  return parseTextFile(await readFile(target.absolute)) ?? `${target.path} is not UTF-8 text.`;
}
