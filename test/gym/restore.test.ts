// Restore on real git: the working copy is byte-identical after snapshot, damage and restore, and a restore that cannot be
// exact is refused.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { restoreWorkingCopy } from '../../src/gym/restore.ts';
import { keepTree, takeSnapshot } from '../../src/gym/snapshot.ts';
import { applyEdit, randomEdits } from '../helpers/randomEdits.ts';
import type { TestRepository } from '../helpers/repository.ts';
import { at, filesOf, openAt, pointOf, restorableRepository, restored, survivesIn } from '../helpers/restorable.ts';

let repo: TestRepository;

beforeEach(() => {
  repo = restorableRepository();
});
afterEach(() => repo.remove());

const path = (name: string): string => join(repo.root, name);
const survives = async (damage: () => void, root = repo.root) => await survivesIn(root, damage);

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

  it('brings back a large file', async () => {
    writeFileSync(path('large.bin'), 'head');
    truncateSync(path('large.bin'), 101 * 1024 * 1024);
    const repository = await openAt(repo.root);
    const { tree } = await pointOf(repository);
    writeFileSync(path('large.bin'), 'lost');
    await restored(repository, tree);
    const back = readFileSync(path('large.bin'));
    expect(back.length).toBe(101 * 1024 * 1024);
    expect(back.equals(Buffer.concat([Buffer.from('head'), Buffer.alloc(back.length - 4)]))).toBe(true);
  }, 120_000);

  it('sees a change within one tick of the clock that keeps the size', async () => {
    const repository = await openAt(repo.root);
    for (let turn = 0; turn < 5; turn += 1) {
      repo.write({ 'a.txt': `kept ${turn}` });
      const { tree } = await pointOf(repository);
      repo.write({ 'a.txt': `lost ${turn}` });
      await restored(repository, tree);
      expect(repo.read('a.txt')).toBe(`kept ${turn}`);
    }
  });

  it('is the identity on random edits', async () => {
    const visible = () =>
      Object.fromEntries(Object.entries(filesOf(repo.root)).filter(([name]) => name !== 'ignored.txt'));
    const repository = await openAt(repo.root);
    await fc.assert(
      fc.asyncProperty(randomEdits(6), randomEdits(8), async (first, then) => {
        for (const one of first) applyEdit(repo.root, one);
        const before = visible();
        const { tree } = await pointOf(repository);
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
    const result = await restoreWorkingCopy(await openAt(repo.root), tree, { owner: 'test' });
    expect(filesOf(repo.root)).toEqual(before);
    return result.ok ? 'restored' : result.failure.reason;
  };

  it('a tree that is not there', async () => {
    expect(await refusal('f'.repeat(40))).toBe('noSuchTree');
    expect(await refusal('HEAD')).toBe('noSuchTree');
  });

  it('an ordinary snapshot where git converts, and takes it where git does not', async () => {
    const repository = await openAt(repo.root);
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
    const { tree } = await pointOf(await openAt(repo.root));
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
