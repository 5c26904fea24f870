// Runs oracles in worktrees of their own, a few at once, with what is known taken from the cache. One for each run; the
// person's checkout is never one of the places.
import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path/posix';
import type { Repository } from '../../gym/git.ts';
import type { OracleCache } from '../../gym/history/oracleCache.ts';
import { type OracleQuestion, OracleTrees } from '../../gym/history/oracleTrees.ts';
import { lingerMs, type OracleAnswer, readReport, runOracle } from '../../gym/history/runOracle.ts';
import { applyPatch } from '../../gym/patch/applyPatch.ts';
import { containmentOf } from '../../gym/sandbox/sandbox.ts';
import { runTests } from '../../gym/testRunner/runTests.ts';
import type { Worktree, WorktreePool } from '../../gym/worktree.ts';
import type { ActivityInput } from '../../protocol/activities.ts';
import type { RatchetConfig } from '../../protocol/config.ts';
import {
  type Oracle,
  type OverlayFile,
  type ProbeResult,
  type TestOracle,
  uncommitted,
} from '../../protocol/investigation.ts';
import { type Result, success } from '../../protocol/result.ts';
import type { TestReport, TestResult } from '../../protocol/testReport.ts';
import type { ActivityContext } from '../activityContext.ts';
import { configOfTree, placeOfCommands } from '../judge.ts';
import { type PreparePlace, prepareWorktree } from '../prepareWorktree.ts';
import { Installs } from './installs.ts';
import { type MeasuredRun, Measurements } from './measurements.ts';
import { testsOfToday } from './testsOfToday.ts';

export interface ProbeParts {
  readonly repository: Repository;
  readonly pool: WorktreePool;
  readonly oracleCache: OracleCache;
}

/** How the working copy of today says that tests are run, and its configuration. */
interface Today {
  readonly config: RatchetConfig;
  readonly tests: RatchetConfig['tests'];
}

/** From this time of a run on it is tried whether one test alone is enough, in milliseconds. */
const longRunMs = 1_500;

/** Names that can be an argument of a command. */
const longestName = 1_000;
const canBeNamed = (name: string | null): name is string =>
  name !== null && name.length <= longestName && !/\p{Cc}/u.test(name);

/** Goes up whenever the same files could be answered differently. */
const version = 4;

export class Probes {
  /** What the tests of today run through. */
  readonly measurements: Measurements;
  readonly #parts: ProbeParts;
  readonly #runId: string;
  readonly #trees: OracleTrees;
  readonly #installs: Installs;
  readonly #today = new Map<string, Promise<Result<Today>>>();
  readonly #free: number[] = [];
  readonly #all: number[] = [];

  constructor(parts: ProbeParts, runId: string) {
    this.#parts = parts;
    this.#runId = runId;
    this.#trees = new OracleTrees(parts.repository);
    this.measurements = new Measurements(
      parts.repository,
      async (tree, context, use) => await this.#asToday({ tree, todayTree: tree }, context, use),
      async (tree) => await this.#isApart(tree),
    );
    this.#installs = new Installs(parts, (tree) => this.#trees.list(tree));
  }

  async probe(input: ActivityInput<'probe'>, context: ActivityContext): Promise<Result<ProbeResult>> {
    const { oracleCache } = this.#parts;
    const today = await this.todayOf(input.todayTree);
    if (!today.ok) return today;
    const asked = await this.#trees.of(input);
    if (!asked.ok) return asked;
    const key = await this.#keyOf(input.oracle, input.attempt, asked.value, today.value);
    const known = await oracleCache.get(key);
    if (known !== undefined) return success(known);
    const ran = await this.run({ tree: asked.value, oracle: input.oracle, todayTree: input.todayTree }, context);
    return ran.ok ? success(await this.#kept(key, ran.value)) : ran;
  }

  /** An oracle on a tree, by today's configuration, whatever is known of it. */
  async run(
    { tree, oracle, todayTree }: { readonly tree: string; readonly oracle: Oracle; readonly todayTree: string },
    context: ActivityContext,
  ): Promise<Result<OracleAnswer>> {
    const today = await this.todayOf(todayTree);
    if (!today.ok) return today;
    const { config, tests } = today.value;
    const { signal, onProgress } = context;
    const ran = await this.inWorktree(tree, config, { todayTree, ...context }, async (place) =>
      runOracle({ ...place, tests, sandbox: config.sandbox, oracle, signal, onProgress }),
    );
    // What does not build says nothing about the symptom.
    if (!ran.ok && ran.failure.reason === 'prepareFailed')
      return success({ ...unprepared, message: ran.failure.message });
    return ran;
  }

  /**
   * The tests of some files where today's tests are laid over a tree; no files means all. What it says of those that `keeps` names
   * answers their first probe too, when it is of one file alone.
   */
  async tests(
    question: OracleQuestion,
    files: readonly string[],
    keeps: (test: TestResult) => boolean,
    context: ActivityContext,
  ): Promise<Result<TestReport>> {
    const { todayTree } = question;
    const today = await this.todayOf(todayTree);
    if (!today.ok) return today;
    const asked = await this.#trees.of(question);
    if (!asked.ok) return asked;
    return await this.#asToday({ tree: asked.value, todayTree }, context, async (run) => {
      const ran = await runTests({ ...run, files });
      const [file, ...others] = files;
      if (!ran.ok || file === undefined || others.length > 0) return ran;
      for (const test of ran.value.tests) {
        if (test.file !== file || !keeps(test)) continue;
        const oracle: TestOracle = { kind: 'test', file, name: test.name };
        const key = await this.#keyOf(oracle, 0, asked.value, today.value);
        await this.#kept(key, readReport(ran.value, oracle, run.cwd));
      }
      return ran;
    });
  }

  /** A commit, or some hunks of it, with today's tests laid over it. */
  async treeOf(question: OracleQuestion): Promise<Result<string>> {
    return await this.#trees.of(question);
  }

  /** A tree with a patch on it, or why the patch is refused. It is put on in a worktree, where no path leads out. */
  async patched(
    tree: string,
    patch: string,
    { signal }: ActivityContext,
  ): Promise<{ tree: string } | { refused: string }> {
    return await this.#at(tree, { signal }, async (worktree) => {
      const { content, isError } = await applyPatch(worktree.path, patch, new Map());
      signal.throwIfAborted();
      return isError ? { refused: content } : { tree: await worktree.snapshot(signal) };
    });
  }

  /**
   * The oracle as it is asked on today's tree: without the other tests of its file, where it fails in the same way so, and
   * sooner; and by whether the file can be loaded, where that is what fails.
   */
  async asSeen(
    { oracle, todayTree, overlay }: { oracle: TestOracle; todayTree: string; overlay: OverlayFile[] },
    context: ActivityContext,
  ): Promise<Result<{ oracle: TestOracle; isSeen: boolean; notes: string[] }>> {
    const question = { commit: uncommitted(todayTree), todayTree, overlay, hunks: null, attempt: 0 };
    const whole = await this.probe({ ...question, oracle }, context);
    if (!whole.ok) return whole;
    const { outcome, message, durationMs } = whole.value;
    if (outcome === 'untestable') {
      const loading: TestOracle = { kind: 'test', file: oracle.file, name: null, isLoading: true };
      const asked = await this.probe({ ...question, oracle: loading }, context);
      if (!asked.ok) return asked;
      const left = this.#leftBehind(asked.value.message, await this.#trees.list(todayTree));
      const isBroken = asked.value.outcome === 'failed' && left === undefined;
      const notes = left === undefined ? [] : [missingInCopy(oracle.file, left)];
      return success({ oracle: isBroken ? loading : oracle, isSeen: isBroken, notes });
    }
    const isSeen = outcome === 'failed';
    if (!isSeen || durationMs < longRunMs || !canBeNamed(oracle.name)) return success({ oracle, isSeen, notes: [] });
    const one = { ...oracle, isAlone: true };
    const alone = await this.probe({ ...question, oracle: one }, context);
    if (!alone.ok) return alone;
    // Not by the signature: a test that misses what another leaves fails at the same assertion, with other values.
    const isSame = alone.value.outcome === 'failed' && alone.value.message === message;
    const used = isSame && alone.value.durationMs < durationMs / 2 ? one : oracle;
    return success({ oracle: used, isSeen, notes: [] });
  }

  /** A path that the message names, which is there in the working copy and in no tree: git ignores it. */
  #leftBehind(message: string, files: readonly { readonly path: string }[]): string | undefined {
    const named = [...message.matchAll(/[\w@.-]*(?:\/[\w@.-]+)+/g)].map(([path]) => path);
    const folders = ['', ...named.map((path) => dirname(path))];
    const known = new Set(files.map(({ path }) => path));
    for (const path of named)
      for (const folder of folders)
        for (const ending of ['', '.js', '.ts', '.json', '/index.js', '/index.ts']) {
          const wanted = join(folder, path) + ending;
          if (wanted.startsWith('..') || isAbsolute(wanted) || wanted.includes('node_modules') || known.has(wanted))
            continue;
          if (statSync(join(this.#parts.repository.root, wanted), { throwIfNoEntry: false })?.isFile() === true)
            return wanted;
        }
    return undefined;
  }

  /** Whether two runs at once cannot meet, at a port for one, and have a processor each. */
  async #isApart(tree: string): Promise<boolean> {
    const today = await this.todayOf(tree);
    if (!today.ok || availableParallelism() < 2) return false;
    return (await containmentOf(today.value.config.sandbox)).contained === 'sandbox';
  }

  /** How tests are run by today's configuration, in a worktree with a tree. */
  async #asToday<T>(
    { tree, todayTree }: { readonly tree: string; readonly todayTree: string },
    context: ActivityContext,
    use: (options: MeasuredRun) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    const today = await this.todayOf(todayTree);
    if (!today.ok) return today;
    const { config, tests } = today.value;
    const { signal, onProgress } = context;
    return await this.inWorktree(tree, config, { todayTree, ...context }, async (place) =>
      use({ ...place, config: tests, sandbox: config.sandbox, lingerMs, signal, onProgress }),
    );
  }

  async close(): Promise<void> {
    await this.measurements.close();
    this.#trees.dispose();
    for (const slot of this.#all) await this.#parts.pool.discard(this.#keyOfSlot(slot));
  }

  /** Read once for each tree. */
  todayOf(tree: string): Promise<Result<Today>> {
    const reading = this.#today.get(tree) ?? this.#readToday(tree);
    this.#today.set(tree, reading);
    return reading;
  }

  async #readToday(tree: string): Promise<Result<Today>> {
    const { repository } = this.#parts;
    const config = await configOfTree(repository, tree);
    if (!config.ok) return config;
    return success({ config: config.value, tests: await testsOfToday(repository, tree, config.value.tests) });
  }

  async #keyOf(oracle: Oracle, attempt: number, tree: string, { config, tests }: Today): Promise<string> {
    const { sandbox, prepare = null, dependencyFolders, investigation } = config;
    const { contained } = await containmentOf(sandbox);
    const { install = null } = investigation;
    const parts = { version, oracle, attempt, tree, tests, sandbox, contained, prepare, install, dependencyFolders };
    return this.#parts.oracleCache.keyOf(parts);
  }

  async #kept(key: string, { isFinal, output: _, ...result }: OracleAnswer): Promise<ProbeResult> {
    if (isFinal) await this.#parts.oracleCache.put(key, result);
    return result;
  }

  /** A worktree of this run at a tree, made ready. Several may be open at a time. */
  async inWorktree<T>(
    tree: string,
    config: RatchetConfig,
    context: ActivityContext & { readonly todayTree: string },
    use: (place: PreparePlace) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    const { signal, todayTree } = context;
    const installed = await this.#installs.of(tree, todayTree, { config, runId: this.#runId }, context);
    if (!installed.ok) return installed;
    const dependencies = installed.value;
    return await this.#at(tree, { signal, dependencies }, async (worktree) => {
      const { visible, ...own } = placeOfCommands(this.#parts.repository, worktree.path);
      const place = { ...own, visible: dependencies === undefined ? visible : [...visible, dependencies] };
      const prepared = await prepareWorktree(place, config, signal);
      return prepared.ok ? await use(place) : prepared;
    });
  }

  async #at<T>(
    tree: string,
    { signal, dependencies }: { readonly signal: AbortSignal; readonly dependencies?: string | undefined },
    use: (worktree: Worktree) => Promise<T>,
  ): Promise<T> {
    const slot = this.#free.pop() ?? this.#all.push(this.#all.length) - 1;
    try {
      const worktree = await this.#parts.pool.acquire(this.#keyOfSlot(slot), tree, signal, dependencies);
      try {
        return await use(worktree);
      } finally {
        await worktree.release();
      }
    } finally {
      this.#free.push(slot);
    }
  }

  #keyOfSlot(slot: number): string {
    return `${this.#runId}-probe-${slot}`;
  }
}

const missingInCopy = (file: string, path: string): string =>
  `${file} cannot be loaded in a clean copy of the repository: ${path} is there in the working copy, and git ignores it. Say in .ratchet/config.yml how it is made (prepare), or name its folder among dependencyFolders.`;

/** What a worktree that could not be made ready says of the symptom: nothing. */
const unprepared: Omit<OracleAnswer, 'message'> = {
  outcome: 'untestable',
  signature: '',
  command: '',
  durationMs: 0,
  cached: false,
  stack: [],
  isFinal: false,
  output: '',
};
