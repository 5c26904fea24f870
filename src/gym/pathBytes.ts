// Paths as git gives them: bytes, which need not be UTF-8. They are carried as strings of one character a byte, so that
// they can be keys of maps; such a string must never be shown or given to the file system as it is.

export type PathBytes = string;

/** The parts of NUL-separated output. */
export const splitPaths = (output: Buffer): PathBytes[] =>
  output.length === 0 ? [] : output.toString('latin1').replace(/\0$/, '').split('\0');

/** Paths for git's standard input with `-z`. */
export const joinPaths = (paths: readonly PathBytes[]): Buffer =>
  Buffer.from(paths.map((path) => `${path}\0`).join(''), 'latin1');

/** For the file system. */
export const absolutePath = (root: string, path: PathBytes): Buffer =>
  Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, 'latin1')]);

/** For people, and for every other part of Ratchet. */
export const shownPath = (path: PathBytes): string => Buffer.from(path, 'latin1').toString('utf8');

export const pathBytesOf = (path: string): PathBytes => Buffer.from(path, 'utf8').toString('latin1');

/** The folders on the way to a path, outermost first. */
export function foldersOf(path: PathBytes): PathBytes[] {
  const folders: PathBytes[] = [];
  for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1))
    folders.push(path.slice(0, slash));
  return folders;
}
