// Restore points on real git: kept, found, brought back, undone, bounded.
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRepository } from '../../src/gym/git.ts';
import { RestorePoints } from '../../src/host/restorePoints.ts';
import { makeRepository, type TestRepository } from '../helpers/repository.ts';

const signal = new AbortController().signal;
const asked = { reason: 'asked', label: 'by hand', runId: null } as const;

let repository: TestRepository;
beforeEach(() => {
  repository = makeRepository({ 'a.txt': 'one\r\n', '.gitignore': 'cache/\n' });
});
afterEach(() => repository.remove());

async function pointsAt(root: string, limit?: number): Promise<RestorePoints> {
  const opened = await openRepository(root);
  if (!opened.ok) throw new Error(opened.failure.message);
  return new RestorePoints(opened.value, limit);
}

function value<T>(result: { ok: true; value: T } | { ok: false; failure: { message: string } }): T {
  if (!result.ok) throw new Error(result.failure.message);
  return result.value;
}

const refsOfPoints = () =>
  repository
    .git('for-each-ref', '--format=%(refname)', 'refs/ratchet/')
    .split('\n')
    .filter((ref) => ref.includes('/point-'));

describe('restore points', () => {
  it('bring the working copy back, and what a restore did can be undone', async () => {
    const points = await pointsAt(repository.root);
    repository.write({ 'new.txt': 'untracked\n', 'cache/x': 'ignored\n' });
    const point = value(await points.take(asked, signal));
    repository.write({ 'a.txt': 'two\n', 'later.txt': 'later\n' });
    rmSync(join(repository.root, 'new.txt'));

    const preview = value(await points.preview(point, signal));
    expect(preview).toMatchObject({ undo: null, written: ['a.txt', 'new.txt'], removed: ['later.txt'] });
    expect(repository.read('a.txt')).toBe('two\n');

    const restored = value(await points.restore(point, signal));
    expect(restored).toMatchObject({ written: ['a.txt', 'new.txt'], removed: ['later.txt'] });
    expect(repository.read('a.txt')).toBe('one\r\n');
    expect(repository.read('new.txt')).toBe('untracked\n');
    expect(repository.read('cache/x')).toBe('ignored\n');
    expect(existsSync(join(repository.root, 'later.txt'))).toBe(false);

    const undo = value(await points.find(restored.undo ?? ''));
    expect(undo.reason).toBe('restore');
    value(await points.restore(undo, signal));
    expect(repository.read('a.txt')).toBe('two\n');
    expect(repository.read('later.txt')).toBe('later\n');
    expect(existsSync(join(repository.root, 'new.txt'))).toBe(false);
  });

  it('are found by a beginning of their id, and say what is wrong otherwise', async () => {
    const points = await pointsAt(repository.root);
    expect(await points.find('latest')).toMatchObject({ failure: { reason: 'noSuchPoint' } });
    const [first, second] = [value(await points.take(asked, signal)), value(await points.take(asked, signal))];
    expect((await points.list()).map(({ id }) => id)).toEqual([second.id, first.id]);
    expect(value(await points.find('latest')).id).toBe(second.id);
    expect(value(await points.find(first.id.slice(0, -1))).id).toBe(first.id);
    const both = await points.find(first.id.slice(0, 4));
    expect(both).toMatchObject({ failure: { message: expect.stringContaining('begins 2 restore points') } });
    expect(await points.find('nothing')).toMatchObject({ failure: { reason: 'noSuchPoint' } });
  });

  it('survive a line that was cut off', async () => {
    const points = await pointsAt(repository.root);
    const point = value(await points.take(asked, signal));
    appendFileSync(join(repository.root, '.git', 'ratchet', 'restorePoints.jsonl'), '{"id":"2026\n');
    const later = value(await points.take(asked, signal));
    expect((await points.list()).map(({ id }) => id)).toEqual([later.id, point.id]);
  });

  it('drop the oldest with their refs when there are too many', async () => {
    const points = await pointsAt(repository.root, 3);
    const first = value(await points.take(asked, signal));
    for (let count = 0; count < 3; count += 1) {
      repository.write({ 'a.txt': `${count}\n` });
      value(await points.take(asked, signal));
    }
    const list = await points.list();
    expect(list).toHaveLength(3);
    expect(list.some(({ id }) => id === first.id)).toBe(false);
    expect(refsOfPoints()).toHaveLength(3);
    expect(refsOfPoints().some((ref) => ref.includes(first.id))).toBe(false);
    const file = readFileSync(join(repository.root, '.git', 'ratchet', 'restorePoints.jsonl'), 'utf8');
    expect(file.trim().split('\n')).toHaveLength(3);
  });

  it('belong to one working copy: a linked worktree has its own', async () => {
    const linked = `${repository.root}-linked`;
    repository.git('worktree', 'add', '-q', linked);
    try {
      const [here, there] = [await pointsAt(repository.root), await pointsAt(linked)];
      const point = value(await there.take(asked, signal));
      expect(await here.list()).toEqual([]);
      expect((await there.list()).map(({ id }) => id)).toEqual([point.id]);
      expect(await here.find(point.id)).toMatchObject({ failure: { reason: 'noSuchPoint' } });
    } finally {
      rmSync(linked, { recursive: true, force: true });
    }
  });
});
