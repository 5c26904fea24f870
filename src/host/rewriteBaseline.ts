// The baseline as a person writes it: once to begin with, and from then on only to make it smaller.
import { findViolations, rulesOfTree } from '../gates/invariants.ts';
import { readText } from '../gates/treeReader.ts';
import { baselinePath, formatBaseline, parseBaseline, shrink } from '../invariants/baseline.ts';
import type { BaselineDocument } from '../protocol/cliDocuments.ts';
import { failure, type Result, success } from '../protocol/result.ts';
import type { Workspace } from './api.ts';
import type { JudgeParts } from './judge.ts';

/**
 * `create` writes down what is violated in `tree` and refuses where there is a baseline already; `shrink` drops the
 * entries that no longer occur and adds none. Nothing is written where a file could not be verified: a violation that
 * was not seen would be lost.
 */
export async function rewriteBaseline(
  mode: 'create' | 'shrink',
  tree: string,
  { files, engine, pool }: JudgeParts,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<Result<BaselineDocument>> {
  const text = await readText(files, tree, baselinePath);
  if (mode === 'create' && text !== undefined)
    return failure('refused', `There is a baseline already, and it may only shrink. See ${baselinePath}.`);
  if (mode === 'shrink' && text === undefined)
    return failure('refused', 'There is no baseline. `ratchet baseline create` begins one.');
  const before = parseBaseline(text ?? '');
  if (before.problems.length > 0) return failure('configuration', before.problems.join('\n'));
  const loaded = await rulesOfTree(files, tree);
  if (loaded.problems.length > 0)
    return failure(
      'configuration',
      loaded.problems.map(({ path, line, message }) => `${path}:${line}: ${message}`).join('\n'),
    );
  const checkout = async <T>(of: string, use: (path: string) => Promise<T>): Promise<T> => {
    const worktree = await pool.acquire('baseline', of, signal);
    try {
      return await use(worktree.path);
    } finally {
      await worktree.release();
    }
  };
  const found = await findViolations(loaded.rules, tree, { files, engine, checkout, signal });
  if (!found.ok) return found;
  const [problem] = found.value.problems;
  if (problem !== undefined)
    return failure(
      'unproven',
      `The baseline is left as it is, since not everything could be verified: ${problem.message}`,
    );

  const present = found.value.identified.map(({ entry }) => entry);
  const entries = mode === 'create' ? present : shrink(before.entries, present);
  const removed = before.entries.length - (mode === 'create' ? 0 : entries.length);
  const expected = text === undefined ? undefined : await workspace.read(baselinePath);
  const content = new TextEncoder().encode(formatBaseline(entries));
  const written = await workspace.apply([{ path: baselinePath, expected, content, executable: undefined }]);
  return written.ok ? success({ path: baselinePath, entries: entries.length, removed }) : written;
}
