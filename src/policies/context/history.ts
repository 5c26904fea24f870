// What git's log says of which files change together, and for what. A fold of the log's text; it starts no process.
import { wordsOf } from './words.ts';

export interface PastCommit {
  /** Words of its message, repeated ones too. */
  readonly words: readonly string[];
  /** The files it changed, by the name they have today. */
  readonly paths: readonly string[];
}

export const maxCommits = 1_500;
/** A commit over more files moves or formats; it says nothing of what belongs together. */
const maxFilesOfCommit = 40;
const maxMessage = 1_500;

/** Newest first. A commit begins after a NUL, which no message can hold, so that no message passes for a change. */
export const logArguments = (head: string): string[] => [
  'log',
  `--max-count=${maxCommits}`,
  '--no-merges',
  '--raw',
  '-z',
  '-M',
  '-l200',
  '--abbrev=7',
  '--format=%x1e%H%x1f%B%x1f',
  '--end-of-options',
  head,
  '--',
];

export function parseLog(log: string): PastCommit[] {
  const newName = new Map<string, string>();
  const commits: PastCommit[] = [];
  for (const record of `\0${log}`.split('\0\x1e')) {
    const end = record.indexOf('\0');
    if (end < 0 || !/^[0-9a-f]{40,64}$/.test(record.slice(0, Math.max(0, record.indexOf('\x1f'))))) continue;
    const message = record.slice(record.indexOf('\x1f') + 1, end);
    const paths = pathsOf(record.slice(end + 1), newName);
    if (paths.length === 0 || paths.length > maxFilesOfCommit) continue;
    commits.push({ words: wordsOf(message.slice(0, maxMessage)), paths });
  }
  return commits;
}

/** A record of a change is `:modes ids status`, then one path, or two for a rename. */
function pathsOf(raw: string, newName: Map<string, string>): string[] {
  const parts = raw.split('\0');
  const paths: string[] = [];
  const renames: [string, string][] = [];
  for (let at = 0; at < parts.length; at += 1) {
    const status = /^\n*:\d+ \d+ \w+\.* \w+\.* ([A-Z])\d*$/.exec(parts[at] ?? '')?.[1];
    if (status === undefined) continue;
    const first = parts[at + 1] ?? '';
    if (status === 'R' || status === 'C') {
      const second = parts[at + 2] ?? '';
      const today = newName.get(second) ?? second;
      if (status === 'R') renames.push([first, today]);
      paths.push(today);
      at += 2;
    } else {
      paths.push(newName.get(first) ?? first);
      at += 1;
    }
  }
  for (const [before, today] of renames) newName.set(before, today);
  return paths;
}
