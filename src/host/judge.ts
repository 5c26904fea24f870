// Gates on two trees, with the configuration of the base: a change can never loosen what judges it.
import { dirname, join } from 'node:path';
import { readAcceptances } from '../gates/acceptances.ts';
import type { FlakyTests } from '../gates/flakyTests.ts';
import type { GateContext } from '../gates/gate.ts';
import { hasInvariantRules } from '../gates/invariants.ts';
import { judge } from '../gates/judge.ts';
import { readText, type TreeReader } from '../gates/treeReader.ts';
import type { VerdictCache } from '../gates/verdictCache.ts';
import type { Repository } from '../gym/git.ts';
import { runOracle } from '../gym/history/runOracle.ts';
import { containmentOf } from '../gym/sandbox/sandbox.ts';
import { readFileAt } from '../gym/snapshot.ts';
import { type RunTestsOptions, runSome, runTests } from '../gym/testRunner/runTests.ts';
import type { WorktreePool } from '../gym/worktree.ts';
import type { InvariantEngine } from '../invariants/engine.ts';
import { acceptancesPath } from '../protocol/acceptance.ts';
import type { RatchetConfig } from '../protocol/config.ts';
import type { Proof } from '../protocol/proof.ts';
import type { Result } from '../protocol/result.ts';
import { success } from '../protocol/result.ts';
import type { TestReport } from '../protocol/testReport.ts';
import type { GateName, Verdict } from '../protocol/verdict.ts';
import { parseConfig } from './loadConfig.ts';
import { type PreparePlace, prepareWorktree } from './prepareWorktree.ts';
import { type AskOracle, proofPort } from './proofPort.ts';

export interface JudgeParts {
  readonly repository: Repository;
  readonly files: TreeReader;
  readonly pool: WorktreePool;
  readonly cache: VerdictCache;
  readonly engine: InvariantEngine;
  readonly flakyTests: FlakyTests;
}

export interface JudgeRequest {
  readonly baseTree: string;
  readonly candidateTree: string;
  /** The gates to run; undefined for all that the base's configuration has switched on. */
  readonly gates: readonly GateName[] | undefined;
  /** Whether the candidate is a person's own, so that what they accepted in it counts. */
  readonly isPersons?: boolean;
  /** What the tests must show beyond passing. */
  readonly proof?: Proof | undefined;
  /** Names the worktree, so that two judgements at once do not share one. */
  readonly key: string;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

/** The configuration that a tree carries; the default where it has none. */
export async function configOfTree(repository: Repository, tree: string): Promise<Result<RatchetConfig>> {
  const bytes = await readFileAt(repository, tree, '.ratchet/config.yml');
  return parseConfig(bytes === undefined ? undefined : new TextDecoder().decode(bytes), '.ratchet/config.yml');
}

export async function judgeTrees(request: JudgeRequest, parts: JudgeParts): Promise<Result<Verdict[]>> {
  const config = await configOfTree(parts.repository, request.baseTree);
  if (!config.ok) return config;
  const active = activeOf(config.value, request.gates);
  const hasRules = await hasInvariantRules(parts.files, [request.baseTree, request.candidateTree]);
  // Without a rule there is nothing to hold, and a gate without a question must not hold up a change for ever.
  const gates = active.filter((gate) => gate !== 'invariants' || hasRules);
  const asking: AskOracle = async (tree, oracle, signal) =>
    await withTests({ ...request, tree, signal, config: config.value }, parts, ({ config: tests, ...place }) =>
      runOracle({ ...place, tests, oracle, signal, onProgress: request.onProgress }),
    );
  const context: GateContext = {
    baseTree: request.baseTree,
    candidateTree: request.candidateTree,
    config: config.value,
    files: parts.files,
    engine: parts.engine,
    checkout: async (tree, use) => await withWorktree({ ...request, tree }, parts, use),
    visible: [parts.repository.root],
    runTests: async (tree, signal, files = []) =>
      await testTree({ ...request, tree, files, signal, config: config.value }, parts),
    runSome: async (tree, signal, files) =>
      await withTests({ ...request, tree, signal, config: config.value }, parts, (options) => runSome(files, options)),
    containment: await containmentOf(config.value.sandbox),
    flakyTests: parts.flakyTests,
    acceptances:
      request.isPersons === true
        ? readAcceptances((await readText(parts.files, request.candidateTree, acceptancesPath)) ?? '')
        : undefined,
    ...(request.proof === undefined ? {} : { proof: proofPort(request.proof, request, parts, asking) }),
    signal: request.signal,
    onProgress: request.onProgress,
  };
  return success(await judge(gates, context, parts.cache));
}

type Place = Pick<JudgeRequest, 'key' | 'signal'> & { readonly tree: string };

async function withWorktree<T>(
  { key, tree, signal }: Place,
  parts: Pick<JudgeParts, 'pool'>,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const worktree = await parts.pool.acquire(key, tree, signal);
  try {
    return await use(worktree.path);
  } finally {
    await worktree.release();
  }
}

type TestPlace = Place & { readonly config: RatchetConfig; readonly onProgress: (text: string) => void };

async function withTests<T>(
  place: TestPlace,
  parts: Pick<JudgeParts, 'pool' | 'repository'>,
  use: (options: RunTestsOptions & PreparePlace) => Promise<Result<T>>,
): Promise<Result<T>> {
  const { config, signal, onProgress } = place;
  return await withWorktree(place, parts, async (path) => {
    const commands = placeOfCommands(parts.repository, path);
    const prepared = await prepareWorktree(commands, config, signal);
    if (!prepared.ok) return prepared;
    const { tests, sandbox } = config;
    return await use({ ...commands, config: tests, sandbox, signal, onProgress });
  });
}

/** The project's tests on a tree, by a configuration, in the worktree of that key. */
export const testTree = async (
  place: TestPlace & { readonly files: readonly string[] },
  parts: Pick<JudgeParts, 'pool' | 'repository'>,
): Promise<Result<TestReport>> =>
  await withTests(place, parts, (options) => runTests({ ...options, files: place.files }));

/** Dependency folders of a worktree lead into the working copy; caches of tools go with the worktree. */
export const placeOfCommands = ({ root }: Repository, worktree: string): PreparePlace => ({
  cwd: worktree,
  visible: [root],
  cache: join(dirname(worktree), 'cache'),
});

function activeOf(config: RatchetConfig, asked: readonly GateName[] | undefined): GateName[] {
  const all: GateName[] = ['tests', 'integrity', 'invariants', 'observability', 'spec', 'contract'];
  return all.filter((gate) => (asked === undefined ? config.gates[gate] !== 'off' : asked.includes(gate)));
}
