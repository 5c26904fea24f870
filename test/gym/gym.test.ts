// The gym on real repositories and real processes: the person's checkout stays byte-identical, and nothing is left behind.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scrubbedEnvironment } from '../../src/gym/environmentVariables.ts';
import { openRepository, type Repository } from '../../src/gym/git.ts';
import { confine } from '../../src/gym/paths.ts';
import { runProcess } from '../../src/gym/process.ts';
import { makeProposal } from '../../src/gym/proposal.ts';
import { listFiles, readFileAt, takeSnapshot, treeOfRevision } from '../../src/gym/snapshot.ts';
import { runTests } from '../../src/gym/testRunner/runTests.ts';
import { useTextEditor } from '../../src/gym/textEditor.ts';
import { WorktreePool } from '../../src/gym/worktree.ts';
import { defaultConfig } from '../../src/protocol/config.ts';
import { fingerprint, makeRepository, type TestRepository } from '../helpers/repository.ts';

let repo: TestRepository;
let repository: Repository;
let pool: WorktreePool;
let poolFolder: string;

const testsConfig = defaultConfig().tests;
const passing =
  "import test from 'node:test';\nimport assert from 'node:assert';\ntest('adds', () => assert.equal(1 + 1, 2));\n";

beforeEach(async () => {
  repo = makeRepository({
    'package.json': JSON.stringify({ type: 'module', scripts: { test: 'node --test' } }),
    'a.test.js': passing,
    'src/a.txt': 'one\ntwo\n',
    'run.sh': '#!/bin/sh\n',
    '.gitignore': 'node_modules/\nignored.txt\n',
  });
  chmodSync(join(repo.root, 'run.sh'), 0o755);
  repo.commit('executable');
  const opened = await openRepository(repo.root);
  if (!opened.ok) throw new Error(opened.failure.message);
  repository = opened.value;
  poolFolder = mkdtempSync(join(tmpdir(), 'ratchet-pool-'));
  pool = new WorktreePool(repository, { directory: poolFolder, dependencyFolders: ['node_modules'], log: console });
});

afterEach(async () => {
  await pool.dispose();
  rmSync(poolFolder, { recursive: true, force: true });
  repo.remove();
});

async function snapshotTree(unsaved?: Map<string, Uint8Array>): Promise<string> {
  const taken = await takeSnapshot(repository, unsaved === undefined ? {} : { unsaved });
  if (!taken.ok) throw new Error(taken.failure.message);
  return taken.value.tree;
}

const textAt = async (tree: string, path: string): Promise<string | undefined> => {
  const bytes = await readFileAt(repository, tree, path);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
};

describe('snapshot', () => {
  it('holds the dirty working copy and touches nothing of it', async () => {
    repo.write({ 'src/a.txt': 'one\nTWO\n', 'new file.txt': 'new', 'ignored.txt': 'no', 'staged.txt': 'staged' });
    repo.git('add', 'staged.txt');
    rmSync(join(repo.root, 'a.test.js'));
    symlinkSync('src/a.txt', join(repo.root, 'link'));
    repo.git('stash', 'list');
    const before = fingerprint(repo.root);
    const tree = await snapshotTree(new Map([['src/a.txt', new TextEncoder().encode('typed\n')]]));
    expect(fingerprint(repo.root)).toEqual(before);
    const files = await listFiles(repository, tree);
    expect(files.map(({ path, mode }) => `${mode} ${path}`)).toEqual([
      '100644 .gitignore',
      '120000 link',
      '100644 new file.txt',
      '100644 package.json',
      '100755 run.sh',
      '100644 src/a.txt',
      '100644 staged.txt',
    ]);
    expect(await textAt(tree, 'src/a.txt')).toBe('typed\n');
    expect(await textAt(tree, 'src')).toBeUndefined();
    expect(await textAt(tree, '*')).toBeUndefined();
  });

  it('works in a repository without a commit, and without a file', async () => {
    const empty = makeRepository({});
    try {
      const opened = await openRepository(empty.root);
      if (!opened.ok) throw new Error(opened.failure.message);
      const head = await treeOfRevision(opened.value, 'HEAD');
      const taken = await takeSnapshot(opened.value);
      expect(head).toEqual({ ok: true, value: taken.ok ? taken.value.tree : '' });
    } finally {
      empty.remove();
    }
  });

  it('keeps the spelling of a folder that is opened through a link', async () => {
    repo.write({ 'sub/a.txt': 'a' });
    const link = join(tmpdir(), `ratchet-link-${process.pid}`);
    symlinkSync(repo.root, link);
    try {
      const opened = await openRepository(join(link, 'sub'));
      expect(opened).toMatchObject({ ok: true, value: { spelledRoot: link } });
    } finally {
      unlinkSync(link);
    }
  });

  it('says what to do where there is no repository', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ratchet-none-'));
    expect(await openRepository(folder)).toMatchObject({
      ok: false,
      failure: { reason: 'notARepository', message: expect.stringMatching(/git init/) },
    });
    rmSync(folder, { recursive: true });
  });
});

describe('worktree', () => {
  it('is exactly the tree, is reset to it, and leaves the checkout alone', async () => {
    repo.write({ 'node_modules/dep/index.js': 'export {}', 'src/a.txt': 'dirty\n' });
    const before = fingerprint(repo.root);
    const tree = await snapshotTree();
    const worktree = await pool.acquire('one', tree);
    expect(readFileSync(join(worktree.path, 'src/a.txt'), 'utf8')).toBe('dirty\n');
    expect(readFileSync(join(worktree.path, 'node_modules/dep/index.js'), 'utf8')).toBe('export {}');
    writeFileSync(join(worktree.path, 'src/a.txt'), 'changed\n');
    writeFileSync(join(worktree.path, 'left behind'), '');
    writeFileSync(join(worktree.path, 'ignored.txt'), '');
    writeFileSync(join(worktree.path, 'node_modules/.cache'), 'tool');
    const changed = await worktree.snapshot();
    expect(await textAt(changed, 'src/a.txt')).toBe('changed\n');
    expect((await listFiles(repository, changed)).some(({ path }) => path.startsWith('node_modules'))).toBe(false);
    await worktree.reset(tree);
    expect(await worktree.snapshot()).toBe(tree);
    expect(readdirSync(worktree.path).sort()).toEqual([
      '.gitignore',
      'a.test.js',
      'node_modules',
      'package.json',
      'run.sh',
      'src',
    ]);
    await worktree.release();
    expect(fingerprint(repo.root)).toEqual(before);
  });

  it('keeps a committed dependency folder as part of the work', async () => {
    repo.write({ 'vendor/lib.txt': 'ours' });
    repo.commit('vendor');
    const own = new WorktreePool(repository, { directory: poolFolder, dependencyFolders: ['vendor'], log: console });
    const worktree = await own.acquire('vendored', await snapshotTree());
    writeFileSync(join(worktree.path, 'vendor/lib.txt'), 'changed');
    expect(await textAt(await worktree.snapshot(), 'vendor/lib.txt')).toBe('changed');
    expect(repo.read('vendor/lib.txt')).toBe('ours');
    await worktree.release();
    await own.dispose();
  });
});

describe('proposal', () => {
  it('splits into hunks, and its patch applies to the base', async () => {
    const base = await snapshotTree();
    repo.write({ 'src/a.txt': 'ONE\ntwo\nthree\n', 'b.txt': 'new\n', 'bin.dat': '\0\x01' });
    rmSync(join(repo.root, 'run.sh'));
    const candidate = await snapshotTree();
    const proposal = await makeProposal(repository, base, candidate);
    if (!proposal.ok) throw new Error(proposal.failure.message);
    expect(
      proposal.value.files.map(({ path, kind, binary, hunks }) => [path, kind, binary, hunks.map((hunk) => hunk.kind)]),
    ).toEqual([
      ['b.txt', 'added', false, ['create']],
      ['bin.dat', 'added', true, ['binary']],
      ['run.sh', 'deleted', false, ['delete']],
      ['src/a.txt', 'modified', false, ['text', 'text']],
    ]);
    repo.git('checkout', '-q', '--', '.');
    rmSync(join(repo.root, 'b.txt'));
    rmSync(join(repo.root, 'bin.dat'));
    writeFileSync(join(repo.root, '.git', 'p.patch'), proposal.value.patch);
    repo.git('apply', '.git/p.patch');
    expect(await snapshotTree()).toBe(candidate);
  });
});

describe('runTests', () => {
  const run = async (cwd: string, config = testsConfig) => {
    const report = await runTests({ cwd, config, sandbox: defaultConfig().sandbox });
    if (!report.ok) throw new Error(report.failure.message);
    return report.value;
  };

  it('reads node:test one by one, with failures and skips', async () => {
    repo.write({
      'b.test.js': `import { describe, it } from 'node:test';\nimport assert from 'node:assert';\ndescribe('suite', () => {\n  it('fails', () => assert.equal(1, 2));\n  it.skip('waits', () => {});\n  it('holds', () => {});\n});\n`,
      'broken.test.js': 'syntax error here',
    });
    const report = await run(repo.root);
    expect(report).toMatchObject({ runner: 'node:test', perTest: true, counts: { passed: 2, failed: 1, skipped: 1 } });
    expect(report.exitCode).not.toBe(0);
    expect(report.tests.find(({ status }) => status === 'failed')).toMatchObject({
      id: 'b.test.js > suite > fails',
      file: 'b.test.js',
      line: 4,
    });
    expect(report.errors.join()).toContain('broken.test.js');
  });

  it('reads vitest', async () => {
    repo.write({
      'package.json': JSON.stringify({ type: 'module', scripts: { test: 'echo lint && vitest' } }),
      'a.test.js':
        "import { expect, it } from 'vitest';\nit('adds', () => expect(2).toBe(2));\nit('subtracts', () => expect(1).toBe(2));\n",
    });
    symlinkSync(realpathSync('node_modules'), join(repo.root, 'node_modules'));
    const report = await run(repo.root);
    expect(report).toMatchObject({ runner: 'vitest', perTest: true, counts: { passed: 1, failed: 1, skipped: 0 } });
    expect(report.tests[1]).toMatchObject({
      file: 'a.test.js',
      status: 'failed',
      message: expect.stringContaining('expected 1'),
    });
  });

  it('knows only the exit code of other commands', async () => {
    const report = await run(repo.root, { ...testsConfig, command: 'echo done; exit 3' });
    expect(report).toMatchObject({ runner: 'command', perTest: false, exitCode: 3, tests: [] });
  });

  it('stops tests that take too long, and says so', async () => {
    const report = await run(repo.root, { ...testsConfig, command: 'sleep 60', timeoutSeconds: 0.3 });
    expect(report).toMatchObject({ timedOut: true, exitCode: null });
    expect(report.errors.join()).toContain('longer than 0.3 seconds');
  });

  it('does not take a killed runner for a green one', async () => {
    repo.write({ 'a.test.js': `${passing}process.on('exit', () => process.kill(process.ppid, 'SIGKILL'));\n` });
    const report = await run(repo.root);
    expect(report.perTest).toBe(false);
    expect(report.errors.join()).toContain('without a complete report');
  });

  it('fails with noTests where there is no command', async () => {
    repo.write({ 'package.json': '{}' });
    expect(await runTests({ cwd: repo.root, config: testsConfig, sandbox: defaultConfig().sandbox })).toMatchObject({
      ok: false,
      failure: { reason: 'noTests' },
    });
  });
});

describe('runProcess', () => {
  const base = { cwd: tmpdir(), env: scrubbedEnvironment(), timeoutMs: 20_000 };
  const processesWith = (mark: string): string =>
    spawnSync('sh', ['-c', `grep -la ${mark} /proc/[0-9]*/environ 2>/dev/null`], { encoding: 'utf8' }).stdout.trim();

  it.runIf(process.platform === 'linux')('kills a grandchild that left its session', async () => {
    const mark = `RATCHET_TEST_${Date.now()}`;
    const command = `(setsid sh -c 'setsid sleep 300 & sleep 300' &) ; sleep 300`;
    const ran = await runProcess({
      ...base,
      env: scrubbedEnvironment({ [mark]: '1' }),
      command,
      shell: true,
      timeoutMs: 500,
    });
    expect(ran).toMatchObject({ timedOut: true, exitCode: null });
    expect(processesWith(mark)).toBe('');
  });

  it.runIf(process.platform === 'linux')('leaves nothing behind when the command ends well', async () => {
    const mark = `RATCHET_TEST_${Date.now()}`;
    const ran = await runProcess({
      ...base,
      env: scrubbedEnvironment({ [mark]: '1' }),
      command: 'setsid sleep 300 & echo ok',
      shell: true,
    });
    expect(ran).toMatchObject({ exitCode: 0, stdout: 'ok\n' });
    expect(processesWith(mark)).toBe('');
  });

  it('is canceled within a second', async () => {
    const abort = new AbortController();
    const running = runProcess({
      ...base,
      command: 'sleep 300',
      shell: true,
      signal: abort.signal,
      onOutput: () => undefined,
    });
    setImmediate(() => abort.abort());
    const started = performance.now();
    expect(await running).toMatchObject({ canceled: true });
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('says why a command cannot start', async () => {
    expect(await runProcess({ ...base, command: '/no/such/program' })).toMatchObject({
      exitCode: null,
      spawnError: expect.stringContaining('ENOENT'),
    });
  });

  it('passes no secret on', () => {
    process.env.TEST_API_KEY = 'secret';
    process.env.ANTHROPIC_API_KEY = 'secret';
    expect(Object.values(scrubbedEnvironment())).not.toContain('secret');
    delete process.env.TEST_API_KEY;
    delete process.env.ANTHROPIC_API_KEY;
  });
});

describe('the text editor', () => {
  const edit = async (input: Parameters<typeof useTextEditor>[1]) =>
    await useTextEditor(realpathSync(repo.root), input);

  it('replaces exactly one place, and takes $& as text', async () => {
    expect(await edit({ command: 'str_replace', path: 'src/a.txt', old_str: 'two', new_str: '$& $1' })).toMatchObject({
      isError: false,
    });
    expect(repo.read('src/a.txt')).toBe('one\n$& $1\n');
  });

  it('refuses what is not there or not unique, and says what is near', async () => {
    repo.write({ 'src/a.txt': 'let x = 1;\nlet  y = 2;\nlet x = 1;\n' });
    const missing = await edit({ command: 'str_replace', path: 'src/a.txt', old_str: 'let y = 2;', new_str: '' });
    expect(missing).toMatchObject({
      isError: true,
      content: expect.stringMatching(/nearest lines are:\s+2\tlet {2}y = 2;/),
    });
    const twice = await edit({ command: 'str_replace', path: 'src/a.txt', old_str: 'let x = 1;', new_str: '' });
    expect(twice).toMatchObject({ isError: true, content: expect.stringContaining('lines 1, 3') });
    expect(repo.read('src/a.txt')).toBe('let x = 1;\nlet  y = 2;\nlet x = 1;\n');
  });

  it('keeps CRLF, byte order mark and a missing final newline', async () => {
    repo.write({ 'w.txt': '\uFEFFone\r\ntwo' });
    await edit({ command: 'str_replace', path: 'w.txt', old_str: 'one\ntwo', new_str: '1\n2' });
    expect(repo.read('w.txt')).toBe('\uFEFF1\r\n2');
    await edit({ command: 'insert', path: 'w.txt', insert_line: 1, insert_text: 'between' });
    expect(repo.read('w.txt')).toBe('\uFEFF1\r\nbetween\r\n2');
  });

  it('stays in the worktree', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'ratchet-outside-'));
    symlinkSync(outside, join(repo.root, 'out'));
    symlinkSync(join(outside, 'nowhere'), join(repo.root, 'dangling'));
    const root = realpathSync(repo.root);
    for (const path of [
      '../x',
      '/../x',
      'src/../../x',
      'out/x',
      'dangling',
      '.git/config',
      '.GIT/config',
      'a/.git/hooks/x',
      '.ratchet/config.yml',
      'C:\\x',
      'a\0b',
      'node_modules/x.js',
    ])
      expect(await confine(root, path, 'write'), path).toMatchObject({ ok: false, failure: { reason: 'pathRefused' } });
    for (const path of ['src/new/deep.ts', './src/a.txt', '/src/a.txt', join(root, 'src/a.txt')])
      expect(await confine(root, path, 'write'), path).toMatchObject({ ok: true });
    expect(await edit({ command: 'create', path: 'out/x', file_text: 'x' })).toMatchObject({ isError: true });
    expect(readdirSync(outside)).toEqual([]);
    rmSync(outside, { recursive: true });
  });
});
