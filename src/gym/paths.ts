// Confinement: a path that the policy names stays inside the worktree, or is refused. The path is hostile.
import { lstat, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { failure, type Result, success } from '../protocol/result.ts';

/** Folders the policy may neither read nor write: git's own, and what judges the policy's work. */
const writeProtected = new Set(['.git', '.ratchet']);
const readProtected = new Set(['.git']);

export interface Confined {
  readonly absolute: string;
  /** Relative to the worktree, with forward slashes; empty for the worktree itself. */
  readonly path: string;
}

/** `root` is the worktree's real path. A path may begin with `/` or `./`: then it is taken from the top folder. */
export async function confine(root: string, path: string, access: 'read' | 'write'): Promise<Result<Confined>> {
  if (path.includes('\0') || path.includes('\\') || /^[A-Za-z]:/.test(path))
    return refused(path, 'it is not a path of this repository. Use forward slashes, relative to the top folder');
  const inRoot = path === root ? '' : path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
  const segments = inRoot.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.includes('..')) return refused(path, 'it leaves the repository');
  // Case-insensitive file systems take .GIT for .git, and git itself refuses such names everywhere.
  const banned = access === 'write' ? writeProtected : readProtected;
  const protectedSegment = segments.find((segment) => banned.has(segment.toLowerCase()));
  if (protectedSegment !== undefined) return refused(path, `${protectedSegment} may not be touched`);
  if (access === 'write' && segments.includes('node_modules'))
    return refused(path, 'dependencies are not part of the change');
  const absolute = join(root, ...segments);
  const outside = await leaves(root, absolute);
  return outside
    ? refused(path, 'a symbolic link on the way leads out of the repository')
    : success({ absolute, path: segments.join('/') });
}

const refused = (path: string, why: string): Result<never> =>
  failure('pathRefused', `${JSON.stringify(path.slice(0, 200))} is refused: ${why}.`);

/** Whether the deepest part of the path that exists lies outside the root once links are followed. */
async function leaves(root: string, absolute: string): Promise<boolean> {
  for (let part = absolute; ; part = dirname(part)) {
    const there = await lstat(part).catch(() => undefined);
    if (there === undefined) {
      if (part === root || dirname(part) === part) return true;
      continue;
    }
    // A link to nowhere would be created through, so it counts as leaving.
    const real = await realpath(part).catch(() => undefined);
    if (real === undefined) return true;
    const way = relative(root, real);
    return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
  }
}
