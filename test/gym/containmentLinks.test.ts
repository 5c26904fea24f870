// Attempts to leave the worktree through links: made before, made by a command, and made between a check and its use.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readReport } from '../../src/gym/testRunner/reportFiles.ts';
import { writeInside } from '../../src/gym/writeInside.ts';
import { useWorld } from '../helpers/containment.ts';

const held = useWorld();
const inside = (path: string): string => join(held.world.worktree.path, path);
const edit = (path: string, input: Record<string, unknown>) =>
  held.world.tool('str_replace_based_edit_tool', { path, ...input });
const create = (path: string) => edit(path, { command: 'create', file_text: 'pwned\n' });

async function refusesWrites(path: string): Promise<void> {
  expect((await create(path)).isError).toBe(true);
  expect((await edit(path, { command: 'insert', insert_line: 0, insert_text: 'pwned' })).isError).toBe(true);
  expect((await edit(path, { command: 'str_replace', old_str: 'canary', new_str: 'pwned' })).isError).toBe(true);
  const change = `--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-canary\n+pwned\n`;
  expect((await held.world.tool('apply_patch', { patch: change })).isError).toBe(true);
  const removal = `--- a/${path}\n+++ /dev/null\n@@ -1 +0,0 @@\n-canary\n`;
  expect((await held.world.tool('apply_patch', { patch: removal })).isError).toBe(true);
}

describe('symbolic links', () => {
  it('to a file outside', async () => {
    symlinkSync(join(held.world.beside, 'secret.txt'), inside('link'));
    await refusesWrites('link');
    expect((await edit('link', { command: 'view' })).content).not.toContain('canary');
  });
  it('to a folder outside', async () => {
    symlinkSync(held.world.beside, inside('folder'));
    await refusesWrites('folder/secret.txt');
    await refusesWrites('folder/new/file.txt');
    expect((await edit('folder/secret.txt', { command: 'view' })).content).not.toContain('canary');
  });
  it('to a file outside that is not there yet', async () => {
    symlinkSync(join(held.world.beside, 'new.txt'), inside('dangling'));
    await refusesWrites('dangling');
  });
  it('to a folder outside that is not there yet', async () => {
    symlinkSync(join(held.world.beside, 'new'), inside('dangling'));
    await refusesWrites('dangling/x.txt');
  });
  it('in a chain', async () => {
    symlinkSync(held.world.beside, inside('one'));
    symlinkSync('one', inside('two'));
    symlinkSync('two/../two', inside('three'));
    await refusesWrites('three/secret.txt');
  });
  it('by dots', async () => {
    symlinkSync('../../../../../../../../../..', inside('up'));
    await refusesWrites(`up${held.world.beside}/secret.txt`);
  });
  it('by the folder of this process', async () => {
    symlinkSync('/proc/self/cwd', inside('here'));
    symlinkSync('/proc/self/root', inside('top'));
    await refusesWrites('here/secret.txt');
    await refusesWrites(`top${held.world.beside}/secret.txt`);
  });
  it('to the git folder of the checkout', async () => {
    symlinkSync(join(held.world.repo.root, '.git'), inside('meta'));
    await refusesWrites('meta/config');
  });
  it('to what judges, which lies inside', async () => {
    symlinkSync('.ratchet', inside('rules'));
    await refusesWrites('rules/config.yml');
    await refusesWrites('rules/invariants/new.yml');
  });
  it('to a dependency, by a name of its own', async () => {
    symlinkSync('node_modules', inside('deps'));
    await refusesWrites('deps/dep/index.js');
    await refusesWrites('deps/new.js');
  });
  it('made by a command, then written through by a tool', async () => {
    await held.world.run(`ln -s ${held.world.beside} made; ln -s ${held.world.beside}/secret.txt src/made`);
    expect(lstatSync(inside('made')).isSymbolicLink()).toBe(true);
    await refusesWrites('made/secret.txt');
    await refusesWrites('src/made');
  });
  it('in the place of a folder, when the worktree is reset', async () => {
    rmSync(inside('src'), { recursive: true });
    symlinkSync(held.world.beside, inside('src'));
    await held.world.reset();
    expect(readFileSync(inside('src/b.txt'), 'utf8')).toBe('b\n');
    expect(lstatSync(inside('src')).isDirectory()).toBe(true);
  });
  it('in the place of a folder that a tool wrote in, when the worktree is reset by what tools wrote', async () => {
    await create('src/new.txt');
    renameSync(inside('src'), inside('old'));
    symlinkSync(held.world.beside, inside('src'));
    writeFileSync(join(held.world.beside, 'new.txt'), 'mine\n');
    await held.world.resetTouched();
    expect(readFileSync(join(held.world.beside, 'new.txt'), 'utf8')).toBe('mine\n');
    rmSync(join(held.world.beside, 'new.txt'));
  });
  it('in a snapshot, which takes the link and not what it leads to', async () => {
    symlinkSync(join(held.world.beside, 'secret.txt'), inside('link'));
    symlinkSync(held.world.beside, inside('folder'));
    const tree = await held.world.worktree.snapshot();
    const listed = execFileSync('git', ['ls-tree', '-r', tree], { cwd: held.world.repo.root, encoding: 'utf8' });
    expect(listed).toMatch(/120000 blob \S+\tlink\n/);
    expect(listed).not.toContain('folder/secret.txt');
  });
  it('in a search, which does not look behind them', async () => {
    symlinkSync(held.world.beside, inside('folder'));
    symlinkSync(join(held.world.beside, 'secret.txt'), inside('link'));
    expect((await held.world.tool('search_code', { query: 'canary' })).content).toBe('No match.');
  });
  it('in the place of a report', async () => {
    symlinkSync(join(held.world.beside, 'secret.txt'), inside('report'));
    expect(await readReport(inside('report'))).toBeUndefined();
  });
});

describe('other things in the place of a file', () => {
  it('a pipe that nobody writes to, in the place of a report', async () => {
    execFileSync('mkfifo', [inside('report')]);
    expect(await readReport(inside('report'))).toBeUndefined();
  });
  it('a pipe, for the tools', async () => {
    execFileSync('mkfifo', [inside('pipe')]);
    expect((await edit('pipe', { command: 'view' })).isError).toBe(true);
    await refusesWrites('pipe');
  });
  it('a report without end', async () => {
    execFileSync('truncate', ['-s', '20G', inside('report')]);
    expect(await readReport(inside('report'))).toBeUndefined();
    rmSync(inside('report'));
  });
});

describe('hard links', () => {
  it('to a file outside: the edit stays inside', async () => {
    linkSync(join(held.world.beside, 'secret.txt'), inside('hard'));
    expect((await edit('hard', { command: 'str_replace', old_str: 'canary', new_str: 'edited' })).isError).toBe(false);
    expect(readFileSync(inside('hard'), 'utf8')).toBe('edited\n');
  });
  it('to a file outside: a whole new text stays inside', async () => {
    linkSync(join(held.world.beside, 'secret.txt'), inside('hard'));
    expect((await create('hard')).isError).toBe(false);
  });
  it('to a file of the checkout: a patch stays inside', async () => {
    rmSync(inside('a.txt'));
    linkSync(join(held.world.repo.root, 'a.txt'), inside('a.txt'));
    const patch = '--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-one\n+two\n';
    expect((await held.world.tool('apply_patch', { patch })).isError).toBe(false);
    expect(readFileSync(inside('a.txt'), 'utf8')).toBe('two\n');
  });
  it('to a file of the checkout: a reset stays inside', async () => {
    rmSync(inside('a.txt'));
    linkSync(join(held.world.repo.root, 'a.txt'), inside('a.txt'));
    await edit('a.txt', { command: 'str_replace', old_str: 'one', new_str: 'two' });
    await held.world.reset();
    expect(readFileSync(inside('a.txt'), 'utf8')).toBe('one\n');
  });
  it('to a program of the system: permissions stay inside', async () => {
    linkSync(join(held.world.beside, '.bashrc'), inside('script'));
    const patch =
      'diff --git a/script b/script\nold mode 100644\nnew mode 100755\n--- a/script\n+++ b/script\n@@ -1 +1 @@\n-# canary\n+# run\n';
    expect((await held.world.tool('apply_patch', { patch })).isError).toBe(false);
    expect(lstatSync(inside('script')).mode & 0o111).not.toBe(0);
  });
});

describe('a folder that is swapped for a link between the check and the write', () => {
  it('never leads a write outside', async () => {
    mkdirSync(inside('real'));
    const swapper = `while :; do mv real kept 2>/dev/null; ln -sfn ${held.world.beside} real; rm -f real; mv kept real; done # ${held.world.token}`;
    const { spawn } = await import('node:child_process');
    const child = spawn('/bin/sh', ['-c', swapper], { cwd: held.world.worktree.path, stdio: 'ignore', detached: true });
    let written = 0;
    try {
      for (const end = Date.now() + 3_000; Date.now() < end; ) {
        const wrote = await writeInside(held.world.worktree.path, inside('real/secret.txt'), 'pwned\n').then(
          () => 1,
          () => 0,
        );
        written += wrote;
      }
    } finally {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      await new Promise((resolve) => child.on('close', resolve));
    }
    expect(written).toBeGreaterThan(0);
    expect(readFileSync(join(held.world.beside, 'secret.txt'), 'utf8')).toBe('canary\n');
    expect(existsSync(join(held.world.beside, 'kept'))).toBe(false);
  });
});
