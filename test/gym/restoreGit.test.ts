// Restore in every state that git can be in: nothing of the person's git is touched, and what is not covered is left alone.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeRepository, type TestRepository } from '../helpers/repository.ts';
import { filesOf, openAt, pointOf, restorableRepository, restored, survivesIn } from '../helpers/restorable.ts';

let repo: TestRepository;

beforeEach(() => {
  repo = restorableRepository();
});
afterEach(() => repo.remove());

const path = (name: string): string => join(repo.root, name);
const survives = async (damage: () => void, root = repo.root) => await survivesIn(root, damage);

describe('a restore', () => {
  it('leaves submodules and repositories inside alone, and says so', async () => {
    const other = makeRepository({ 'in.txt': 'in' });
    try {
      repo.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', other.root, 'sub');
      execFileSync('git', ['clone', '-q', other.root, path('nested')]);
      mkdirSync(path('unborn'));
      execFileSync('git', ['init', '-q', path('unborn')]);
      repo.write({ 'unborn/work.txt': 'not committed', 'nested/work.txt': 'work', 'sub/work.txt': 'work' });
      const { point: tree, notCovered } = await survives(() => repo.write({ 'a.txt': 'lost' }));
      expect(notCovered).toEqual(['nested', 'sub', 'unborn']);
      expect(repo.git('ls-tree', '-r', tree)).not.toMatch(/160000|nested|unborn/);
      repo.write({ 'nested/work.txt': 'more', 'a.txt': 'lost' });
      await restored(await openAt(repo.root), tree);
      expect(repo.read('nested/work.txt')).toBe('more');
    } finally {
      other.remove();
    }
  });

  it('does not take a repository for superfluous that was made in a folder after the snapshot', async () => {
    const repository = await openAt(repo.root);
    const { tree } = await pointOf(repository);
    repo.write({ 'later/x.txt': 'x', 'a.txt': 'lost' });
    await pointOf(repository);
    execFileSync('git', ['init', '-q', path('later')]);
    const said = await restored(repository, tree);
    expect(repo.read('later/x.txt')).toBe('x');
    expect(said).toMatchObject({ written: ['a.txt'], removed: [], leftAlone: ['later/x.txt'] });
  });

  it.each([[['--cone']], [['--cone', '--sparse-index']], [['--no-cone']]])(
    'works in a sparse checkout %j',
    async (how) => {
      repo.git('stash', 'drop', '-q');
      repo.commit('all');
      repo.git('sparse-checkout', 'set', ...how, ...(how[0] === '--cone' ? ['src/deep'] : ['/*', '!/src/b.txt']));
      repo.write({ 'src/b.txt': 'outside of the cone, and edited' });
      await survives(() => repo.write({ 'src/b.txt': 'lost', 'src/deep/c.txt': 'lost' }));
      rmSync(path('src/b.txt'));
      await survives(() => repo.write({ 'src/deep/c.txt': 'lost' }));
    },
  );

  it('works in a linked worktree, and apart from the others', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ratchet-linked-'));
    const linked = join(folder, 'linked');
    try {
      repo.git('worktree', 'add', '-q', '-b', 'side', linked);
      const first = filesOf(repo.root);
      await survives(() => {
        writeFileSync(join(linked, 'a.txt'), 'lost');
        writeFileSync(join(linked, 'new.txt'), 'came');
      }, linked);
      expect(filesOf(repo.root)).toEqual(first);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('keeps what .gitignore newly hides, and does not remove what it no longer hides', async () => {
    repo.write({
      'notes.txt': 'notes',
      'gone.txt': 'gone',
      '.gitignore': 'ignored.txt\nbuild/\nlocal.txt\n',
      'local.txt': 'local',
    });
    const said = await survives(() => {
      repo.write({ '.gitignore': 'notes.txt\ngone.txt\n', 'notes.txt': 'lost', 'came.txt': 'came' });
      rmSync(path('gone.txt'));
    });
    expect([...said.leftAlone].sort()).toEqual(['build/out.js', 'ignored.txt', 'local.txt']);
    expect(said.removed).toEqual(['came.txt']);
  });

  it('covers a tracked file that is ignored, and one that git is told to take for unchanged', async () => {
    repo.write({ 'ignored.txt': 'tracked' });
    repo.git('add', '-f', 'ignored.txt');
    repo.git('update-index', '--assume-unchanged', 'src/b.txt');
    repo.write({ 'ignored.txt': 'tracked and edited', 'src/b.txt': 'edited' });
    await survives(() => {
      repo.write({ 'src/b.txt': 'lost' });
      rmSync(path('ignored.txt'));
    });
  });

  it('works on an unborn branch', async () => {
    repo.remove();
    repo = makeRepository({});
    repo.write({ 'a.txt': 'a', 'b/c.txt': 'c' });
    repo.git('add', 'a.txt');
    await survives(() => {
      rmSync(path('b'), { recursive: true });
      repo.write({ 'a.txt': 'lost', 'd.txt': 'came' });
    });
  });

  it('works in a merge with conflicts, and after HEAD has moved', async () => {
    repo.git('stash', 'drop', '-q');
    repo.commit('ours');
    repo.git('checkout', '-q', '-b', 'theirs', 'HEAD~1');
    repo.write({ 'a.txt': 'theirs\n' });
    repo.commit('theirs');
    expect(() => repo.git('merge', 'main')).toThrow();
    const { point: tree } = await survives(() => {
      repo.write({ 'a.txt': 'resolved wrongly\n' });
      rmSync(path('src/b.txt'));
    });
    const before = filesOf(repo.root);
    repo.git('merge', '--abort');
    const head = repo.git('rev-parse', 'HEAD');
    await restored(await openAt(repo.root), tree);
    expect(filesOf(repo.root)).toEqual(before);
    expect(repo.git('rev-parse', 'HEAD')).toBe(head);
  });

  it('works while the index is locked, and while another git waits with it', async () => {
    writeFileSync(path('.git/index.lock'), '');
    await survives(() => repo.write({ 'a.txt': 'lost' }));
    rmSync(path('.git/index.lock'));
    const waiting: ChildProcess = spawn('git', ['commit', '-a'], {
      cwd: repo.root,
      env: { ...process.env, GIT_EDITOR: 'sleep 60 #' },
      stdio: 'ignore',
      detached: true,
    });
    try {
      await expect.poll(() => existsSync(path('.git/COMMIT_EDITMSG')), { timeout: 10_000 }).toBe(true);
      await survives(() => repo.write({ 'a.txt': 'lost' }));
    } finally {
      if (waiting.pid !== undefined) process.kill(-waiting.pid);
      await new Promise((resolve) => waiting.once('close', resolve));
    }
  });
});
