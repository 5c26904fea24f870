// Attempts to leave the worktree by the spelling of a path, through every tool that takes one.
import { existsSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useWorld } from '../helpers/containment.ts';

const held = useWorld();

/** Tries every tool on a path. True for those that said no. */
async function tryAll(path: string): Promise<Record<string, boolean>> {
  const { world } = held;
  const edit = (input: Record<string, unknown>) => world.tool('str_replace_based_edit_tool', { path, ...input });
  const patch = (text: string) => world.tool('apply_patch', { patch: text });
  const line = path.replaceAll('\n', '');
  return {
    view: (await edit({ command: 'view' })).isError,
    insert: (await edit({ command: 'insert', insert_line: 0, insert_text: 'pwned' })).isError,
    replace: (await edit({ command: 'str_replace', old_str: 'canary', new_str: 'pwned' })).isError,
    create: (await edit({ command: 'create', file_text: 'pwned\n' })).isError,
    patch: (await patch(`--- a/${line}\n+++ b/${line}\n@@ -1 +1 @@\n-canary\n+pwned\n`)).isError,
    add: (await patch(`--- /dev/null\n+++ b/${line}\n@@ -0,0 +1 @@\n+pwned\n`)).isError,
    remove: (await patch(`--- a/${line}\n+++ /dev/null\n@@ -1 +0,0 @@\n-canary\n`)).isError,
  };
}

const refusedByAll = { view: true, insert: true, replace: true, create: true, patch: true, add: true, remove: true };

describe('a path that leaves is refused by every tool', () => {
  const up = '../'.repeat(12);
  it.each([
    ['dots', () => '../secret.txt'],
    ['dots in the middle', () => 'src/../../../secret.txt'],
    ['dots to the very top', () => `${up}etc/passwd`],
    ['dots behind a slash', () => '/../../secret.txt'],
    ['dots behind a folder that is not there', () => 'nowhere/../../secret.txt'],
    ['backslashes', () => '..\\..\\secret.txt'],
    ['both slashes', () => '..\\../secret.txt'],
    ['a drive', () => 'C:/Windows/win.ini'],
    ['a drive without a slash', () => 'c:secret.txt'],
    ['a share', () => '\\\\server\\share\\secret.txt'],
    ['a device', () => '\\\\?\\C:\\secret.txt'],
    ['a NUL in the middle', () => 'a.txt\0/../../secret.txt'],
    ['dots and a space', () => '.. /secret.txt'],
    ['three dots', () => '.../secret.txt'],
    ['dots, spaces and dots', () => '.. ../secret.txt'],
    ['the top folder of another worktree', () => `${held.world.worktree.path}-other/../secret.txt`],
    ['a name of 5000 characters', () => 'x'.repeat(5000)],
    ['a thousand folders', () => 'd/'.repeat(3000)],
  ])('%s', async (_name, path) => {
    expect(await tryAll(path())).toEqual(refusedByAll);
  });
});

describe('a path that only looks like one that leaves stays in the worktree', () => {
  it.each([
    ['an absolute path of another place', () => join(held.world.beside, 'secret.txt')],
    ['an absolute path of the checkout', () => join(held.world.repo.root, 'a.txt')],
    ['the home', () => '~/secret.txt'],
    ['another home', () => '~root/secret.txt'],
    ['a variable', () => '$HOME/secret.txt'],
    ['a command', () => '$(touch pwned)/secret.txt'],
    ['URL encoding', () => '%2e%2e%2fsecret.txt'],
    ['double URL encoding', () => '%252e%252e/secret.txt'],
    ['a slash that is none (U+2215)', () => '..\u2215secret.txt'],
    ['a slash that is none (U+FF0F)', () => '..\uff0fsecret.txt'],
    ['dots that are none (U+2024)', () => '\u2024\u2024/secret.txt'],
    ['overlong dots', () => '\u00c0\u00ae\u00c0\u00ae/secret.txt'],
    ['a share with slashes', () => '//server/share/secret.txt'],
    ['a file URL', () => `file://${held.world.beside}/secret.txt`],
    ['an option', () => '--output=secret.txt'],
  ])('%s', async (_name, path) => {
    const { view } = await tryAll(path());
    // Nothing of that name was there to see.
    expect(view).toBe(true);
    const inside = path()
      .split('/')
      .filter((part) => part !== '' && part !== '.');
    const there = join(held.world.worktree.path, ...inside);
    if (existsSync(there)) expect(lstatSync(there).isFile()).toBe(true);
  });
});

describe('protected folders are refused in every spelling', () => {
  it.each([
    '.git/config',
    '.GIT/config',
    '.Git/hooks/pre-commit',
    './.git/config',
    'src/.git/config',
    '.git /config',
    '.git./config',
    '.git. . /config',
    '.g\u200cit/config',
    '.git\u200c/config',
    '\ufeff.git/config',
    '.gi\u202et/config',
    '\uff0egit/config',
    '.git::$INDEX_ALLOCATION/config',
    '.git:stream',
    'git~1/config',
    'GIT~2/config',
    'gi7eba~1/config',
    '.git',
  ])('%j', async (path) => {
    expect(await tryAll(path)).toEqual(refusedByAll);
    expect(existsSync(join(held.world.worktree.path, '.git'))).toBe(false);
  });
  it.each([
    '.ratchet/config.yml',
    '.RATCHET/config.yml',
    '.ratchet./config.yml',
    '.rat\u200dchet/config.yml',
    'ratche~1/config.yml',
    '.ratchet',
    'node_modules/dep/index.js',
    'NODE_MODULES/dep/index.js',
  ])('writes to %j', async (path) => {
    const { view, ...writes } = await tryAll(path);
    expect(view).toBeTypeOf('boolean');
    expect(Object.values(writes)).not.toContain(false);
  });
  it('and as the other name of a rename', async () => {
    const text =
      'diff --git a/a.txt b/.git/hooks/x\nsimilarity index 100%\nrename from a.txt\nrename to .git/hooks/x\n';
    expect((await held.world.tool('apply_patch', { patch: text })).isError).toBe(true);
  });
  it('and as the files that tests are asked for', async () => {
    for (const file of ['../../x', '.git/config', '-h', '--require=./x.js'])
      expect((await held.world.tool('run_tests', { files: [file] })).isError).toBe(true);
  });
  it('and as the pattern of a search', async () => {
    for (const glob of ['../**', '/etc/**', '../../**/secret.txt']) {
      const said = await held.world.tool('search_code', { query: 'canary', glob });
      expect(said.content).not.toContain('secret.txt:');
    }
  });
});
