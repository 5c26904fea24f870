// The baseline as a person writes it: once to begin with, from then on only to make it smaller, or with a reason.
import { findViolations, rulesOfTree } from '../gates/invariants.ts';
import { readText } from '../gates/treeReader.ts';
import {
  type BaselineEntry,
  baselinePath,
  compareWithBaseline,
  formatBaseline,
  type Identified,
  parseBaseline,
  shrink,
} from '../invariants/baseline.ts';
import type { BaselineDocument } from '../protocol/cliDocuments.ts';
import { failure, type Result, success } from '../protocol/result.ts';
import type { BaselineChange, Workspace } from './api.ts';
import { configOfTree, type JudgeParts } from './judge.ts';

/**
 * `create` writes down what is violated in `tree` and refuses where there is a baseline already; `shrink` drops the
 * entries that no longer occur, follows those that moved since `headTree`, and adds none. Nothing is written where a file
 * could not be verified: a violation that was not seen would be lost.
 */
export async function rewriteBaseline(
  change: BaselineChange,
  { tree, headTree, author }: { readonly tree: string; readonly headTree: string | undefined; readonly author: string },
  parts: JudgeParts,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<Result<BaselineDocument>> {
  const { files } = parts;
  const text = await readText(files, tree, baselinePath);
  if (change.mode === 'create' && text !== undefined)
    return failure('refused', `There is a baseline already, and it may only shrink. See ${baselinePath}.`);
  if (change.mode === 'shrink' && text === undefined)
    return failure('refused', 'There is no baseline. `ratchet baseline create` begins one.');
  if (change.mode === 'allow' && change.reason.trim().length < 8)
    return failure('usage', 'Tolerating more needs a reason that others can judge. Give it with --reason "...".');
  const before = parseBaseline(text ?? '');
  if (before.problems.length > 0) return failure('configuration', before.problems.join('\n'));
  // What begins a baseline is compared with nothing.
  const found = await findAll(tree, change.mode === 'create' ? undefined : headTree, parts, signal);
  if (!found.ok) return found;

  const entries = entriesAfter(change, before.entries, found.value, author);
  if (!entries.ok) return entries;
  const kept = new Set(compareWithBaseline(found.value, before.entries).held.map(({ by }) => by));
  const removed = change.mode === 'shrink' ? before.entries.length - kept.size : 0;
  const expected = text === undefined ? undefined : await workspace.read(baselinePath);
  const content = new TextEncoder().encode(formatBaseline(entries.value));
  const written = await workspace.apply([{ path: baselinePath, expected, content, executable: undefined }]);
  return written.ok ? success({ path: baselinePath, entries: entries.value.length, removed }) : written;
}

function entriesAfter(
  change: BaselineChange,
  before: readonly BaselineEntry[],
  present: readonly Identified[],
  author: string,
): Result<readonly BaselineEntry[]> {
  if (change.mode === 'create') return success(present.map(({ own }) => own));
  if (change.mode === 'shrink') return success(shrink(before, present));
  const { rule, path } = change;
  const fresh = compareWithBaseline(present, before).fresh.filter(
    ({ violation }) => violation.rule === rule && (path === undefined || violation.path === path),
  );
  if (fresh.length === 0)
    return failure('refused', `There is no new violation of ${rule}${path === undefined ? '' : ` in ${path}`}.`);
  const reason = `${author}: ${change.reason.trim()}`;
  return success([...before, ...fresh.map(({ own }) => ({ ...own, reason }))]);
}

async function findAll(
  tree: string,
  headTree: string | undefined,
  { files, engine, pool, repository }: JudgeParts,
  signal: AbortSignal,
): Promise<Result<Identified[]>> {
  const loaded = await rulesOfTree(files, tree);
  if (loaded.problems.length > 0)
    return failure(
      'configuration',
      loaded.problems.map(({ path, line, message }) => `${path}:${line}: ${message}`).join('\n'),
    );
  const config = await configOfTree(repository, headTree ?? tree);
  if (!config.ok) return config;
  const checkout = async <T>(of: string, use: (path: string) => Promise<T>): Promise<T> => {
    const worktree = await pool.acquire('baseline', of, signal);
    try {
      return await use(worktree.path);
    } finally {
      await worktree.release();
    }
  };
  const commands = { config: config.value, visible: [repository.root] };
  const base = headTree === undefined ? {} : { baseTree: headTree };
  const found = await findViolations(loaded.rules, tree, { files, engine, checkout, signal, ...commands, ...base });
  if (!found.ok) return found;
  const [problem] = found.value.problems;
  if (problem === undefined) return success(found.value.identified);
  return failure(
    'unproven',
    `The baseline is left as it is, since not everything could be verified: ${problem.message}`,
  );
}
