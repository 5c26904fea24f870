// Real repositories in temporary folders, and everything of a checkout that Ratchet must leave as it was.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
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
import { dirname, join } from 'node:path';

export type Files = Readonly<Record<string, string>>;

export interface TestRepository {
  readonly root: string;
  git(...args: string[]): string;
  write(files: Files): void;
  read(path: string): string;
  commit(message: string): void;
  remove(): void;
}

export function makeRepository(files: Files): TestRepository {
  const root = mkdtempSync(join(tmpdir(), 'ratchet-test-'));
  const repository: TestRepository = {
    root,
    git: (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
    write: (written) => {
      for (const [path, text] of Object.entries(written)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text);
      }
    },
    read: (path) => readFileSync(join(root, path), 'utf8'),
    commit: (message) => {
      repository.git('add', '-A');
      repository.git('commit', '-q', '-m', message);
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
  repository.git('init', '-q', '-b', 'main');
  repository.write(files);
  if (Object.keys(files).length > 0) repository.commit('start');
  return repository;
}

export const copyFolder = (from: string, to: string): void => cpSync(from, to, { recursive: true });

/** Status, index, HEAD, branches, stashes, worktrees, and every file with its content, mode and time. */
export function fingerprint(root: string): Record<string, string> {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', env: { ...process.env, GIT_OPTIONAL_LOCKS: '0' } });
  const index = join(root, '.git', 'index');
  const marks: Record<string, string> = {
    index: existsSync(index) ? createHash('sha256').update(readFileSync(index)).digest('hex') : 'none',
    head: readFileSync(join(root, '.git', 'HEAD'), 'utf8'),
    refs: git('for-each-ref', '--format=%(refname) %(objectname)')
      .split('\n')
      .filter((line) => !line.startsWith('refs/ratchet/'))
      .join('\n'),
    stash: git('stash', 'list'),
    worktrees: git('worktree', 'list'),
    status: git('status', '--porcelain=v2', '--ignored'),
  };
  const walk = (relative: string) => {
    for (const name of readdirSync(join(root, relative))) {
      const path = relative === '' ? name : `${relative}/${name}`;
      if (path === '.git') continue;
      const stat = lstatSync(join(root, path));
      if (stat.isDirectory()) walk(path);
      else {
        const content = stat.isSymbolicLink() ? readlinkSync(join(root, path)) : readFileSync(join(root, path));
        marks[path] = `${stat.mode} ${stat.mtimeMs} ${createHash('sha256').update(content).digest('hex')}`;
      }
    }
  };
  walk('');
  return marks;
}
