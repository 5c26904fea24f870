// One gym on one worktree of the pool: its files, the commands of the base's configuration, the gates of the repository.
import { Environment } from '../gym/environment.ts';
import { runTests } from '../gym/testRunner/runTests.ts';
import { activeGates, type RatchetConfig } from '../protocol/config.ts';
import type { Proof } from '../protocol/proof.ts';
import { type Result, success } from '../protocol/result.ts';
import { configOfTree, type JudgeParts, judgeTrees, placeOfCommands } from './judge.ts';
import { prepareWorktree } from './prepareWorktree.ts';

export interface EnvironmentRequest {
  /** Names the worktrees; `discardEnvironment` takes the same. */
  readonly key: string;
  /** Its configuration says which commands run and which gates judge: a change can never loosen what judges it. */
  readonly baseTree: string;
  readonly tree: string;
  /** What the tests must show beyond passing. */
  readonly proof?: Proof | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
  /** Whether `finish` is judged at once, and how many steps an episode has; without it, the caller judges. */
  readonly episode?: { readonly maxSteps: number };
}

export async function openEnvironment(parts: JudgeParts, request: EnvironmentRequest): Promise<Result<Environment>> {
  const { key, onProgress, signal, proof } = request;
  const config = await configOfTree(parts.repository, request.baseTree);
  if (!config.ok) return config;
  const worktree = await parts.pool.acquire(`${key}-gym`, request.tree, signal);
  const place = placeOfCommands(parts.repository, worktree.path);
  const { tests, sandbox } = config.value;
  const environment = new Environment({
    worktree,
    runTests: (files, asked) => runTests({ ...place, config: tests, sandbox, files, signal: asked, onProgress }),
    changedPaths: async (base, current) => (await parts.files.changed(base, current)).map(({ path }) => path),
    checkGates: async (baseTree, candidateTree, asked) => {
      const trees = { baseTree, candidateTree, gates: undefined, proof };
      const asking = { ...trees, key: `${key}-judge`, signal: asked, onProgress };
      const verdicts = await judgeTrees(asking, parts);
      if (!verdicts.ok) throw new Error(verdicts.failure.message);
      return verdicts.value;
    },
    prepare: async (asked) => {
      const prepared = await prepareWorktree(place, config.value, asked);
      if (!prepared.ok) throw new Error(prepared.failure.message);
    },
    ...(request.episode === undefined
      ? {}
      : { maxSteps: request.episode.maxSteps, requiredGates: requiredGates(config.value) }),
  });
  return success(environment);
}

const requiredGates = (config: RatchetConfig) =>
  activeGates(config).filter((gate) => config.gates[gate] === 'required');

export async function discardEnvironment(parts: JudgeParts, key: string): Promise<void> {
  await parts.pool.discard(`${key}-gym`);
  await parts.pool.discard(`${key}-judge`);
}
