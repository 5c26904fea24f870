// Confinement: a path that the policy names stays inside the worktree, or is refused. The path is hostile.
import { lstat, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { failure, type Result, success } from '../protocol/result.ts';

/** Folders the policy may neither read nor write: git's own, and what judges the policy's work. */
const writeProtected = new Set(['.git', '.ratchet']);
const readProtected = new Set(['.git']);
/** What most systems can open. */
const maxPathBytes = 4096;

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
  if (Buffer.byteLength(path) > maxPathBytes) return refused(path, 'it is too long');
  const segments = inRoot.split('/').filter((segment) => segment !== '' && segment !== '.');
  // Windows drops dots and spaces at the end of a name, so that `.. ` and `...` are `..` or nothing there.
  if (segments.some((segment) => /^[. ]+$/.test(segment))) return refused(path, 'it leaves the repository');
  const banned = bannedReason(segments, access);
  if (banned !== undefined) return refused(path, banned);
  const absolute = join(root, ...segments);
  const way = await realWayOf(root, absolute);
  if (way === undefined) return refused(path, 'a symbolic link on the way leads out of the repository');
  // A link inside the worktree may lead to what its own name hides.
  const bannedBehind = bannedReason(way.split(sep), access);
  if (bannedBehind !== undefined) return refused(path, `a symbolic link on the way leads to where ${bannedBehind}`);
  return success({ absolute, path: segments.join('/') });
}

function bannedReason(segments: readonly string[], access: 'read' | 'write'): string | undefined {
  const banned = access === 'write' ? writeProtected : readProtected;
  const found = segments.find((segment) => banned.has(plainName(segment)));
  if (found !== undefined) return `${found} may not be touched`;
  return access === 'write' && segments.some((segment) => plainName(segment) === 'node_modules')
    ? 'dependencies are not part of the change'
    : undefined;
}

/**
 * The name that some file system takes this one for: upper case, the characters that macOS ignores, and on Windows
 * streams (`.git::$INDEX_ALLOCATION`), dots and spaces at the end, and short names (`git~1`).
 */
function plainName(segment: string): string {
  const name = segment
    .replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, '')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/:.*$/, '')
    .replace(/[. ]+$/, '');
  if (/^(git~\d+|gi[0-9a-f]{4}~\d+)$/.test(name)) return '.git';
  if (/^(ratche~\d+|ra[0-9a-f]{4}~\d+)$/.test(name)) return '.ratchet';
  if (/^(node_m~\d+|no[0-9a-f]{4}~\d+)$/.test(name)) return 'node_modules';
  return name;
}

const refused = (path: string, why: string): Result<never> =>
  failure('pathRefused', `${JSON.stringify(path.slice(0, 200))} is refused: ${why}.`);

/** Where the deepest part of the path that exists lies, links followed; relative to the root, undefined outside of it. */
async function realWayOf(root: string, absolute: string): Promise<string | undefined> {
  for (let part = absolute; ; part = dirname(part)) {
    const there = await lstat(part).catch(() => undefined);
    if (there === undefined) {
      if (part === root || dirname(part) === part) return undefined;
      continue;
    }
    // A link to nowhere would be created through, so it counts as leaving.
    const real = await realpath(part).catch(() => undefined);
    if (real === undefined) return undefined;
    return wayInside(root, real);
  }
}

/** From the root to a path in it; undefined where it lies outside. Links are not followed. */
export function wayInside(root: string, path: string): string | undefined {
  const way = relative(root, path);
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way) ? undefined : way;
}
