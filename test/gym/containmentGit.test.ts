// Attempts to have git, as we call it, run something: settings, hooks, drivers and repositories planted in the worktree,
// and the environment of this process. Every attempt would leave a file if it were run.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useWorld } from '../helpers/containment.ts';

const held = useWorld();
let marker: string;
beforeEach(() => {
  marker = join(dirname(held.world.worktree.path), 'was-run');
});
afterEach(() => {
  expect(existsSync(marker)).toBe(false);
});

const inside = (path: string): string => join(held.world.worktree.path, path);
function plant(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(inside(path)), { recursive: true });
  writeFileSync(inside(path), text, { mode });
}
const git = (folder: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
    cwd: inside(folder),
    stdio: 'pipe',
  });

/** A repository of its own inside the worktree, with a commit and a change, and settings for git to fall for. */
function nested(folder: string, settings: Readonly<Record<string, string>>, attributes = ''): void {
  plant(`${folder}/f.txt`, 'one\n');
  git(folder, 'init', '-q');
  git(folder, 'add', '.');
  git(folder, 'commit', '-q', '-m', 'start');
  for (const [name, value] of Object.entries(settings)) git(folder, 'config', name, value);
  if (attributes !== '') plant(`${folder}/.gitattributes`, attributes);
  plant(`${folder}/f.txt`, 'changed\n');
}

/** Everything the gym does with git in a worktree. */
async function everything(): Promise<void> {
  const { world } = held;
  for (let round = 0; round < 2; round += 1) await world.worktree.snapshot();
  await world.tool('search_code', { query: 'one', glob: '**' });
  await world.tool('str_replace_based_edit_tool', { command: 'create', path: 'new.txt', file_text: 'new\n' });
  await world.reset();
  expect(readdirSync(world.worktree.path).sort()).toEqual(['.gitignore', '.ratchet', 'a.txt', 'node_modules', 'src']);
}

describe('a repository inside the worktree', () => {
  it.each([
    ['core.fsmonitor', ''],
    ['core.sshCommand', ''],
    ['core.pager', ''],
    ['core.editor', ''],
    ['core.askPass', ''],
    ['diff.external', ''],
    ['credential.helper', ''],
    ['gpg.program', ''],
    ['filter.x.clean', '* filter=x\n'],
    ['filter.x.smudge', '* filter=x\n'],
    ['filter.x.process', '* filter=x\n'],
    ['diff.x.textconv', '* diff=x\n'],
    ['diff.x.command', '* diff=x\n'],
    ['merge.x.driver', '* merge=x\n'],
  ])('with %s', async (setting, attributes) => {
    nested('sub', { [setting]: `touch ${marker}; cat` }, attributes);
    await everything();
  });
  it.each(['post-checkout', 'post-index-change', 'pre-commit', 'reference-transaction', 'fsmonitor-watchman'])(
    'with the hook %s',
    async (name) => {
      nested('sub', {});
      plant(`sub/.git/hooks/${name}`, `#!/bin/sh\ntouch ${marker}\n`, 0o755);
      await everything();
    },
  );
  it('with a folder of hooks elsewhere', async () => {
    plant('hooks/post-index-change', `#!/bin/sh\ntouch ${marker}\n`, 0o755);
    nested('sub', { 'core.hooksPath': inside('hooks') });
    await everything();
  });
});

describe('the worktree itself as a repository', () => {
  const config = () =>
    `[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tfsmonitor = "touch ${marker}"\n\tpager = "touch ${marker}"\n\thooksPath = ${inside('hooks')}\n\tworktree = ${held.world.worktree.path}\n[alias]\n\tgrep = "!touch ${marker}"\n[filter "x"]\n\tclean = "touch ${marker}; cat"\n\tsmudge = "touch ${marker}; cat"\n`;
  it('with a git folder', async () => {
    git('.', 'init', '-q');
    plant('.git/config', config());
    plant('hooks/post-index-change', `#!/bin/sh\ntouch ${marker}\n`, 0o755);
    plant('.gitattributes', '* filter=x\n');
    await everything();
  });
  it('with a file that names another git folder', async () => {
    git('.', 'init', '-q', '--bare', 'other');
    plant('other/config', config());
    plant('.git', 'gitdir: other\n');
    plant('.gitattributes', '* filter=x\n');
    await everything();
  });
  it('as a bare repository', async () => {
    git('.', 'init', '-q', '--bare', '.');
    plant('config', config());
    await everything();
  });
});

describe('files that git reads', () => {
  it.each([
    [
      '.gitattributes with drivers nobody has',
      '.gitattributes',
      '* filter=x diff=x merge=x working-tree-encoding=UTF-99\n',
    ],
    ['.gitattributes with a macro', 'src/.gitattributes', '[attr]binary filter=x\n* binary\n'],
    ['.gitconfig', '.gitconfig', '[core]\n\tfsmonitor = "touch was-run"\n'],
    [
      '.gitmodules with a command as its update',
      '.gitmodules',
      '[submodule "s"]\n\tpath = s\n\turl = ./s\n\tupdate = !touch was-run\n',
    ],
    [
      '.gitmodules with a command as its address',
      '.gitmodules',
      '[submodule "s"]\n\tpath = s\n\turl = ext::sh -c "touch was-run"\n',
    ],
    ['.gitmodules with an option as its address', '.gitmodules', '[submodule "s"]\n\tpath = s\n\turl = -u./payload\n'],
    ['.gitmodules with a name that leaves', '.gitmodules', '[submodule "../../x"]\n\tpath = s\n\turl = ./s\n'],
    ['.mailmap that is huge', '.mailmap', `${'A <a@example.com>\n'.repeat(50_000)}`],
  ])('%s', async (_name, path, text) => {
    plant(path, text);
    await everything().catch((error: unknown) => {
      // Git may refuse what it cannot read; what matters is that it runs nothing.
      expect(String(error)).toMatch(/UTF-99|encoding/);
    });
    plant('.gitattributes', '');
    await held.world.reset();
  });
});

describe('the environment of this process', () => {
  it.each([
    'GIT_EXTERNAL_DIFF',
    'GIT_SSH_COMMAND',
    'GIT_PAGER',
    'GIT_EDITOR',
    'GIT_ASKPASS',
    'GIT_EXEC_PATH',
    'GIT_TEMPLATE_DIR',
    'GIT_CONFIG_PARAMETERS',
    'GIT_DIR',
    'GIT_INDEX_FILE',
    'GIT_OBJECT_DIRECTORY',
  ])('%s does not reach git', async (name) => {
    const before = process.env[name];
    process.env[name] = name === 'GIT_CONFIG_PARAMETERS' ? `'core.fsmonitor'='touch ${marker}'` : `touch ${marker}`;
    try {
      await held.world.worktree.snapshot();
      await held.world.tool('search_code', { query: 'one' });
      await held.world.reset();
    } finally {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    }
  });
});
