// Snapshots and worktree resets against the ways of others: the same commands, in the same repository, in turn.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openRepository, type Repository } from '../../src/gym/git.ts';
import { takeSnapshot } from '../../src/gym/snapshot.ts';
import { WorktreePool } from '../../src/gym/worktree.ts';

export type AddRow = (what: string, ms: number, against?: string, ratio?: number) => void;

const rounds = 5;
const edited = 'src/p0/d0/f0.ts';
const untracked = 'untracked.txt';

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** All in turn, every round; medians in milliseconds. `before` is not timed. */
async function inTurn(ways: Record<string, () => unknown>, before: () => unknown): Promise<Record<string, number>> {
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const [name, run] of Object.entries(ways)) {
      await before();
      const started = performance.now();
      await run();
      times[name]?.push(performance.now() - started);
    }
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
}

type RunGit = (args: readonly string[], env?: Record<string, string>, input?: string) => string;

const identity = { GIT_AUTHOR_NAME: 'b', GIT_AUTHOR_EMAIL: 'b@b', GIT_COMMITTER_NAME: 'b', GIT_COMMITTER_EMAIL: 'b@b' };
export const gitIn =
  (cwd: string): RunGit =>
  (args, env = {}, input = '') =>
    execFileSync('git', args, {
      cwd,
      env: { ...process.env, ...identity, ...env },
      input,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
      maxBuffer: 1 << 30,
    }).trim();

export function makeFiles(root: string, count: number): void {
  for (let index = 0; index < count; index += 1) {
    const path = join(root, `src/p${index % 50}/d${Math.floor(index / 50) % 40}/f${index}.ts`);
    if (!existsSync(dirname(path))) mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `export const value${index} = ${index};\n`.repeat(60));
  }
}

/** Cline: a stash commit, and the untracked files as its third parent. */
function stashWay(git: RunGit, scratch: string): void {
  const stash = git(['stash', 'create']);
  const untrackedFiles = git(['ls-files', '--others', '--exclude-standard', '-z']);
  const index = join(scratch, 'stash-index');
  rmSync(index, { force: true });
  const env = { GIT_INDEX_FILE: index };
  git(['add', '--force', '--pathspec-from-file=-', '--pathspec-file-nul'], env, untrackedFiles);
  const third = git(['commit-tree', git(['write-tree'], env), '-m', 'untracked']);
  const parents = [`${stash}^1`, `${stash}^2`, third].flatMap((parent) => ['-p', parent]);
  const commit = git(['commit-tree', `${stash}^{tree}`, ...parents, '-m', 'checkpoint']);
  git(['update-ref', 'refs/bench/stash', commit]);
}

/** Copilot: a fresh index from HEAD, everything added to it. */
function freshIndexWay(git: RunGit, scratch: string): void {
  const index = join(scratch, 'fresh-index');
  rmSync(index, { force: true });
  const env = { GIT_INDEX_FILE: index };
  git(['read-tree', 'HEAD'], env);
  git(['add', '-A', '--', '.'], env);
  git(['update-ref', 'refs/bench/fresh', git(['commit-tree', git(['write-tree'], env), '-p', 'HEAD', '-m', 'turn'])]);
}

/** Roo: a repository of its own over the same files, warm. */
function shadowWay(git: RunGit, shadow: string, root: string): void {
  const env = { GIT_DIR: shadow, GIT_WORK_TREE: root };
  git(['add', '.', '--ignore-errors'], env);
  git(['commit', '-q', '--no-verify', '--allow-empty', '-m', 'checkpoint'], env);
}

async function snapshots(repository: Repository, scratch: string, count: number, add: AddRow): Promise<void> {
  const { root } = repository;
  const git = gitIn(root);
  let turn = 0;
  const edit = () => {
    turn += 1;
    writeFileSync(join(root, edited), `export const turn = ${turn};\n`.repeat(60));
    writeFileSync(join(root, untracked), `untracked ${turn}\n`);
  };
  const shadow = join(scratch, 'shadow');
  git(['init', '-q', '--bare', shadow]);
  git(['config', 'core.bare', 'false'], { GIT_DIR: shadow });
  edit();
  shadowWay(git, shadow, root);
  let tree = '';
  const ours = async (touched?: readonly string[]) => {
    const taken = await takeSnapshot(repository, touched === undefined ? {} : { touched: { tree, paths: touched } });
    if (!taken.ok) throw new Error(taken.failure.message);
    tree = taken.value.tree;
  };
  await ours();
  const ways = {
    touched: () => ours([edited, untracked]),
    general: () => ours(),
    'stash create (Cline)': () => stashWay(git, scratch),
    'fresh index (Copilot)': () => freshIndexWay(git, scratch),
    'shadow repository, warm (Roo)': () => shadowWay(git, shadow, root),
  };
  const { touched = 0, general = 0, ...peers } = await inTurn(ways, edit);
  const size = `${count.toLocaleString('en')} files`;
  const fastest = Math.min(...Object.values(peers));
  const faster = (ours: number) => `${(fastest / ours).toFixed(1)} times as fast as the fastest of the others`;
  add(`${size}, touched paths known`, touched, faster(touched), touched / fastest);
  add(`${size}, anything may have changed`, general, faster(general), general / fastest);
  for (const [name, value] of Object.entries(peers)) add(`${size}, ${name}`, value);
}

async function resets(repository: Repository, scratch: string, count: number, add: AddRow): Promise<void> {
  const git = gitIn(repository.root);
  const directory = join(scratch, 'pool');
  const pool = new WorktreePool(repository, { directory, dependencyFolders: [], log: console });
  const taken = await takeSnapshot(repository);
  if (!taken.ok) throw new Error(taken.failure.message);
  const { tree } = taken.value;
  const started = performance.now();
  const worktree = await pool.acquire('bench', tree);
  const first = performance.now() - started;
  await worktree.reset(tree);
  const paths = new Set([edited, 'new.ts']);
  const dirty = () => {
    for (const path of paths) writeFileSync(join(worktree.path, path), 'dirty\n');
    git(['worktree', 'prune']);
    rmSync(join(scratch, 'added'), { recursive: true, force: true });
    git(['worktree', 'prune']);
  };
  const ways = {
    known: () => worktree.reset(tree, undefined, paths),
    whole: () => worktree.reset(tree),
    added: () => git(['worktree', 'add', '-q', '--detach', join(scratch, 'added'), 'HEAD']),
  };
  const { known = 0, whole = 0, added = 0 } = await inTurn(ways, dirty);
  const size = `${count.toLocaleString('en')} files`;
  const against = `git worktree add: ${added.toFixed(0)} ms`;
  add(`reset, ${size}, only tools wrote`, known, against, known / added);
  add(`reset, ${size}, after a command`, whole, against, whole / added);
  add(`first worktree, ${size}`, first, against, first / added);
  await worktree.release();
  await pool.dispose();
  rmSync(join(scratch, 'added'), { recursive: true, force: true });
  git(['worktree', 'prune']);
}

export async function benchSnapshots(add: AddRow, isLarge: boolean): Promise<void> {
  for (const count of [10_000, 50_000, ...(isLarge ? [100_000] : [])]) {
    const scratch = mkdtempSync(join(tmpdir(), 'ratchet-bench-'));
    const root = join(scratch, 'repository');
    try {
      mkdirSync(root);
      const git = gitIn(root);
      git(['init', '-q', '-b', 'main']);
      makeFiles(root, count);
      git(['add', '-A']);
      git(['commit', '-q', '-m', 'start']);
      const opened = await openRepository(root);
      if (!opened.ok) throw new Error(opened.failure.message);
      await snapshots(opened.value, scratch, count, add);
      if (count === 10_000) await resets(opened.value, scratch, count, add);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }
}
