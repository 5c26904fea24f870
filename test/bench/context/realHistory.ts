// Past commits of real repositories as tasks: the message is the task, the parent is the state, the changed files are the
// answer. Reads git objects of bare or ordinary clones; no work tree is needed.
import { execFileSync, spawn } from 'node:child_process';
import type { IndexedPath, ReadBlobs } from '../../../src/policies/context/contextIndex.ts';
import { isGenerated, languageOf } from '../../../src/policies/context/languages.ts';

export interface PastTask {
  readonly commit: string;
  readonly parent: string;
  readonly message: string;
  /** Source files that the commit changed and that were there before. */
  readonly changed: readonly string[];
}

export const gitOf =
  (directory: string) =>
  (...args: string[]): string =>
    execFileSync('git', ['--git-dir', directory, '-c', 'core.quotePath=false', ...args], {
      encoding: 'utf8',
      maxBuffer: 1 << 30,
      stdio: ['ignore', 'pipe', 'pipe'],
    });

export const isSource = (path: string): boolean => languageOf(path) !== undefined && !isGenerated(path);

/** Newest commits looked at; the tasks are taken from them at even distances. */
const maxLookedAt = 1_500;
/** A commit over more source files is a sweep, which no one would answer from a list of twenty. */
const maxChanged = 12;

/** Weights are found on one half of all commits and measured on the other; a commit's own id says in which half it is. */
export type Half = 'tuning' | 'held out';
const halfOf = (commit: string): Half => (Number.parseInt(commit.slice(-1), 16) % 2 === 0 ? 'tuning' : 'held out');

export function pastTasks(directory: string, count: number, half: Half): PastTask[] {
  const log = gitOf(directory)(
    'log',
    `-n${maxLookedAt}`,
    '--no-merges',
    '--raw',
    '--no-renames',
    '-z',
    '--format=%x1e%H %P%x1f%B%x1f',
    'HEAD',
    '--',
  );
  const tasks = `\0${log}`.split('\0\x1e').flatMap((record): PastTask[] => {
    const [ids = '', message = ''] = record.split('\x1f');
    const [commit = '', parent = '', ...others] = ids.split(' ');
    if (parent === '' || others.length > 0) return [];
    const parts = record.slice(record.indexOf('\0') + 1).split('\0');
    const changes = parts.flatMap((part, at) => {
      const status = /^\n*:\d+ \d+ \S+ \S+ ([A-Z])$/.exec(part)?.[1];
      return status === undefined ? [] : [{ status, path: parts[at + 1] ?? '' }];
    });
    const changed = changes.filter(({ status, path }) => status === 'M' && isSource(path)).map(({ path }) => path);
    return changed.length === 0 || changed.length > maxChanged || halfOf(commit) !== half
      ? []
      : [{ commit, parent, message, changed }];
  });
  const distance = Math.max(1, tasks.length / count);
  return Array.from(
    { length: Math.min(count, tasks.length) },
    (_, index) => tasks[Math.floor(index * distance)],
  ).filter((task) => task !== undefined);
}

export function listTree(directory: string, tree: string): IndexedPath[] {
  return gitOf(directory)('ls-tree', '-r', '-l', '-z', '--full-tree', tree)
    .split('\0')
    .flatMap((line) => {
      const [, blob, size, path] = /^100\d{3} blob ([0-9a-f]+)\s+(\d+)\t([\s\S]+)$/.exec(line) ?? [];
      return blob === undefined || path === undefined ? [] : [{ path, blob, size: Number(size) }];
    });
}

/** One `git cat-file --batch` for all of them. */
export function blobReader(directory: string): ReadBlobs {
  return async (blobs, each) => {
    if (blobs.length === 0) return;
    const child = spawn('git', ['--git-dir', directory, 'cat-file', '--batch', '--buffer'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.end(`${blobs.join('\n')}\n`);
    const chunks: Buffer[] = [];
    for await (const chunk of child.stdout) chunks.push(chunk);
    const all = Buffer.concat(chunks);
    for (let at = 0; at < all.length; ) {
      const end = all.indexOf(10, at);
      const [blob = '', kind, size = '0'] = all.toString('latin1', at, end).split(' ');
      // A clone without its largest files.
      if (kind === 'missing') {
        at = end + 1;
        continue;
      }
      each(blob, all.subarray(end + 1, end + 1 + Number(size)));
      at = end + 2 + Number(size);
    }
  };
}
