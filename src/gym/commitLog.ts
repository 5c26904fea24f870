// The first-parent commits of a branch with what each of them changed, as blobs: no work tree is touched.
import { failure, type Result, success } from '../protocol/result.ts';
import { failureMessage } from './failureMessage.ts';
import type { Repository } from './git.ts';

export interface CommitChange {
  readonly path: string;
  /** Null for what the commit removed. */
  readonly blob: string | null;
}

export interface Commit {
  readonly id: string;
  /** Seconds since 1970. */
  readonly time: number;
  readonly subject: string;
  readonly changes: CommitChange[];
}

export interface CommitLog {
  /** The files before the first commit; empty at the root. */
  readonly start: { readonly path: string; readonly blob: string }[];
  /** Oldest first. */
  readonly commits: Commit[];
}

/** @param limit how many of the newest commits; undefined for all */
export async function readCommitLog(
  { git }: Repository,
  revision: string,
  limit: number | undefined,
  signal: AbortSignal,
): Promise<Result<CommitLog>> {
  const format = '--format=%x01%H%x02%ct%x02%s';
  const shape = ['--first-parent', '--diff-merges=first-parent', '--raw', '--no-renames', '--no-abbrev', '-z', format];
  const some = limit === undefined ? [] : [`--max-count=${limit}`];
  try {
    const bytes = await git.bytes(['log', ...shape, ...some, '--end-of-options', revision, '--'], { signal });
    const commits = parseLog(bytes.toString('utf8')).reverse();
    const [first] = commits;
    const parent =
      first === undefined ? '' : (await git.raw(['rev-list', '--parents', '-n', '1', first.id])).trim().split(' ')[1];
    const start = parent === undefined || parent === '' ? [] : await filesAt(git, parent, signal);
    return success({ start, commits });
  } catch (error) {
    signal.throwIfAborted();
    return failure(
      'noSuchRevision',
      `The history of ${revision} cannot be read: ${failureMessage(error).split('\n')[0]}`,
    );
  }
}

function parseLog(text: string): Commit[] {
  const commits: Commit[] = [];
  const parts = text.split('\0');
  for (let index = 0; index < parts.length; index += 1) {
    const part = (parts[index] ?? '').replace(/^\n+/, '');
    if (part.startsWith('\u0001')) {
      const [id = '', time = '0', subject = ''] = part.slice(1).split('\u0002');
      commits.push({ id, time: Number(time), subject: subject.trim(), changes: [] });
    } else if (part.startsWith(':')) {
      const [, newMode = '', , blob = ''] = part.slice(1).split(' ');
      const path = parts[index + 1] ?? '';
      index += 1;
      // Links and submodules are no files that rules speak of.
      commits.at(-1)?.changes.push({ path, blob: newMode.startsWith('100') ? blob : null });
    }
  }
  return commits;
}

async function filesAt(
  git: Repository['git'],
  commit: string,
  signal: AbortSignal,
): Promise<{ path: string; blob: string }[]> {
  const listed = await git.bytes(['ls-tree', '-r', '-z', '--end-of-options', commit], { signal });
  return listed
    .toString('utf8')
    .split('\0')
    .flatMap((line) => {
      const [, mode, blob, path] = /^(\d+) blob ([0-9a-f]+)\t([\s\S]+)$/.exec(line) ?? [];
      return mode?.startsWith('100') === true && blob !== undefined && path !== undefined ? [{ path, blob }] : [];
    });
}
