import { afterEach, describe, expect, it } from 'vitest';
import { commitsOf } from '../../src/gym/history/readHistory.ts';
import { revertHunks } from '../../src/gym/history/revertHunks.ts';
import { makeProposal } from '../../src/gym/proposal.ts';
import { openTestRepository, snapshotOf } from '../helpers/gates.ts';
import { makeRepository, type TestRepository } from '../helpers/repository.ts';

const lines = (change: Readonly<Record<number, string>> = {}): string =>
  Array.from({ length: 20 }, (_, index) => `${change[index + 1] ?? `line ${index + 1}`}\n`).join('');

let repo: TestRepository;
afterEach(() => repo.remove());

/** The last commit without its hunks that have this text, as seen from the working copy. */
async function reverted(marker: string): Promise<{ isToday: boolean; with: string; without: string; tree: string }> {
  const repository = await openTestRepository(repo.root);
  const signal = new AbortController().signal;
  const read = await commitsOf(repository, null, { from: 'culprit', limit: 1, signal });
  const commit = read.ok ? read.value[0] : undefined;
  if (commit === undefined) throw new Error('There is a commit.');
  const change = await makeProposal(repository, repo.git('rev-parse', 'culprit^^{tree}').trim(), commit.tree);
  if (!change.ok) throw new Error(change.failure.message);
  const hunks = change.value.files.flatMap((file) => file.hunks).filter((hunk) => hunk.lines.join().includes(marker));
  const todayTree = await snapshotOf(repository);
  const result = await revertHunks(repository, { commit, hunkIds: hunks.map(({ id }) => id), todayTree });
  if (!result.ok) throw new Error(result.failure.message);
  const text = (tree: string) => repo.git('show', `${tree}:a.txt`);
  return {
    isToday: result.value.isToday,
    with: text(result.value.with),
    without: text(result.value.without),
    tree: result.value.without,
  };
}

describe('revertHunks', () => {
  it('takes the lines out of what is there today, and leaves the rest of the commit and what came later', async () => {
    repo = makeRepository({ 'a.txt': lines() });
    repo.write({ 'a.txt': lines({ 3: 'BROKEN', 15: 'fine' }) });
    repo.commit('culprit');
    repo.git('tag', 'culprit');
    repo.write({ 'a.txt': `later\n${lines({ 3: 'BROKEN', 15: 'fine', 19: 'mine' })}` });
    expect(await reverted('BROKEN')).toMatchObject({
      isToday: true,
      with: `later\n${lines({ 3: 'BROKEN', 15: 'fine', 19: 'mine' })}`,
      without: `later\n${lines({ 15: 'fine', 19: 'mine' })}`,
    });
  });

  it('goes back to the commit where the lines are others today', async () => {
    repo = makeRepository({ 'a.txt': lines() });
    repo.write({ 'a.txt': lines({ 3: 'BROKEN', 15: 'fine' }) });
    repo.commit('culprit');
    repo.git('tag', 'culprit');
    repo.write({ 'a.txt': lines({ 2: 'moved', 3: 'BROKEN AGAIN', 4: 'moved' }) });
    expect(await reverted('BROKEN')).toMatchObject({
      isToday: false,
      with: lines({ 3: 'BROKEN', 15: 'fine' }),
      without: lines({ 15: 'fine' }),
    });
  });

  it('removes a file that the commit made, as long as it is the same', async () => {
    repo = makeRepository({ 'a.txt': lines() });
    repo.write({ 'b.txt': 'BROKEN\n' });
    repo.commit('culprit');
    repo.git('tag', 'culprit');
    const { isToday, tree } = await reverted('BROKEN');
    expect(isToday).toBe(true);
    expect(repo.git('ls-tree', '--name-only', tree).trim()).toBe('a.txt');
  });
});
