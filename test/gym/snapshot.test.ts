// Snapshots by the short ways are the very tree that git's own `add --all` makes; and a worktree that is reset by known
// paths holds the very files of the tree.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Environment } from '../../src/gym/environment.ts';
import { openRepository, type Repository } from '../../src/gym/git.ts';
import { listFiles, type SnapshotOptions, takeSnapshot } from '../../src/gym/snapshot.ts';
import { runTests } from '../../src/gym/testRunner/runTests.ts';
import { WorktreePool } from '../../src/gym/worktree.ts';
import { defaultConfig } from '../../src/protocol/config.ts';
import { applyEdit, randomEdits } from '../helpers/randomEdits.ts';
import { fingerprint, makeRepository, type TestRepository } from '../helpers/repository.ts';

let repo: TestRepository;
let repository: Repository;

beforeEach(async () => {
  repo = makeRepository({
    'a.txt': 'one\n',
    'src/b.txt': 'b\n',
    'src/deep/c.txt': 'c\n',
    'src.txt': 'sorts between',
    'run.sh': '#!/bin/sh\n',
    '.gitignore': 'ignored.txt\nbuild/\n',
  });
  const opened = await openRepository(repo.root);
  if (!opened.ok) throw new Error(opened.failure.message);
  repository = opened.value;
});
afterEach(() => repo.remove());

async function snapshot(options: SnapshotOptions = {}): Promise<string> {
  const taken = await takeSnapshot(repository, options);
  if (!taken.ok) throw new Error(taken.failure.message);
  return taken.value.tree;
}

/** What git itself makes of the working copy. */
function reference(root = repo.root): string {
  const index = join(root, '.git', 'reference-index');
  rmSync(index, { force: true });
  copyFileSync(join(root, '.git', 'index'), index);
  // So old that git believes no time that is in it, and reads every file.
  utimesSync(index, 1, 1);
  const env = { ...process.env, GIT_INDEX_FILE: index };
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, env, encoding: 'utf8', stdio: 'pipe' });
  git('add', '--all');
  const tree = git('write-tree').trim();
  rmSync(index);
  return tree;
}

describe('snapshot of everything', () => {
  it('is what git makes of random edits, staged or not', async () => {
    await fc.assert(
      fc.asyncProperty(randomEdits(6), randomEdits(6), async (staged, edits) => {
        for (const edit of staged) applyEdit(repo.root, edit);
        repo.git('add', '--all');
        for (const edit of edits) applyEdit(repo.root, edit);
        const before = fingerprint(repo.root);
        expect(await snapshot()).toBe(reference());
        expect(fingerprint(repo.root)).toEqual(before);
      }),
      { numRuns: 25 },
    );
    repo.git('fsck', '--strict', '--no-dangling');
  }, 120_000);

  it.each([
    ['core.autocrlf', 'true', ''],
    ['core.autocrlf', 'input', ''],
    ['core.eol', 'lf', '* text=auto\n*.up filter=upper\n'],
    ['core.fileMode', 'false', ''],
  ])('converts as git does: %s=%s %j', async (key, value, attributes) => {
    repo.write({ 'crlf.txt': 'as committed\r\n' });
    repo.commit('with carriage return');
    repo.git('config', key, value);
    repo.git('config', 'filter.upper.clean', 'tr a-z A-Z');
    if (attributes !== '') repo.write({ '.gitattributes': attributes });
    repo.write({ 'crlf.txt': 'still\r\nso\r\n', 'new.txt': 'x\r\ny\r\n', 'lf.txt': 'x\n', 'a.up': 'lower\n' });
    chmodSync(join(repo.root, 'run.sh'), 0o755);
    const index = join(repo.root, '.git', 'plain-index');
    copyFileSync(join(repo.root, '.git', 'index'), index);
    const env = { ...process.env, GIT_INDEX_FILE: index };
    execFileSync('git', ['add', '--all'], { cwd: repo.root, env, stdio: 'pipe' });
    const plain = execFileSync('git', ['write-tree'], { cwd: repo.root, env, encoding: 'utf8' }).trim();
    expect(await snapshot()).toBe(plain);
  });

  it('sees a conflict as it stands on disk', async () => {
    repo.git('checkout', '-q', '-b', 'theirs');
    repo.write({ 'a.txt': 'theirs\n' });
    repo.commit('theirs');
    repo.git('checkout', '-q', 'main');
    repo.write({ 'a.txt': 'ours\n' });
    repo.commit('ours');
    expect(() => repo.git('merge', 'theirs')).toThrow();
    expect(await snapshot()).toBe(reference());
  });

  it('leaves repositories inside out, with or without a commit', async () => {
    const before = await snapshot();
    execFileSync('git', ['init', '-q', join(repo.root, 'inside')]);
    repo.write({ 'inside/work.txt': 'work' });
    expect(await snapshot()).toBe(before);
  });

  it('follows the index when it changes', async () => {
    await snapshot();
    repo.write({ 'ignored.txt': 'forced' });
    repo.git('add', '-f', 'ignored.txt');
    expect(await snapshot()).toBe(reference());
    repo.git('rm', '-q', '--cached', 'ignored.txt', 'a.txt');
    expect(await snapshot()).toBe(reference());
  });
});

describe('snapshot of known paths', () => {
  it('is the snapshot of everything', async () => {
    const everything = [
      'a.txt',
      'src',
      'src/b.txt',
      'src/deep',
      'src/deep/c.txt',
      'x',
      'x/y',
      'x/y/z',
      'ignored.txt',
      'é',
    ];
    await fc.assert(
      fc.asyncProperty(randomEdits(4), randomEdits(5), async (first, edits) => {
        for (const edit of first) applyEdit(repo.root, edit);
        const tree = await snapshot();
        for (const edit of edits) applyEdit(repo.root, edit);
        expect(await snapshot({ touched: { tree, paths: everything } })).toBe(await snapshot());
      }),
      { numRuns: 25 },
    );
    repo.git('fsck', '--strict', '--no-dangling');
  }, 120_000);

  it('looks at nothing else', async () => {
    const tree = await snapshot();
    repo.write({ 'a.txt': 'touched', 'src/b.txt': 'not named', 'x/new file.txt': 'new', 'ignored.txt': '' });
    symlinkSync('a.txt', join(repo.root, 'link'));
    rmSync(join(repo.root, 'src/deep/c.txt'));
    const paths = ['a.txt', 'x/new file.txt', 'link', 'src/deep/c.txt', 'ignored.txt', 'never/there.txt'];
    const files = await listFiles(repository, await snapshot({ touched: { tree, paths } }));
    expect(files.map(({ mode, path }) => `${mode} ${path}`)).toEqual([
      '100644 .gitignore',
      '100644 a.txt',
      '120000 link',
      '100644 run.sh',
      '100644 src.txt',
      '100644 src/b.txt',
      '100644 x/new file.txt',
    ]);
    repo.git('checkout', '-q', '--', 'src/b.txt');
    expect(await snapshot({ touched: { tree, paths } })).toBe(reference());
  });

  it('looks at everything when the rules of what is ignored were touched', async () => {
    repo.write({ 'build/out.js': 'built' });
    const tree = await snapshot();
    repo.write({ '.gitignore': '' });
    expect(await snapshot({ touched: { tree, paths: ['.gitignore'] } })).toBe(reference());
  });

  it.each([
    ['attributes of the folder', () => repo.write({ 'src/.gitattributes': '*.txt text eol=lf\n' })],
    ['attributes of a folder above', () => repo.write({ '.gitattributes': '*.txt filter=upper\n' })],
    ['attributes of the repository', () => repo.write({ '.git/info/attributes': '*.txt text\n' })],
    ['a setting', () => repo.git('config', 'core.autocrlf', 'input')],
    ['a setting that is included', () => repo.write({ '.git/more': '[core]\n autocrlf = true\n' })],
  ])('is what git makes of it when %s came in between', async (_, convert) => {
    repo.git('config', 'filter.upper.clean', 'tr a-z A-Z');
    repo.git('config', 'include.path', 'more');
    repo.write({ '.git/more': '# nothing yet\n' });
    repo.write({ 'src/deep/c.txt': 'first\r\n' });
    const paths = ['src/deep/c.txt', 'src/.gitattributes', '.gitattributes'];
    const before = await snapshot({ touched: { tree: await snapshot(), paths } });
    expect(before).toBe(reference());
    convert();
    // Attributes that are named are looked at in full; the ways after that are the ones that could go wrong.
    const between = await snapshot({ touched: { tree: before, paths } });
    repo.write({ 'src/deep/c.txt': 'second\r\n' });
    const after = await snapshot({ touched: { tree: between, paths: ['src/deep/c.txt'] } });
    expect(after).toBe(reference());
    const text = repo.git('cat-file', 'blob', `${after}:src/deep/c.txt`);
    expect(text).toMatch(/^(second|SECOND\r)\n$/);
  });

  it('reaches the empty tree and comes back', async () => {
    const tree = await snapshot();
    const paths = (await listFiles(repository, tree)).map(({ path }) => path);
    for (const path of paths) rmSync(join(repo.root, path));
    const empty = await snapshot({ touched: { tree, paths: paths.filter((path) => path !== '.gitignore') } });
    expect((await listFiles(repository, empty)).map(({ path }) => path)).toEqual(['.gitignore']);
    expect(await snapshot()).toBe('4b825dc642cb6eb9a060e54bf8d69288fbee4904');
  });
});

describe('worktree and environment', () => {
  it('resets and snapshots by the paths of the tools, and wholly after a command', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'ratchet-pool-'));
    const pool = new WorktreePool(repository, { directory, dependencyFolders: [], log: console });
    try {
      const tree = await snapshot();
      const worktree = await pool.acquire('one', tree);
      const asked: string[] = [];
      const environment = new Environment({
        worktree: {
          path: worktree.path,
          release: () => worktree.release(),
          reset: async (to, signal, touched) => {
            asked.push(`reset ${touched === undefined ? 'all' : [...touched].sort()}`);
            return await worktree.reset(to, signal, touched);
          },
          snapshot: async (signal, touched) => {
            asked.push(`snapshot ${touched === undefined ? 'all' : [...touched].sort()}`);
            return await worktree.snapshot(signal, touched);
          },
        },
        runTests: async () => {
          const command = 'echo left > left.txt; touch -r a.txt t; echo two > a.txt; touch -r t a.txt';
          const { tests, sandbox } = defaultConfig();
          return await runTests({ cwd: worktree.path, config: { ...tests, command }, sandbox });
        },
        checkGates: async () => [],
        changedPaths: async () => [],
      });
      const step = async (name: string, input: Record<string, unknown>) =>
        (await environment.step({ id: '1', name, input })).info.tree;
      const whole = () => worktree.snapshot();

      await environment.reset({ baseTree: tree, tree });
      const edited = await step('str_replace_based_edit_tool', {
        command: 'str_replace',
        path: './src/b.txt',
        old_str: 'b',
        new_str: 'B',
      });
      expect(edited).not.toBe(tree);
      const patched = await step('apply_patch', {
        patch: '--- /dev/null\n+++ b/n/new.txt\n@@ -0,0 +1 @@\n+new\n--- a/a.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-one\n',
      });
      expect(await whole()).toBe(patched);
      expect(await step('str_replace_based_edit_tool', { command: 'view', path: 'run.sh' })).toBe(patched);
      await environment.reset({ baseTree: tree, tree });
      expect(existsSync(join(worktree.path, 'n'))).toBe(false);
      expect(await whole()).toBe(tree);
      await environment.reset({ baseTree: tree, tree: patched });
      expect(await whole()).toBe(patched);
      await environment.reset({ baseTree: tree, tree });
      await step('run_tests', { files: [] });
      expect(existsSync(join(worktree.path, 'left.txt'))).toBe(true);
      await environment.reset({ baseTree: tree, tree });
      expect(existsSync(join(worktree.path, 'left.txt'))).toBe(false);
      expect(execFileSync('cat', [join(worktree.path, 'a.txt')], { encoding: 'utf8' })).toBe('one\n');
      expect(await whole()).toBe(tree);
      expect(asked).toEqual([
        'reset ',
        'snapshot src/b.txt',
        'snapshot a.txt,n/new.txt',
        'snapshot ',
        'reset a.txt,n/new.txt,src/b.txt',
        'reset ',
        'reset ',
        'snapshot all',
        'reset all',
      ]);
    } finally {
      await pool.dispose();
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it('writes a touched file again even when size and time are as git knows them', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'ratchet-pool-'));
    const pool = new WorktreePool(repository, { directory, dependencyFolders: [], log: console });
    try {
      const tree = await snapshot();
      const worktree = await pool.acquire('one', tree);
      const file = join(worktree.path, 'a.txt');
      const past = new Date(Date.now() - 60_000);
      utimesSync(file, past, past);
      await worktree.reset(tree, undefined, new Set(['a.txt']));
      writeFileSync(file, 'two\n');
      utimesSync(file, past, past);
      await worktree.reset(tree, undefined, new Set(['a.txt']));
      expect(execFileSync('cat', [file], { encoding: 'utf8' })).toBe('one\n');
      await worktree.release();
    } finally {
      await pool.dispose();
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
