// Restore on real git: the working copy is byte-identical after snapshot, damage and restore, and nothing of the
// person's git is touched.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRepository, type Repository } from '../../src/gym/git.ts';
import { type Restored, restoreWorkingCopy, takeRestorePoint } from '../../src/gym/restore.ts';
import { keepTree, takeSnapshot } from '../../src/gym/snapshot.ts';
import { applyEdit, randomEdits } from '../helpers/randomEdits.ts';
import { makeRepository, type TestRepository } from '../helpers/repository.ts';

let repo: TestRepository;

beforeEach(() => {
  repo = makeRepository({
    'a.txt': 'one\ntwo\n',
    'src/b.txt': 'b\n',
    'src/deep/c.txt': 'c\n',
    'run.sh': '#!/bin/sh\n',
    '.gitignore': 'ignored.txt\nbuild/\n',
  });
  chmodSync(join(repo.root, 'run.sh'), 0o755);
  repo.write({ 'a.txt': 'stashed\n' });
  repo.git('stash');
  repo.write({ 'a.txt': 'one\nstaged\n' });
  repo.git('add', 'a.txt');
  repo.write({ 'a.txt': 'one\nstaged\nunstaged\n', 'ignored.txt': 'mine', 'build/out.js': 'built' });
});
afterEach(() => repo.remove());

async function open(root = repo.root): Promise<Repository> {
  const opened = await openRepository(root);
  if (!opened.ok) throw new Error(opened.failure.message);
  return opened.value;
}

async function point(repository: Repository): Promise<{ tree: string; notCovered: readonly string[] }> {
  const taken = await takeRestorePoint(repository, { owner: 'test' });
  if (!taken.ok) throw new Error(taken.failure.message);
  return taken.value;
}

async function restored(repository: Repository, tree: string): Promise<Restored> {
  const result = await restoreWorkingCopy(repository, tree, { owner: 'test' });
  if (!result.ok) throw new Error(result.failure.message);
  return result.value;
}

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const at = (root: string, path: string): Buffer => Buffer.concat([Buffer.from(`${root}/`), bytes(path)]);

/** Every file, its executable bit, its bytes or its target. Names are one character a byte. */
function filesOf(root: string): Record<string, string> {
  const files: Record<string, string> = {};
  const walk = (folder: string) => {
    for (const name of readdirSync(at(root, folder), { encoding: 'buffer' })) {
      const path = folder === '' ? name.toString('latin1') : `${folder}/${name.toString('latin1')}`;
      if (path === '.git') continue;
      const stat = lstatSync(at(root, path));
      if (stat.isDirectory()) walk(path);
      else if (stat.isSymbolicLink()) files[path] = `link ${readlinkSync(at(root, path), 'latin1')}`;
      else files[path] = `${(stat.mode & 0o111) !== 0} ${readFileSync(at(root, path)).toString('latin1')}`;
    }
  };
  walk('');
  return files;
}

/** Everything of the person's git: index bytes, HEAD, refs, reflogs, stash, hooks, configuration. */
function gitOf({ gitDir, commonDir }: Repository): Record<string, string> {
  const found: Record<string, string> = {};
  const walk = (base: string, folder: string) => {
    for (const entry of readdirSync(join(base, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (/^(objects|ratchet|refs\/ratchet)$/.test(path)) continue;
      if (entry.isDirectory()) walk(base, path);
      else found[join(base, path)] = readFileSync(join(base, path)).toString('latin1');
    }
  };
  for (const base of new Set([gitDir, commonDir])) walk(base, '');
  return found;
}

/** Takes a point, does the damage, restores, and undoes; all must be exact. Gives what the restore said. */
async function survives(damage: () => void, root = repo.root): Promise<Restored & { point: string }> {
  const repository = await open(root);
  const person = gitOf(repository);
  const before = filesOf(root);
  const { tree } = await point(repository);
  expect(gitOf(repository)).toEqual(person);
  damage();
  const damaged = filesOf(root);
  const harmed = gitOf(repository);
  const said = await restored(repository, tree);
  expect(filesOf(root)).toEqual(before);
  await restored(repository, said.undoTree);
  expect(filesOf(root)).toEqual(damaged);
  await restored(repository, tree);
  expect(filesOf(root)).toEqual(before);
  expect(gitOf(repository)).toEqual(harmed);
  execFileSync('git', ['fsck', '--strict', '--no-dangling'], { cwd: root, stdio: 'pipe' });
  return { ...said, point: tree };
}

const path = (name: string): string => join(repo.root, name);

describe('restore', () => {
  it('brings back untracked, edited, deleted and renamed files, and removes what came', async () => {
    repo.write({ 'new/untracked.txt': 'untracked', 'empty.txt': '' });
    const said = await survives(() => {
      repo.write({ 'new/untracked.txt': 'lost', 'src/b.txt': 'lost', 'came/later/x.txt': 'x' });
      rmSync(path('empty.txt'));
      renameSync(path('src/deep'), path('src/shallow'));
    });
    expect([...said.written].sort()).toEqual(['empty.txt', 'new/untracked.txt', 'src/b.txt', 'src/deep/c.txt']);
    expect([...said.removed].sort()).toEqual(['came/later/x.txt', 'src/shallow/c.txt']);
    expect(existsSync(path('came'))).toBe(false);
    expect(repo.read('ignored.txt')).toBe('mine');
  });

  it('brings back mode bits and symbolic links, also between file, link and folder', async () => {
    symlinkSync('src/b.txt', path('link'));
    symlinkSync('nowhere', path('dangling'));
    repo.write({ file: 'file', 'folder/x': 'x', 'folder/y/z': 'z' });
    await survives(() => {
      chmodSync(path('run.sh'), 0o644);
      chmodSync(path('src/b.txt'), 0o755);
      rmSync(path('link'));
      repo.write({ link: 'a file now' });
      rmSync(path('dangling'));
      symlinkSync('elsewhere', path('dangling'));
      rmSync(path('file'));
      repo.write({ 'file/inside/deep': 'a folder now' });
      rmSync(path('folder'), { recursive: true });
      symlinkSync('src', path('folder'));
    });
    expect(repo.read('src/b.txt')).toBe('b\n');
  });

  it.each([
    ['core.autocrlf=true', 'core.autocrlf', 'true', ''],
    [
      'attributes',
      'core.eol',
      'crlf',
      '* text=auto\n*.id ident\n*.up filter=upper\n*.u16 working-tree-encoding=UTF-16\n',
    ],
  ])('keeps line endings, byte order marks and encodings with %s', async (_name, key, value, attributes) => {
    repo.git('config', key, value);
    repo.git('config', 'filter.upper.clean', 'tr a-z A-Z');
    if (attributes !== '') repo.write({ '.gitattributes': attributes });
    const written = {
      'crlf.txt': 'a\r\nb\r\n',
      'lf.txt': 'a\nb\n',
      'mixed.txt': 'a\r\nb\nc\r',
      'bom.txt': '\uFEFFa\r\n',
      'x.id': '$Id$ $Id: mine $\n',
      'x.up': 'lower',
    };
    repo.write(written);
    writeFileSync(path('x.u16'), Buffer.from('\uFEFFwide\r\n', 'utf16le'));
    writeFileSync(path('latin.txt'), Buffer.from([0xe9, 0x0a, 0x00, 0xff]));
    repo.git('add', 'lf.txt', 'crlf.txt');
    await survives(() => {
      for (const name of [...Object.keys(written), 'x.u16', 'latin.txt']) repo.write({ [name]: 'lost\n' });
      if (attributes !== '') rmSync(path('.gitattributes'));
    });
  });

  it.runIf(process.platform === 'linux')('brings back names that are not UTF-8', async () => {
    const name = 'caf\xe9 \n"*'; // Latin-1, with what a shell or a pattern would trip over
    writeFileSync(at(repo.root, name), 'kept');
    writeFileSync(path('-option'), 'kept');
    await survives(() => {
      writeFileSync(at(repo.root, name), 'lost');
      rmSync(path('-option'));
      writeFileSync(at(repo.root, `${name}2`), 'came');
    });
  });

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
      await restored(await open(), tree);
      expect(repo.read('nested/work.txt')).toBe('more');
    } finally {
      other.remove();
    }
  });

  it('does not take a repository for superfluous that was made in a folder after the snapshot', async () => {
    const repository = await open();
    const { tree } = await point(repository);
    repo.write({ 'later/x.txt': 'x', 'a.txt': 'lost' });
    await point(repository);
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
    await restored(await open(), tree);
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

  it('brings back a large file', async () => {
    writeFileSync(path('large.bin'), 'head');
    truncateSync(path('large.bin'), 101 * 1024 * 1024);
    const repository = await open();
    const { tree } = await point(repository);
    writeFileSync(path('large.bin'), 'lost');
    await restored(repository, tree);
    const back = readFileSync(path('large.bin'));
    expect(back.length).toBe(101 * 1024 * 1024);
    expect(back.equals(Buffer.concat([Buffer.from('head'), Buffer.alloc(back.length - 4)]))).toBe(true);
  }, 120_000);

  it('sees a change within one tick of the clock that keeps the size', async () => {
    const repository = await open();
    for (let turn = 0; turn < 5; turn += 1) {
      repo.write({ 'a.txt': `kept ${turn}` });
      const { tree } = await point(repository);
      repo.write({ 'a.txt': `lost ${turn}` });
      await restored(repository, tree);
      expect(repo.read('a.txt')).toBe(`kept ${turn}`);
    }
  });

  it('is the identity on random edits', async () => {
    const visible = () =>
      Object.fromEntries(Object.entries(filesOf(repo.root)).filter(([name]) => name !== 'ignored.txt'));
    const repository = await open();
    await fc.assert(
      fc.asyncProperty(randomEdits(6), randomEdits(8), async (first, then) => {
        for (const one of first) applyEdit(repo.root, one);
        const before = visible();
        const { tree } = await point(repository);
        for (const one of then) applyEdit(repo.root, one);
        const damaged = visible();
        const said = await restored(repository, tree);
        expect(visible()).toEqual(before);
        await restored(repository, said.undoTree);
        expect(visible()).toEqual(damaged);
      }),
      { numRuns: 20 },
    );
    execFileSync('git', ['fsck', '--strict', '--no-dangling'], { cwd: repo.root, stdio: 'pipe' });
  }, 180_000);
});

describe('restore refuses, and changes nothing,', () => {
  const refusal = async (tree: string) => {
    const before = filesOf(repo.root);
    const result = await restoreWorkingCopy(await open(), tree, { owner: 'test' });
    expect(filesOf(repo.root)).toEqual(before);
    return result.ok ? 'restored' : result.failure.reason;
  };

  it('a tree that is not there', async () => {
    expect(await refusal('f'.repeat(40))).toBe('noSuchTree');
    expect(await refusal('HEAD')).toBe('noSuchTree');
  });

  it('an ordinary snapshot where git converts, and takes it where git does not', async () => {
    const repository = await open();
    const snapshot = await takeSnapshot(repository);
    if (!snapshot.ok) throw new Error(snapshot.failure.message);
    await keepTree(repository, 'run', snapshot.value.tree);
    const before = filesOf(repo.root);
    repo.write({ 'a.txt': 'lost', 'came.txt': '' });
    repo.git('config', 'core.autocrlf', 'true');
    expect(await refusal(snapshot.value.tree)).toBe('notExact');
    repo.git('config', 'core.autocrlf', 'false');
    await restored(repository, snapshot.value.tree);
    expect(filesOf(repo.root)).toEqual(before);
  });

  it('when something that no snapshot knows stands in the way', async () => {
    repo.write({ place: 'file', 'folder/x': 'x' });
    const { tree } = await point(await open());
    rmSync(path('place'));
    repo.write({ 'place/ignored.txt': 'mine' });
    expect(await refusal(tree)).toBe('inTheWay');
    rmSync(path('place'), { recursive: true });
    mkdirSync(path('place'));
    execFileSync('git', ['init', '-q', path('place')]);
    expect(await refusal(tree)).toBe('inTheWay');
    rmSync(path('place'), { recursive: true });
    rmSync(path('folder'), { recursive: true });
    repo.write({ folder: 'hidden', '.git/info/exclude': 'folder\n' });
    expect(await refusal(tree)).toBe('inTheWay');
  });
});
