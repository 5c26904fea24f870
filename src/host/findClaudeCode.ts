// Where the person's own Claude Code is. Looks at names only; starts nothing.
import { existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** By its whole path, and never from a relative folder: a repository may hold a program of that name. */
export function findClaudeCode(): string | undefined {
  const name = process.platform === 'win32' ? 'claude.exe' : 'claude';
  const folders = (process.env.PATH ?? '').split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}
