// The commits that may be the culprit: the first-parent history, without commits that change no file that can matter.
import type { HistoryCommit } from '../../protocol/investigation.ts';
import { failure, type Result, success } from '../../protocol/result.ts';
import { failureMessage } from '../failureMessage.ts';
import type { Repository } from '../git.ts';
import { relevantPathspecs } from './relevantFiles.ts';

/** Commits beyond this many are not looked at; the search says so. */
const maxCommits = 50_000;
const format = '%H%x00%T%x00%P%x00%an%x00%at%x00%s';

export interface HistoryQuestion {
  /** The working copy, which is a candidate when it differs; null for none. */
  readonly tree: string | null;
  readonly from: string;
  readonly good: string | null;
  /** Files whose changes are likelier to be the cause. */
  readonly reached: readonly string[];
  /** Commits of documentation too. */
  readonly isWhole?: boolean | undefined;
  readonly signal: AbortSignal;
}

export interface History {
  readonly commits: HistoryCommit[];
  readonly good: HistoryCommit | null;
  /** Positions of the commits that change a file of `reached`. */
  readonly near: number[];
  readonly isShallow: boolean;
  readonly isCut: boolean;
}

export async function readHistory(repository: Repository, question: HistoryQuestion): Promise<Result<History>> {
  const { git } = repository;
  const { signal, from, tree } = question;
  const head = await commitOf(repository, from);
  if (head === undefined) return failure('noHistory', `There is no commit ${from} to look back from.`);
  const good = question.good === null ? null : await goodEnd(repository, question.good, head.commit ?? from);
  if (good !== null && !good.ok) return good;
  // Everything that the good revision has is ruled out, also where it is no ancestor.
  const until = question.good === null ? [] : [`^${question.good}^{commit}`];
  const log = async (what: string, paths: readonly string[]) =>
    await git.raw(
      [
        ...['log', '--first-parent', '-z', `--format=${what}`, `--max-count=${maxCommits + 1}`],
        ...[head.commit ?? from, ...until, '--', ...paths],
      ],
      { signal },
    );
  const literal = question.reached.map((path) => `:(top,literal)${path}`);
  const [listing, nearIds] = await Promise.all([
    log(format, question.isWhole === true ? [] : relevantPathspecs),
    literal.length === 0 ? '' : log('%H', literal),
  ]);
  const all = parse(listing);
  const isNear = new Set(nearIds.split('\0'));
  const isShallow = (await git.raw(['rev-parse', '--is-shallow-repository'])).trim() === 'true';
  const isChanged = tree !== null && tree !== head.tree;
  const commits = [...(isChanged ? [uncommitted(tree, head.commit)] : []), ...all.slice(0, maxCommits)];
  // What is not committed is always worth a look.
  const near = commits.flatMap(({ commit }, at) => (commit === null || isNear.has(commit) ? [at] : []));
  return success({
    commits,
    near: literal.length === 0 ? [] : near,
    good: good?.value ?? null,
    isShallow,
    isCut: all.length > maxCommits,
  });
}

/** The revision that worked; what is no ancestor is replaced by the commit where the two histories part. */
async function goodEnd(repository: Repository, revision: string, head: string): Promise<Result<HistoryCommit>> {
  const given = await commitOf(repository, revision);
  if (given === undefined) return failure('noSuchRevision', `Git knows no revision ${revision} here.`);
  const base = await repository.git.raw(['merge-base', given.commit ?? revision, head]).catch(() => '');
  const found = base.trim() === '' ? undefined : await commitOf(repository, base.trim());
  if (found === undefined)
    return failure('noSuchRevision', `${revision} has no history in common with what is checked out.`);
  return success(found);
}

/** The newest commits before and with `from`; with a path, those that changed that file, under its earlier names too. */
export async function commitsOf(
  repository: Repository,
  path: string | null,
  { from, limit, signal }: { readonly from: string; readonly limit: number; readonly signal: AbortSignal },
): Promise<Result<HistoryCommit[]>> {
  const start = await commitOf(repository, from);
  if (start?.commit == null) return failure('noSuchRevision', `Git knows no revision ${from} here.`);
  const file = path === null ? [] : ['--follow', '--', `:(top,literal)${path}`];
  const args = ['log', '-z', `--format=${format}`, `--max-count=${limit}`, start.commit, ...file];
  return success(parse(await repository.git.raw(args, { signal })));
}

/** Commits by their ids, whatever their order. */
export async function readCommits(
  { git }: Repository,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<HistoryCommit[]> {
  if (ids.length === 0) return [];
  const input = new TextEncoder().encode(`${ids.join('\n')}\n`);
  const args = ['log', '--no-walk=unsorted', '--stdin', '-z', `--format=${format}`];
  return parse((await git.bytes(args, { signal, input })).toString('utf8'));
}

async function commitOf(repository: Repository, revision: string): Promise<HistoryCommit | undefined> {
  try {
    const id = await repository.git.raw(['rev-parse', '--verify', '--end-of-options', `${revision}^{commit}`]);
    return parse(await repository.git.raw(['log', '-1', '-z', `--format=${format}`, id.trim()]))[0];
  } catch (error) {
    // An unknown revision is an answer; anything else is told with the next command.
    if (/fatal|ambiguous|unknown revision|Needed a single revision/i.test(failureMessage(error))) return undefined;
    throw error;
  }
}

function parse(listing: string): HistoryCommit[] {
  const fields = listing.split('\0');
  const commits: HistoryCommit[] = [];
  for (let index = 0; index + 5 < fields.length; index += 6) {
    const [commit = '', tree = '', parents = '', author = '', at = '0', subject = ''] = fields.slice(index, index + 6);
    commits.push({
      commit,
      tree,
      parents: parents.split(' ').filter((id) => id !== ''),
      author,
      at: Number(at) * 1000,
      subject,
    });
  }
  return commits;
}

const uncommitted = (tree: string, head: string | null): HistoryCommit => ({
  commit: null,
  tree,
  parents: head === null ? [] : [head],
  subject: 'Changes that are not committed',
  author: '',
  at: 0,
});
