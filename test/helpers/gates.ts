// A gate context over a real repository: two commits or working copies, judged by the real engine in its child process.
import { resolve } from 'node:path';
import type { GateContext } from '../../src/gates/gate.ts';
import { treeReader } from '../../src/gates/treeReader.ts';
import { openRepository, type Repository } from '../../src/gym/git.ts';
import { takeSnapshot } from '../../src/gym/snapshot.ts';
import { InvariantEngine } from '../../src/invariants/engine.ts';
import { defaultConfig } from '../../src/protocol/config.ts';
import { failure, success } from '../../src/protocol/result.ts';
import { type Files, makeRepository } from './repository.ts';

export const engineEntry = resolve(import.meta.dirname, '../../src/invariants/engineMain.ts');

export async function openTestRepository(root: string): Promise<Repository> {
  const opened = await openRepository(root);
  if (!opened.ok) throw new Error(opened.failure.message);
  return opened.value;
}

export async function snapshotOf(repository: Repository): Promise<string> {
  const taken = await takeSnapshot(repository);
  if (!taken.ok) throw new Error(taken.failure.message);
  return taken.value.tree;
}

type Asked = Pick<GateContext, 'baseTree' | 'candidateTree' | 'files' | 'engine'>;

/** A context by the default configuration, in which nothing is run, remembered or accepted. */
export const gateContext = (asked: Asked & Partial<GateContext>): GateContext => ({
  config: defaultConfig(),
  checkout: async () => await Promise.reject(new Error('This gate needs no checkout.')),
  containment: { contained: 'sandbox', detail: 'bubblewrap' },
  runTests: async () => failure('noTests', 'no test is run here'),
  runSome: async () => success(undefined),
  acceptances: undefined,
  flakyTests: { known: async () => new Map(), remember: async () => undefined },
  signal: new AbortController().signal,
  onProgress: () => undefined,
  ...asked,
});

/**
 * `base` is committed, `change` is written over it (null deletes), and `use` gets the context of the two trees.
 * The checkout is the repository's own folder, which holds the candidate.
 */
export async function withChange<T>(
  base: Files,
  change: Readonly<Record<string, string | null>>,
  use: (context: GateContext, root: string) => Promise<T>,
  engine: InvariantEngine,
): Promise<T> {
  const repo = makeRepository(base);
  try {
    const repository = await openTestRepository(repo.root);
    const baseTree = await snapshotOf(repository);
    for (const [path, text] of Object.entries(change)) {
      if (text === null) repo.git('rm', '-q', '-f', path);
      else repo.write({ [path]: text });
    }
    const candidateTree = await snapshotOf(repository);
    const context = gateContext({
      baseTree,
      candidateTree,
      files: treeReader(repository),
      engine,
      checkout: async (_tree, visit) => await visit(repo.root),
    });
    return await use(context, repo.root);
  } finally {
    repo.remove();
  }
}

export const newEngine = (timeoutMs?: number): InvariantEngine =>
  new InvariantEngine({ entry: engineEntry, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
