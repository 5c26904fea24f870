// Reports that runners write into the project. Only files that a run has written count: an old report proves nothing.
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { open, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import picomatch from 'picomatch';
import type { RunFiles } from './adapter.ts';

/** Folders that hold many files and no report of the project's own tests. */
const skipped = new Set(['.git', 'node_modules', '.venv']);
const maxFiles = 5_000;
const maxSourceBytes = 2 * 1024 * 1024;
const maxReportBytes = 128 * 1024 * 1024;

/** When each file that matches was last written, by path relative to `cwd`. */
export async function stampsOf(cwd: string, globs: readonly string[]): Promise<Map<string, string>> {
  const stamps = new Map<string, string>();
  if (globs.length === 0) return stamps;
  const matches = picomatch([...globs], { dot: true });
  const open = [''];
  for (let folder = open.pop(); folder !== undefined && stamps.size < maxFiles; folder = open.pop()) {
    const entries = await readdir(join(cwd, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !skipped.has(entry.name)) open.push(path);
      if (!entry.isFile() || !matches(path)) continue;
      const found = await stat(join(cwd, path), { bigint: true }).catch(() => undefined);
      // The change time cannot be set by a program, unlike the modification time.
      if (found !== undefined) stamps.set(path, `${found.ino} ${found.ctimeNs} ${found.mtimeNs} ${found.size}`);
    }
  }
  return stamps;
}

/** The text of matching files that are new or were written since `before`, in the order of their names. */
export async function readWritten(
  cwd: string,
  globs: readonly string[],
  before: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const now = await stampsOf(cwd, globs);
  const written = [...now].filter(([path, stamp]) => before.get(path) !== stamp).map(([path]) => path);
  const texts = new Map<string, string>();
  for (const path of written.sort()) texts.set(path, (await readReport(join(cwd, path))) ?? '');
  return texts;
}

/**
 * A report that a run has written; undefined when there is none. A test can put anything in its place: a link, a pipe that
 * nobody writes to, a file without end.
 */
export async function readReport(path: string): Promise<string | undefined> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = await open(path, O_RDONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0)).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const there = await file.stat();
    return there.isFile() && there.size <= maxReportBytes ? await file.readFile('utf8') : undefined;
  } finally {
    await file.close();
  }
}

/** A source file of the project, with the same care; empty when there is none. */
export function readSource(path: string): string {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  let file: number;
  try {
    file = openSync(path, O_RDONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0));
  } catch {
    return '';
  }
  try {
    const there = fstatSync(file);
    return there.isFile() && there.size <= maxSourceBytes ? readFileSync(file, 'utf8') : '';
  } finally {
    closeSync(file);
  }
}

/** Names of one run's files in `folder`, with the runner's helper written where it has one. */
export async function prepareFiles(folder: string, helper: string | undefined): Promise<RunFiles> {
  const report = join(folder, 'report');
  const script = join(folder, 'helper');
  if (helper !== undefined) await writeFile(script, helper);
  return { report, quoted: { report: shellQuote(report), helper: shellQuote(script) } };
}

export const shellQuote = (word: string): string =>
  process.platform === 'win32' ? `"${word.replaceAll('"', '')}"` : `'${word.replaceAll("'", "'\\''")}'`;
