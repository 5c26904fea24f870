// Anthropic's text editor tool on a worktree. An edit matches exactly and once, or nothing is written.
import { lstat, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Observation, TextEditorInput } from '../protocol/gym.ts';
import { type Confined, confine } from './paths.ts';
import { formatTextFile, parseTextFile, type TextFile } from './textFile.ts';

/** Bytes of a file the tool will read or write. */
const maxFileBytes = 2 * 1024 * 1024;
const maxListed = 400;

export async function useTextEditor(root: string, input: TextEditorInput): Promise<Observation> {
  const confined = await confine(root, input.path, input.command === 'view' ? 'read' : 'write');
  if (!confined.ok) return refusal(confined.failure.message);
  const target = confined.value;
  switch (input.command) {
    case 'view':
      return await view(target, input.view_range);
    case 'create':
      return await create(target, input.file_text);
    case 'str_replace':
      return await edit(target, (file) => replace(file, target.path, input.old_str, input.new_str));
    case 'insert':
      return await edit(target, (file) => insert(file, target.path, input.insert_line, input.insert_text));
  }
}

const refusal = (content: string): Observation => ({ content, isError: true });
const done = (content: string): Observation => ({ content, isError: false });

async function view(target: Confined, range: readonly [number, number] | undefined): Promise<Observation> {
  const there = await lstat(target.absolute).catch(() => undefined);
  if (there === undefined) return refusal(`There is no ${target.path}.`);
  if (there.isDirectory()) return done((await listFolder(target.absolute, '', 2)).slice(0, maxListed).join('\n'));
  const file = await readText(target);
  if (typeof file === 'string') return refusal(file);
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

async function create(target: Confined, text: string): Promise<Observation> {
  if (Buffer.byteLength(text) > maxFileBytes)
    return refusal(`${target.path} would be larger than ${maxFileBytes} bytes.`);
  const there = await lstat(target.absolute).catch(() => undefined);
  if (there !== undefined && !there.isFile()) return refusal(`${target.path} exists and is not a file.`);
  try {
    await mkdir(dirname(target.absolute), { recursive: true });
    await writeFile(target.absolute, text);
  } catch (error) {
    return refusal(`${target.path} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
  return done(there === undefined ? `Created ${target.path}.` : `Replaced the whole of ${target.path}.`);
}

async function edit(
  target: Confined,
  change: (file: TextFile) => { text: string; note: string } | string,
): Promise<Observation> {
  const file = await readText(target);
  if (typeof file === 'string') return refusal(file);
  const changed = change(file);
  if (typeof changed === 'string') return refusal(changed);
  const bytes = formatTextFile({ ...file, text: changed.text });
  if (bytes.length > maxFileBytes) return refusal(`${target.path} would be larger than ${maxFileBytes} bytes.`);
  await writeFile(target.absolute, bytes);
  return done(changed.note);
}

function replace(
  file: TextFile,
  path: string,
  asked: string,
  replacement: string,
): { text: string; note: string } | string {
  const old = file.endings === '\r\n' ? asked.replaceAll('\r\n', '\n') : asked;
  if (old === '') return 'old_str is empty. Use insert to add text, or create to write a whole file.';
  const places = occurrences(file.text, old);
  const [place] = places;
  if (place === undefined) return notFound(file.text, path, old);
  if (places.length > 1) {
    const lines = places.slice(0, 10).map((at) => lineAt(file.text, at));
    return `old_str occurs ${places.length} times in ${path}, at lines ${lines.join(', ')}. Add lines around it until it is unique.`;
  }
  const text = file.text.slice(0, place) + replacement + file.text.slice(place + old.length);
  return { text, note: `Edited ${path} at line ${lineAt(file.text, place)}.\n${excerpt(text, place, replacement)}` };
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

function occurrences(text: string, part: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) found.push(at);
  return found;
}

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

function excerpt(text: string, at: number, replacement: string): string {
  const first = lineAt(text, at);
  const last = first + replacement.split('\n').length - 1;
  return numbered(text.split('\n'), Math.max(1, first - 3), last + 3);
}

/** Says what is near: lines that are equal to the first asked line but for white space, or share most words with it. */
function notFound(text: string, path: string, old: string): string {
  const lines = text.split('\n');
  const wanted = old.split('\n').find((line) => line.trim() !== '') ?? old;
  const scored = lines
    .map((line, index) => ({ line, number: index + 1, score: similarity(line, wanted) }))
    .filter(({ score }) => score >= 0.5)
    .sort((a, b) => b.score - a.score || a.number - b.number)
    .slice(0, 3);
  const near = scored.map(({ line, number }) => `${String(number).padStart(6)}\t${line}`).join('\n');
  const hint = near === '' ? 'No line is like it. View the file again.' : `The nearest lines are:\n${near}`;
  return `old_str was not found in ${path}; nothing was changed. It must match exactly, white space included. ${hint}`;
}

/** The share of words two lines have in common (Jaccard index), 1 when they differ in white space only. */
function similarity(a: string, b: string): number {
  if (a.trim() === b.trim()) return a.trim() === '' ? 0 : 1;
  const words = (line: string): Set<string> => new Set(line.match(/\w+/g) ?? []);
  const left = words(a);
  const right = words(b);
  const common = [...left].filter((word) => right.has(word)).length;
  return common / Math.max(1, left.size + right.size - common);
}

async function readText(target: Confined): Promise<TextFile | string> {
  const there = await lstat(target.absolute).catch(() => undefined);
  if (there === undefined) return `There is no ${target.path}. Use create to make it.`;
  if (!there.isFile()) return `${target.path} is not a regular file.`;
  if (there.size > maxFileBytes)
    return `${target.path} is larger than ${maxFileBytes} bytes; it cannot be edited here.`;
  return parseTextFile(await readFile(target.absolute)) ?? `${target.path} is not UTF-8 text.`;
}
