// Packages of the repository itself that dependency folders lead to: tests in a worktree run the code of the worktree, never
// that of the person's checkout.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRepository, type Repository } from '../../src/gym/git.ts';
import { takeSnapshot } from '../../src/gym/snapshot.ts';
import { runTests } from '../../src/gym/testRunner/runTests.ts';
import { WorktreePool } from '../../src/gym/worktree.ts';
import { placeOfCommands } from '../../src/host/judge.ts';
import { configSchema } from '../../src/protocol/config.ts';
import { makeRepository, type TestRepository } from '../helpers/repository.ts';

let repo: TestRepository;
let repository: Repository;
let pool: WorktreePool;
let directory: string;

async function start(files: Record<string, string>): Promise<void> {
  repo = makeRepository({ '.gitignore': 'node_modules/\nvendor/\n.venv/\n__pycache__/\n', ...files });
  const opened = await openRepository(repo.root);
  if (!opened.ok) throw new Error(opened.failure.message);
  repository = opened.value;
  pool = new WorktreePool(repository, {
    directory,
    dependencyFolders: ['node_modules', '.venv', 'vendor'],
    log: console,
  });
}
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ratchet-pool-'));
});
afterEach(async () => {
  await pool.dispose();
  repo.remove();
  rmSync(directory, { recursive: true, force: true });
});

/** What the tests say of the working copy with a change that is taken back again before they run. */
async function testsOf(change: Record<string, string>, command: string) {
  const before = Object.fromEntries(Object.keys(change).map((path) => [path, repo.read(path)]));
  repo.write(change);
  const taken = await takeSnapshot(repository);
  repo.write(before);
  if (!taken.ok) throw new Error(taken.failure.message);
  const worktree = await pool.acquire('one', taken.value.tree);
  try {
    const { tests, sandbox } = configSchema.parse({ tests: { command } });
    const ran = await runTests({ ...placeOfCommands(repository, worktree.path), config: tests, sandbox });
    if (!ran.ok) throw new Error(ran.failure.message);
    const { counts, errors, outputTail } = ran.value;
    return { ...counts, said: `${errors.join('\n')}${outputTail}`, path: worktree.path };
  } finally {
    await worktree.release();
  }
}

describe('packages of an npm workspace', () => {
  const isTwo = (name: string) =>
    `const test = require('node:test');\nconst { value } = require('${name}');\ntest('${name} is two', () => require('node:assert').equal(value, 2));\n`;

  beforeEach(async () => {
    await start({
      'package.json': JSON.stringify({ workspaces: ['packages/*'], scripts: { test: 'node --test' } }),
      'packages/a/package.json': JSON.stringify({ name: 'a', bin: 'cli.js' }),
      'packages/a/index.js': 'exports.value = 1;\n',
      'packages/a/cli.js': "#!/usr/bin/env node\nconsole.log(require('a').value);\n",
      'packages/c/package.json': JSON.stringify({ name: '@s/c' }),
      'packages/c/index.js': 'exports.value = 1;\n',
      'packages/b/a.test.js': isTwo('a'),
      'packages/b/c.test.js': isTwo('@s/c'),
      'packages/b/bin.test.js':
        "const test = require('node:test');\nconst { execFileSync } = require('node:child_process');\ntest('the command says two', () => require('node:assert').equal(execFileSync('node_modules/.bin/a', { encoding: 'utf8' }), '2\\n'));\n",
      'packages/b/dep.test.js':
        "const test = require('node:test');\ntest('others are there', () => require('node:assert').equal(require('other') + require('@s/other'), 14));\n",
    });
    const modules = join(repo.root, 'node_modules');
    for (const [name, text] of [
      ['other', '7'],
      ['@s/other', '7'],
    ] as const) {
      mkdirSync(join(modules, name), { recursive: true });
      writeFileSync(join(modules, name, 'index.js'), `module.exports = ${text};\n`);
    }
    mkdirSync(join(modules, '.bin'));
    execFileSync('chmod', ['+x', join(repo.root, 'packages/a/cli.js')]);
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'executable');
    symlinkSync('../packages/a', join(modules, 'a'));
    symlinkSync('../../packages/c', join(modules, '@s', 'c'));
    symlinkSync('../a/cli.js', join(modules, '.bin', 'a'));
  });

  it('are those of the worktree, commands and scopes included; all others are shared', async () => {
    const change = { 'packages/a/index.js': 'exports.value = 2;\n', 'packages/c/index.js': 'exports.value = 2;\n' };
    const { said, ...counts } = await testsOf(change, 'node --test');
    expect(said).not.toContain('not ok');
    expect(counts).toMatchObject({ passed: 4, failed: 0 });
    const modules = join(counts.path, 'node_modules');
    expect(realpathSync(join(modules, 'other'))).toBe(realpathSync(join(repo.root, 'node_modules/other')));
    expect(realpathSync(join(modules, '@s/c'))).toBe(realpathSync(join(counts.path, 'packages/c')));
    expect(readlinkSync(join(repo.root, 'node_modules/a'))).toBe('../packages/a');
  });

  it('are there again after a command that put its own code in the place of dependencies', async () => {
    const { path } = await testsOf({}, 'true');
    const modules = join(path, 'node_modules');
    for (const name of ['other', '.bin', '@s/other', 'a']) rmSync(join(modules, name), { recursive: true });
    symlinkSync('/tmp', join(modules, '@s', 'other'));
    for (const [file, text] of Object.entries({ 'other/index.js': '', 'fake/index.js': '', '.cache/x': 'kept' })) {
      mkdirSync(dirname(join(modules, file)), { recursive: true });
      writeFileSync(join(modules, file), text);
    }
    const again = await testsOf({}, 'true');
    expect(again.path).toBe(path);
    expect(readdirSync(modules).sort()).toEqual(['.bin', '.cache', '@s', 'a', 'other']);
    for (const name of ['other', '@s/other'])
      expect(realpathSync(join(modules, name))).toBe(realpathSync(join(repo.root, 'node_modules', name)));
    expect(realpathSync(join(modules, '.bin/a'))).toBe(realpathSync(join(path, 'packages/a/cli.js')));
  });

  it('fail where the change does not make it', async () => {
    expect(await testsOf({ 'packages/a/index.js': 'exports.value = 3;\n' }, 'node --test')).toMatchObject({
      passed: 1,
      failed: 3,
    });
  });
});

const python = spawnSync('python3', ['--version']).status === 0;

describe.skipIf(!python)('editable installs of Python (skipped without python3)', () => {
  it.each([
    ['a path', (site: string, root: string) => writeFileSync(join(site, '__editable__.pkg.pth'), `${root}/src\n`)],
    [
      'a finder',
      (site: string, root: string) => {
        writeFileSync(join(site, '__editable___pkg_finder.py'), finderOf(`${root}/src/pkg`));
        writeFileSync(join(site, '__editable__.pkg.pth'), 'import __editable___pkg_finder as f; f.install()\n');
      },
    ],
  ])('by %s give the code of the worktree', async (_, install) => {
    await start({
      'src/pkg/__init__.py': 'value = 1\n',
      'tests/test_pkg.py':
        'import unittest\nimport pkg\n\n\nclass T(unittest.TestCase):\n    def test_two(self):\n        self.assertEqual(pkg.value, 2)\n',
    });
    execFileSync('python3', ['-m', 'venv', '--without-pip', '.venv'], { cwd: repo.root });
    const [version = ''] = readdirSync(join(repo.root, '.venv/lib'));
    install(join(repo.root, '.venv/lib', version, 'site-packages'), repo.root);
    const command = '.venv/bin/python -m unittest discover -s tests';
    expect(await testsOf({}, command)).toMatchObject({ passed: 0, failed: 1 });
    expect(await testsOf({ 'src/pkg/__init__.py': 'value = 2\n' }, command)).toMatchObject({ passed: 1, failed: 0 });
  });
});

describe('a vendor folder of Composer', () => {
  it('has a loader that lies in the worktree; packages are shared, and those of the repository are its own', async () => {
    await start({ 'composer.json': '{}', 'src/A.php': '<?php\n', 'packages/p/P.php': '<?php\n' });
    const vendor = join(repo.root, 'vendor');
    for (const [path, text] of Object.entries({
      'autoload.php': '<?php require __DIR__ . "/composer/autoload_real.php";\n',
      'composer/autoload_real.php': '<?php $baseDir = dirname(dirname(__DIR__));\n',
      'bin/phpunit': '#!/usr/bin/env php\n<?php require __DIR__ . "/../autoload.php";\n',
      'org/other/B.php': '<?php\n',
    })) {
      mkdirSync(dirname(join(vendor, path)), { recursive: true });
      writeFileSync(join(vendor, path), text);
    }
    symlinkSync('../../packages/p', join(vendor, 'org', 'p'));
    const { path } = await testsOf({}, 'true');
    // PHP knows a file by its real path.
    for (const name of ['autoload.php', 'composer/autoload_real.php', 'bin/phpunit', 'org/p/P.php'])
      expect(realpathSync(join(path, 'vendor', name)).startsWith(`${path}/`)).toBe(true);
    expect(realpathSync(join(path, 'vendor/org/other/B.php'))).toBe(realpathSync(join(vendor, 'org/other/B.php')));
  });
});

/** As setuptools writes it, in short. */
const finderOf = (folder: string): string => `import sys
from importlib.util import spec_from_file_location
MAPPING = {'pkg': '${folder}'}
class Finder:
    @classmethod
    def find_spec(cls, fullname, path=None, target=None):
        if fullname in MAPPING:
            return spec_from_file_location(fullname, MAPPING[fullname] + '/__init__.py')
def install():
    sys.meta_path.append(Finder)
`;
