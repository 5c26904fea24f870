// A worktree that is reset after any command holds the very files of the tree, by the short way, and nothing outside of it
// has changed.
import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRepository, type Repository } from '../../src/gym/git.ts';
import { takeSnapshot } from '../../src/gym/snapshot.ts';
import { WorktreePool } from '../../src/gym/worktree.ts';
import { makeRepository, type TestRepository } from '../helpers/repository.ts';

let repo: TestRepository;
let repository: Repository;
let folder: string;
const warnings: string[] = [];

beforeEach(async () => {
  repo = makeRepository({
    'a.txt': 'one\n',
    'src/b.txt': 'b\n',
    'src/deep/c.txt': 'c\n',
    'lib/d.txt': 'd\n',
    'run.sh': '#!/bin/sh\n',
    '.gitignore': 'ignored.txt\nbuild/\nnode_modules\n',
  });
  const opened = await openRepository(repo.root);
  if (!opened.ok) throw new Error(opened.failure.message);
  repository = opened.value;
  folder = mkdtempSync(join(tmpdir(), 'ratchet-quick-'));
  mkdirSync(join(folder, 'outside'));
  writeFileSync(join(folder, 'outside/theirs.txt'), 'theirs\n');
  warnings.length = 0;
});
afterEach(() => {
  repo.remove();
  rmSync(folder, { recursive: true, force: true });
});

const makePool = (dependencyFolders: string[] = []) =>
  new WorktreePool(repository, {
    directory: join(folder, 'pool'),
    dependencyFolders,
    log: { warn: (message) => warnings.push(message) },
  });

async function snapshot(): Promise<string> {
  const taken = await takeSnapshot(repository);
  if (!taken.ok) throw new Error(taken.failure.message);
  return taken.value.tree;
}

/** Everything in a folder: kind, mode, content. Folders too. */
function listing(root: string, below = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) Object.assign(found, { [path]: 'folder' }, listing(root, path));
    else if (entry.isSymbolicLink()) found[path] = `link ${readlinkSync(join(root, path))}`;
    else if (entry.isFile())
      found[path] = `${(lstatSync(join(root, path)).mode & 0o100) !== 0} ${readFileSync(join(root, path), 'latin1')}`;
    else found[path] = 'special';
  }
  return found;
}

/** Lines of a shell, each of which may fail. */
const commands = [
  'echo more >> a.txt',
  'touch -r a.txt ../t; printf "two\\n" > a.txt; touch -r ../t a.txt',
  'rm -f a.txt src/b.txt',
  'rm -rf src && ln -s "$OUTSIDE" src',
  'rm -rf src/deep && ln -s "$OUTSIDE" src/deep',
  'rm -rf src && echo file > src',
  'rm -f lib/d.txt; mkdir -p lib/d.txt/x; echo x > lib/d.txt/x/y',
  'mkdir -p empty/er build; echo b > build/out; echo i > ignored.txt',
  'mkfifo src/deep/pipe; rm -f run.sh; mkfifo run.sh',
  'chmod +x a.txt; chmod -x run.sh',
  'mkdir -p .git/hooks lib/.git; echo x > .git/config; echo y > lib/.git/HEAD',
  'mv src moved; mkdir src; mv moved src/',
  'ln "$OUTSIDE/theirs.txt" lib/hard.txt; rm -f "lib/hard.txt"',
  'printf x > "$(printf "lib/\\377name")"',
  'ln -s ../a.txt lib/link; rm -f lib/d.txt; ln -s link lib/d.txt',
  'mv lib/d.txt lib/e.txt; cp -p a.txt lib/d.txt',
];

describe.skipIf(process.platform !== 'linux')('the reset after a command', () => {
  it('holds the files of the tree after any commands, and any snapshot between', async () => {
    const start = await snapshot();
    repo.write({ 'src/deep/f.txt': 'f\n', 'new/g.txt': 'g\n', 'a.txt': 'ONE\n' });
    rmSync(join(repo.root, 'lib'), { recursive: true });
    repo.write({ lib: 'a file now\n' });
    const trees = [start, await snapshot()];
    const pool = makePool();
    const wanted = await Promise.all(
      trees.map(async (tree, index) => listing((await pool.acquire(`wanted-${index}`, tree)).path)),
    );
    const worktree = await pool.acquire('one', start);
    const step = fc.record({
      lines: fc.array(fc.constantFrom(...commands), { minLength: 1, maxLength: 4 }),
      snapshots: fc.boolean(),
      to: fc.integer({ min: 0, max: 1 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 3 }), async (steps) => {
        for (const { lines, snapshots, to } of steps) {
          const env = { ...process.env, OUTSIDE: join(folder, 'outside') };
          for (const line of lines)
            try {
              execFileSync('sh', ['-c', line], { cwd: worktree.path, env, stdio: 'ignore' });
            } catch {
              // What another line has removed cannot be changed.
            }
          // Commands are not contained here; the reset is what may not reach out.
          const outside = listing(join(folder, 'outside'));
          // A snapshot that cannot be taken leaves an index that says nothing.
          if (snapshots) await worktree.snapshot().catch(() => undefined);
          await worktree.reset(trees[to] ?? start);
          expect(listing(worktree.path)).toEqual(wanted[to]);
          expect(listing(join(folder, 'outside'))).toEqual(outside);
        }
      }),
      { numRuns: 60 },
    );
    expect(warnings).toEqual([]);
    await pool.dispose();
  });

  it('holds them too where nothing is known of the worktree, whatever git would not see', async () => {
    const tree = await snapshot();
    const pool = makePool();
    const worktree = await pool.acquire('one', tree);
    const wanted = listing(worktree.path);
    const lines = [
      'mkdir -p lib/.git "$(printf "lib/\\377folder")"; echo y > lib/.git/HEAD',
      'mkfifo src/pipe',
      'rm run.sh; mkfifo run.sh',
    ];
    for (const line of lines) execFileSync('sh', ['-c', line], { cwd: worktree.path });
    rmSync(join(worktree.path, '..', 'index'));
    await worktree.reset(tree);
    expect(listing(worktree.path)).toEqual(wanted);
    await pool.dispose();
  });

  it('goes on where the last holder of the worktree stopped', async () => {
    const tree = await snapshot();
    const pool = makePool();
    const first = await pool.acquire('one', tree);
    writeFileSync(join(first.path, 'left.txt'), '');
    const inode = lstatSync(join(first.path, 'a.txt')).ino;
    await first.release();
    const second = await pool.acquire('one', tree);
    expect(Object.keys(listing(second.path))).not.toContain('left.txt');
    expect(lstatSync(join(second.path, 'a.txt')).ino).toBe(inode);
    await second.release();
    await pool.dispose();
  });

  it('does not believe an index that is not its own', async () => {
    const tree = await snapshot();
    const pool = makePool();
    const worktree = await pool.acquire('one', tree);
    const wanted = listing(worktree.path);
    rmSync(join(worktree.path, '..', 'index'));
    rmSync(join(worktree.path, 'a.txt'));
    await worktree.reset(tree);
    expect(listing(worktree.path)).toEqual(wanted);
    await pool.dispose();
  });

  it('shares what the tree does not carry, and stops when it does', async () => {
    repo.write({ 'node_modules/p/index.js': '', 'vendor/lib.txt': 'shared\n' });
    writeFileSync(join(repo.root, '.git/info/exclude'), 'vendor\n');
    const without = await snapshot();
    const pool = makePool(['node_modules', 'vendor']);
    const worktree = await pool.acquire('one', without);
    expect(lstatSync(join(worktree.path, 'vendor')).isSymbolicLink()).toBe(true);
    repo.git('add', '-f', 'vendor');
    const carried = await snapshot();
    await worktree.reset(carried);
    expect(lstatSync(join(worktree.path, 'vendor')).isDirectory()).toBe(true);
    writeFileSync(join(worktree.path, 'vendor/lib.txt'), 'changed\n');
    await worktree.reset(without);
    expect(lstatSync(join(worktree.path, 'vendor')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(repo.root, 'vendor/lib.txt'), 'utf8')).toBe('shared\n');
    expect(readdirSync(join(worktree.path, 'node_modules'))).toEqual(['p']);
    expect(warnings).toEqual([]);
    await pool.dispose();
  });
});
