// The integrity gate over past commits of real repositories: how often does work that people did and kept make it fail?
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { GateResult } from '../../src/gates/gate.ts';
import { isCodePath, isTestPath } from '../../src/gates/integrity/judgingFiles.ts';
import { integrityGate } from '../../src/gates/integrity.ts';
import { parseNameStatus, type TreeReader } from '../../src/gates/treeReader.ts';
import { Git } from '../../src/gym/git.ts';
import type { InvariantEngine } from '../../src/invariants/engine.ts';
import { gateContext } from '../helpers/gates.ts';

export interface JudgedCommit {
  readonly repository: string;
  readonly commit: string;
  readonly result: GateResult;
  readonly durationMs: number;
}

/** Every git repository in the folder, bare or not. */
export const repositoriesIn = (folder: string): string[] =>
  readdirSync(folder)
    .sort()
    .filter((name) => existsSync(join(folder, name, 'HEAD')) || existsSync(join(folder, name, '.git')));

/** The newest commits that touch both code and tests. */
export async function* judgeHistory(
  folder: string,
  repository: string,
  count: number,
  engine: InvariantEngine,
): AsyncGenerator<JudgedCommit> {
  const git = new Git(join(folder, repository));
  let judged = 0;
  for (const commit of await candidates(git)) {
    if (judged >= count) return;
    judged += 1;
    const started = performance.now();
    const result = await integrityGate.judge(
      gateContext({ baseTree: `${commit}^`, candidateTree: commit, files: readerOf(git), engine }),
    );
    yield { repository, commit, result, durationMs: performance.now() - started };
  }
}

async function candidates(git: Git): Promise<string[]> {
  const log = await git.raw(['log', '--no-merges', '-n', '4000', '--name-only', '--format=%x00%H', 'HEAD']);
  return log
    .split('\0')
    .slice(1)
    .flatMap((entry) => {
      const [commit = '', ...paths] = entry.split('\n').filter((line) => line !== '');
      const hasTests = paths.some((path) => isCodePath(path) && isTestPath(path));
      const hasCode = paths.some((path) => isCodePath(path) && !isTestPath(path));
      return hasTests && hasCode ? [commit] : [];
    });
}

/** One process for each list and one for all texts of a commit. */
function readerOf(git: Git): TreeReader {
  const texts = new Map<string, Uint8Array>();
  return {
    list: async () => [],
    read: async (tree, path) => texts.get(`${tree}:${path}`),
    changed: async (base, candidate) => {
      const listed = await git.raw(['diff-tree', '-r', '-z', '--name-status', '-M', base, candidate]);
      const changes = parseNameStatus(listed.split('\0'));
      const names = changes.flatMap(({ path, oldPath }) => [`${base}:${oldPath ?? path}`, `${candidate}:${path}`]);
      const answer = await git.bytes(['cat-file', '--batch'], {
        input: new TextEncoder().encode(`${names.join('\n')}\n`),
      });
      let at = 0;
      for (const name of names) {
        const end = answer.indexOf(10, at);
        const size = /^[0-9a-f]+ blob (\d+)$/.exec(answer.toString('utf8', at, end))?.[1];
        at = end + 1;
        if (size === undefined) continue;
        texts.set(name, answer.subarray(at, at + Number(size)));
        at += Number(size) + 1;
      }
      return changes;
    },
  };
}
