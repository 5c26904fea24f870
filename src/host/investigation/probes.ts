// Runs oracles in worktrees of their own, a few at once, with what is known taken from the cache. One for each run; the
// person's checkout is never one of the places.
import type { Repository } from '../../gym/git.ts';
import type { OracleCache } from '../../gym/history/oracleCache.ts';
import { overlaidTree, treeOfHunks } from '../../gym/history/partialTrees.ts';
import { relevantDigest } from '../../gym/history/relevantFiles.ts';
import { runOracle } from '../../gym/history/runOracle.ts';
import { containmentOf } from '../../gym/sandbox/sandbox.ts';
import { runTests } from '../../gym/testRunner/runTests.ts';
import type { WorktreePool } from '../../gym/worktree.ts';
import type { ActivityInput } from '../../protocol/activities.ts';
import type { RatchetConfig } from '../../protocol/config.ts';
import type { ProbeResult } from '../../protocol/investigation.ts';
import { type Result, success } from '../../protocol/result.ts';
import type { Coverage } from '../../protocol/suspects.ts';
import type { TestReport } from '../../protocol/testReport.ts';
import type { ActivityContext } from '../activityContext.ts';
import { configOfTree, placeOfCommands } from '../judge.ts';
import { type PreparePlace, prepareWorktree } from '../prepareWorktree.ts';
import { coverFailing, nothing } from './coverFailing.ts';
import { testsOfToday } from './testsOfToday.ts';

export interface ProbeParts {
  readonly repository: Repository;
  readonly pool: WorktreePool;
  readonly oracleCache: OracleCache;
}

/** Goes up whenever the same files could be answered differently. */
const version = 1;

export class Probes {
  readonly #parts: ProbeParts;
  readonly #runId: string;
  readonly #free: number[] = [];
  readonly #all: number[] = [];

  constructor(parts: ProbeParts, runId: string) {
    this.#parts = parts;
    this.#runId = runId;
  }

  async probe(input: ActivityInput<'probe'>, context: ActivityContext): Promise<Result<ProbeResult>> {
    const { repository, oracleCache } = this.#parts;
    const config = await configOfTree(repository, input.todayTree);
    if (!config.ok) return config;
    const { sandbox, prepare, dependencyFolders } = config.value;
    const tests = await testsOfToday(repository, input.todayTree, config.value.tests);
    const { oracle, attempt } = input;
    const commitTree =
      input.hunks === null
        ? success(input.commit.tree)
        : await treeOfHunks(repository, input.hunks.baseTree, input.commit.tree, new Set(input.hunks.ids));
    if (!commitTree.ok) return commitTree;
    const tree = await overlaidTree(repository, commitTree.value, input.overlay);
    const files = await relevantDigest(repository, tree, context.signal);
    const key = oracleCache.keyOf({
      version,
      oracle,
      attempt,
      files,
      tests,
      sandbox,
      contained: (await containmentOf(sandbox)).contained,
      prepare: prepare ?? null,
      dependencyFolders,
    });
    const known = await oracleCache.get(key);
    if (known !== undefined) return success(known);
    const ran = await this.#inWorktree(tree, config.value, context, async (place) =>
      runOracle({ ...place, tests, sandbox, oracle, signal: context.signal, onProgress: context.onProgress }),
    );
    if (!ran.ok) {
      // What does not build says nothing about the symptom.
      if (ran.failure.reason !== 'prepareFailed') return ran;
      return success({ ...unprepared, message: ran.failure.message });
    }
    const { isFinal, ...result } = ran.value;
    if (isFinal) await oracleCache.put(key, result);
    return success(result);
  }

  /** The tests of some files on a tree; none means all. */
  async tests(
    tree: string,
    files: readonly string[],
    config: RatchetConfig,
    context: ActivityContext,
  ): Promise<Result<TestReport>> {
    const { signal, onProgress } = context;
    return await this.#inWorktree(tree, config, context, async (place) =>
      runTests({ ...place, config: config.tests, sandbox: config.sandbox, files, signal, onProgress }),
    );
  }

  /** What the failing test of an oracle runs through, beside tests that pass. */
  async cover(input: ActivityInput<'coverTests'>, context: ActivityContext): Promise<Result<Coverage>> {
    const { repository } = this.#parts;
    const config = await configOfTree(repository, input.tree);
    if (!config.ok) return config;
    const { sandbox } = config.value;
    const tests = await testsOfToday(repository, input.tree, config.value.tests);
    const { signal, onProgress } = context;
    const covered = await this.#inWorktree(input.tree, config.value, context, async (place) =>
      coverFailing(input, repository, { ...place, config: tests, sandbox, signal, onProgress }),
    );
    // A cause that was found already must not be lost by what cannot be measured.
    return covered.ok ? covered : success(nothing([covered.failure.message]));
  }

  async close(): Promise<void> {
    for (const slot of this.#all) await this.#parts.pool.discard(this.#keyOf(slot));
  }

  async #inWorktree<T>(
    tree: string,
    config: RatchetConfig,
    { signal }: ActivityContext,
    use: (place: PreparePlace) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    const slot = this.#free.pop() ?? this.#all.push(this.#all.length) - 1;
    try {
      const worktree = await this.#parts.pool.acquire(this.#keyOf(slot), tree, signal);
      try {
        const place = placeOfCommands(this.#parts.repository, worktree.path);
        const prepared = await prepareWorktree(place, config, signal);
        return prepared.ok ? await use(place) : prepared;
      } finally {
        await worktree.release();
      }
    } finally {
      this.#free.push(slot);
    }
  }

  #keyOf(slot: number): string {
    return `${this.#runId}-probe-${slot}`;
  }
}

const unprepared: Omit<ProbeResult, 'message'> = {
  outcome: 'untestable',
  signature: '',
  command: '',
  durationMs: 0,
  cached: false,
  stack: [],
};
