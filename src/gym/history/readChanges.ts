// Who changed the lines of files last, up to what is not committed yet, and how often the files changed together with a test.
import type { FileChanges } from '../../protocol/suspects.ts';
import type { Repository } from '../git.ts';
import { treeOfRevision } from '../snapshot.ts';

/** Commits to a test that are looked at for what changed with it. */
const maxCommits = 200;
/** A commit of more files than this says nothing about what belongs together. */
const maxFilesOfCommit = 50;

export interface ChangesQuestion {
  /** The working copy. */
  readonly tree: string;
  readonly paths: readonly string[];
  readonly testFile: string;
  /** A revision: lines that did not change after it are not followed further. */
  readonly since: string | null;
  readonly signal: AbortSignal;
}

export async function readChanges(
  repository: Repository,
  { tree, paths, testFile, since, signal }: ChangesQuestion,
): Promise<FileChanges[]> {
  const head = await treeOfRevision(repository, 'HEAD');
  if (!head.ok) return [];
  // Blame looks at commits, so what is not committed is put into one that nothing refers to.
  const today =
    head.value === tree
      ? 'HEAD'
      : (await repository.git.raw([...nobody, 'commit-tree', tree, '-p', 'HEAD', '-m', 'Not committed'])).trim();
  const range = since === null ? [today] : [today, `^${since}^{commit}`];
  // Both are hints: what git cannot say of a file is no reason to end.
  const orElse =
    <T>(known: T) =>
    (): T => {
      signal.throwIfAborted();
      return known;
    };
  const together = await coupling(repository, testFile, signal).catch(orElse(() => 0));
  const changes: FileChanges[] = [];
  for (const path of paths) {
    const text = await repository.git
      .raw(['blame', '--incremental', ...range, '--', path], { signal })
      .catch(orElse(''));
    changes.push({ path, spans: spansOf(text, today), together: together(path) });
  }
  return changes;
}

const nobody = ['-c', 'user.name=Ratchet', '-c', 'user.email=ratchet@localhost'];

/** `<commit> <line then> <line now> <lines>`, and once for each commit what it is. */
function spansOf(text: string, today: string): FileChanges['spans'] {
  const times = new Map<string, number>();
  const spans: { startLine: number; endLine: number; id: string }[] = [];
  let commit = '';
  for (const line of text.split('\n')) {
    const [, id, first, count] = /^([0-9a-f]{40,64}) \d+ (\d+) (\d+)$/.exec(line) ?? [];
    if (id !== undefined) {
      commit = id;
      spans.push({ startLine: Number(first), endLine: Number(first) + Number(count) - 1, id });
    }
    const at = /^author-time (\d+)$/.exec(line)?.[1];
    if (at !== undefined) times.set(commit, Number(at) * 1000);
  }
  return spans
    .sort((a, b) => a.startLine - b.startLine)
    .map(({ startLine, endLine, id }) => ({
      startLine,
      endLine,
      commit: id === today ? null : id,
      at: times.get(id) ?? 0,
    }));
}

async function coupling(repository: Repository, testFile: string, signal: AbortSignal) {
  const options = ['--no-merges', '--full-diff', '--name-only', '-z', '--format=%x01', `--max-count=${maxCommits}`];
  const listing = await repository.git.raw(['log', ...options, 'HEAD', '--', testFile], { signal });
  const commits = listing
    .split('\u0001')
    .map((files) => new Set(files.split('\0').map((path) => path.replace(/^\n/, ''))))
    .filter(({ size }) => size > 2 && size <= maxFilesOfCommit);
  return (path: string): number =>
    commits.length === 0 ? 0 : commits.filter((files) => files.has(path)).length / commits.length;
}
