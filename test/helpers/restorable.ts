// A repository in a state worth keeping, a restore point of it, and everything that a restore must bring back or leave alone.
import { execFileSync } from 'node:child_process';
import { chmodSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openRepository, type Repository } from '../../src/gym/git.ts';
import { type Restored, restoreWorkingCopy, takeRestorePoint } from '../../src/gym/restore.ts';
import { makeRepository, type TestRepository } from './repository.ts';

/** With a stash, staged and unstaged edits, an executable file and ignored ones. */
export function restorableRepository(): TestRepository {
  const repo = makeRepository({
    'a.txt': 'one\ntwo\n',
    'src/b.txt': 'b\n',
    'src/deep/c.txt': 'c\n',
    'run.sh': '#!/bin/sh\n',
    '.gitignore': 'ignored.txt\nbuild/\n',
  });
  chmodSync(join(repo.root, 'run.sh'), 0o755);
  repo.write({ 'a.txt': 'stashed\n' });
  repo.git('stash');
  repo.write({ 'a.txt': 'one\nstaged\n' });
  repo.git('add', 'a.txt');
  repo.write({ 'a.txt': 'one\nstaged\nunstaged\n', 'ignored.txt': 'mine', 'build/out.js': 'built' });
  return repo;
}

export async function openAt(root: string): Promise<Repository> {
  const opened = await openRepository(root);
  if (!opened.ok) throw new Error(opened.failure.message);
  return opened.value;
}

export async function pointOf(repository: Repository): Promise<{ tree: string; notCovered: readonly string[] }> {
  const taken = await takeRestorePoint(repository, { owner: 'test' });
  if (!taken.ok) throw new Error(taken.failure.message);
  return taken.value;
}

export async function restored(repository: Repository, tree: string): Promise<Restored> {
  const result = await restoreWorkingCopy(repository, tree, { owner: 'test' });
  if (!result.ok) throw new Error(result.failure.message);
  return result.value;
}

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
export const at = (root: string, path: string): Buffer => Buffer.concat([Buffer.from(`${root}/`), bytes(path)]);

/** Every file, its executable bit, its bytes or its target. Names are one character a byte. */
export function filesOf(root: string): Record<string, string> {
  const files: Record<string, string> = {};
  const walk = (folder: string) => {
    for (const name of readdirSync(at(root, folder), { encoding: 'buffer' })) {
      const path = folder === '' ? name.toString('latin1') : `${folder}/${name.toString('latin1')}`;
      if (path === '.git') continue;
      const stat = lstatSync(at(root, path));
      if (stat.isDirectory()) walk(path);
      else if (stat.isSymbolicLink()) files[path] = `link ${readlinkSync(at(root, path), 'latin1')}`;
      else files[path] = `${(stat.mode & 0o111) !== 0} ${readFileSync(at(root, path)).toString('latin1')}`;
    }
  };
  walk('');
  return files;
}

/** Everything of the person's git: index bytes, HEAD, refs, reflogs, stash, hooks, configuration. */
function gitOf({ gitDir, commonDir }: Repository): Record<string, string> {
  const found: Record<string, string> = {};
  const walk = (base: string, folder: string) => {
    for (const entry of readdirSync(join(base, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (/^(objects|ratchet|refs\/ratchet)$/.test(path)) continue;
      if (entry.isDirectory()) walk(base, path);
      else found[join(base, path)] = readFileSync(join(base, path)).toString('latin1');
    }
  };
  for (const base of new Set([gitDir, commonDir])) walk(base, '');
  return found;
}

/** Takes a point, does the damage, restores, and undoes; all must be exact. Gives what the restore said. */
export async function survivesIn(root: string, damage: () => void): Promise<Restored & { point: string }> {
  const repository = await openAt(root);
  const person = gitOf(repository);
  const before = filesOf(root);
  const { tree } = await pointOf(repository);
  expect(gitOf(repository)).toEqual(person);
  damage();
  const damaged = filesOf(root);
  const harmed = gitOf(repository);
  const said = await restored(repository, tree);
  expect(filesOf(root)).toEqual(before);
  await restored(repository, said.undoTree);
  expect(filesOf(root)).toEqual(damaged);
  await restored(repository, tree);
  expect(filesOf(root)).toEqual(before);
  expect(gitOf(repository)).toEqual(harmed);
  execFileSync('git', ['fsck', '--strict', '--no-dangling'], { cwd: root, stdio: 'pipe' });
  return { ...said, point: tree };
}
