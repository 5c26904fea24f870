import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRepository, type Repository } from '../../src/gym/git.ts';
import { commitsOf } from '../../src/gym/history/readHistory.ts';
import { makeRepository, type TestRepository } from '../helpers/repository.ts';

let repo: TestRepository;
let repository: Repository;
beforeAll(async () => {
  repo = makeRepository({ 'src/a[1].ts': 'one\n', 'b.ts': 'b\n' });
  repo.write({ 'b.ts': 'b2\n' });
  repo.commit('Change b');
  repo.git('mv', 'src/a[1].ts', 'src/a.ts');
  repo.commit('Move a');
  const opened = await openRepository(repo.root);
  if (!opened.ok) throw new Error(opened.failure.message);
  repository = opened.value;
});
afterAll(() => repo.remove());

const subjects = async (path: string | null, from = 'HEAD', limit = 10) => {
  const read = await commitsOf(repository, path, { from, limit, signal: new AbortController().signal });
  return read.ok ? read.value.map(({ subject }) => subject) : read.failure.reason;
};

describe('commitsOf', () => {
  it('follows one file over its names, and takes a name literally', async () => {
    expect(await subjects('src/a.ts')).toHaveLength(2);
    expect((await subjects('src/a.ts'))[0]).toBe('Move a');
    expect(await subjects('b.ts')).toHaveLength(2);
    expect(await subjects('src/a[1].ts', 'HEAD~1')).toHaveLength(1);
  });

  it('gives the newest of all without a file, with the parents that tell the first one', async () => {
    expect(await subjects(null, 'HEAD', 1)).toEqual(['Move a']);
    const read = await commitsOf(repository, 'b.ts', { from: 'HEAD', limit: 9, signal: new AbortController().signal });
    expect(read.ok && read.value.map(({ parents }) => parents.length)).toEqual([1, 0]);
  });

  it('says that it does not know a revision, and takes none for an option', async () => {
    expect(await subjects(null, 'nowhere')).toBe('noSuchRevision');
    expect(await subjects(null, '--all')).toBe('noSuchRevision');
  });
});
