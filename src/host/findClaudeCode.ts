// Where the person's own Claude Code is. Looks at names only; starts nothing.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';

/** Where its installers put it, for an editor that was not started from a shell. */
const usual = ['.local/bin', '.claude/local'];

/** By its whole path, and never from a relative folder: a repository may hold a program of that name. */
export function findClaudeCode(): string | undefined {
  const name = process.platform === 'win32' ? 'claude.exe' : 'claude';
  const folders = (process.env.PATH ?? '').split(delimiter).filter(isAbsolute);
  const known = usual.map((folder) => join(homedir(), folder));
  return [...folders, ...known].map((folder) => join(folder, name)).find((path) => existsSync(path));
}
