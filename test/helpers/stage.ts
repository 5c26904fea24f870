// A stage for a policy: the real engine, workflow and gym on a small repository, with a person who approves plans and
// rejects hunks. Gates are fakes that pass, time is counted and never waited for, and nobody's files are written.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { entryHash, firstPrevious } from '../../src/controller/chain.ts';
import { Engine, type EngineEnd } from '../../src/controller/engine.ts';
import type { ActivityResult, EnginePorts } from '../../src/controller/ports.ts';
import { executable } from '../../src/controller/workflow.ts';
import { Environment } from '../../src/gym/environment.ts';
import { openRepository } from '../../src/gym/git.ts';
import { treeOfRevision } from '../../src/gym/snapshot.ts';
import { WorktreePool } from '../../src/gym/worktree.ts';
import type { Policy, PolicyContext } from '../../src/policies/policy.ts';
import { activitySchemas } from '../../src/protocol/activities.ts';
import type { Budget } from '../../src/protocol/config.ts';
import type { StepResult, ToolCall } from '../../src/protocol/gym.ts';
import type { JournalEntry, JournalEvent } from '../../src/protocol/journal.ts';
import type { PolicyReply } from '../../src/protocol/policy.ts';
import { failure, type Result } from '../../src/protocol/result.ts';
import type { RunView } from '../../src/protocol/run.ts';
import { activityOptions } from '../../src/workflows/activityOptions.ts';
import { planFeature } from '../../src/workflows/planFeature.ts';
import { evolve, type Fold } from '../../src/workflows/runView.ts';
import { sha256 } from '../fakes/fakeWorld.ts';
import { planInput, planningAnswers, startEvent } from '../fakes/planningWorld.ts';
import { makeRepository, type TestRepository } from './repository.ts';

export interface Played {
  readonly end: EngineEnd;
  readonly view: RunView;
  readonly entries: readonly JournalEntry[];
  readonly steps: readonly { readonly call: ToolCall; readonly result: StepResult }[];
}

/** Delays of retries are shorter than this, limits of activities longer. In milliseconds. */
const shortestLimit = 100_000;

export class Stage {
  readonly repo: TestRepository;
  /** The folder that holds worktrees and nothing else. */
  readonly folder: string;
  readonly #pool: WorktreePool;
  readonly #environment: Environment;
  readonly #baseTree: string;
  #tree: string | undefined;

  private constructor(parts: {
    repo: TestRepository;
    folder: string;
    pool: WorktreePool;
    environment: Environment;
    baseTree: string;
  }) {
    this.repo = parts.repo;
    this.folder = parts.folder;
    this.#pool = parts.pool;
    this.#environment = parts.environment;
    this.#baseTree = parts.baseTree;
  }

  static async open(): Promise<Stage> {
    const repo = makeRepository({ 'a.ts': 'export const a = 1;\n', 'b.ts': 'export const b = 2;\n' });
    const opened = await openRepository(repo.root);
    if (!opened.ok) throw new Error(opened.failure.message);
    const base = await treeOfRevision(opened.value, 'HEAD');
    if (!base.ok) throw new Error(base.failure.message);
    const folder = mkdtempSync(join(tmpdir(), 'ratchet-stage-'));
    const pool = new WorktreePool(opened.value, { directory: folder, dependencyFolders: [], log: console });
    const environment = new Environment({
      worktree: await pool.acquire('stage', base.value),
      runTests: async () => failure('noTests', 'There are no tests here.'),
      checkGates: async () => [],
      changedPaths: async () => [],
    });
    return new Stage({ repo, folder, pool, environment, baseTree: base.value });
  }

  async close(): Promise<void> {
    await this.#environment.close();
    await this.#pool.dispose();
    rmSync(this.folder, { recursive: true, force: true });
    this.repo.remove();
  }

  async play(policy: Policy, budget: Partial<Budget> = {}): Promise<Played> {
    const steps: { call: ToolCall; result: StepResult }[] = [];
    const entries: JournalEntry[] = [];
    let fold: Fold | undefined;
    let engine: Engine | undefined;
    const append = async (event: JournalEvent): Promise<JournalEntry> => {
      const at = 1_000_000 + 1_000 * entries.length;
      const previous = entries.at(-1)?.hash ?? firstPrevious;
      const unsigned = { index: entries.length, at, previous, event: structuredClone(event) };
      const entry = { ...unsigned, hash: entryHash(unsigned, sha256) };
      entries.push(entry);
      fold = evolve(fold, entry);
      const { view } = fold;
      if (view.waitingFor !== null) setImmediate(() => answer(view, engine));
      return entry;
    };
    await append(startEvent({ ...planInput, budget: { ...planInput.budget, ...budget } }));
    engine = new Engine({
      workflow: executable(planFeature),
      recorded: [...entries],
      ports: { ...clock(entries), append, execute: (name, input) => this.#execute(policy, name, input, steps) },
      options: activityOptions,
      host: 'stage',
      budget: null,
      replayOnly: false,
    });
    const end = await engine.run();
    if (fold === undefined) throw new Error('nothing ran');
    return { end, view: fold.view, entries, steps };
  }

  #execute(policy: Policy, name: string, input: unknown, steps: { call: ToolCall; result: StepResult }[]) {
    const abort = new AbortController();
    const result = this.#perform(policy, name, input, abort.signal, steps).catch((error: unknown): ActivityResult => {
      const message = error instanceof Error ? error.message : String(error);
      return { ok: false, failure: { reason: 'internal', message, retryable: false }, spans: [] };
    });
    return { result, cancel: () => abort.abort() };
  }

  async #perform(
    policy: Policy,
    name: string,
    input: unknown,
    signal: AbortSignal,
    steps: { call: ToolCall; result: StepResult }[],
  ): Promise<ActivityResult> {
    const context: PolicyContext = { signal };
    const question = () => activitySchemas.synthesise.input.safeParse(input).data;
    const view = () => activitySchemas.consider.input.safeParse(input).data;
    switch (name) {
      case 'takeSnapshot':
        return done({ tree: this.#baseTree });
      case 'consider': {
        const asked = view();
        if (asked?.kind !== 'perspective') throw new Error('no question of a perspective');
        return paid(await policy.decide(asked, context), ({ answer, reply }) =>
          activitySchemas.consider.output.parse({
            view: { ...answer, perspective: asked.perspective.name },
            reply,
          }),
        );
      }
      case 'synthesise': {
        const asked = question();
        if (asked?.kind !== 'synthesis') throw new Error('no question of synthesis');
        return paid(await policy.decide(asked, context), ({ answer, reply }) =>
          activitySchemas.synthesise.output.parse({ plan: answer, reply }),
        );
      }
      case 'nextTurn': {
        const episode = activitySchemas.nextTurn.input.parse(input);
        return paid(await policy.act(episode, context), (value) => activitySchemas.nextTurn.output.parse(value));
      }
      case 'stepGym': {
        const { baseTree, tree, call } = activitySchemas.stepGym.input.parse(input);
        if (this.#tree !== tree) await this.#environment.reset({ baseTree, tree });
        this.#tree = undefined;
        const result = await this.#environment.step(call, signal);
        this.#tree = result.info.tree;
        steps.push({ call, result });
        return done(activitySchemas.stepGym.output.parse(result));
      }
      default: {
        const answered = planningAnswers()(name, input, { activity: 0, attempt: 1 });
        if (answered === 'never') throw new Error(`${name} is never answered`);
        return answered;
      }
    }
  }
}

const done = (output: unknown): ActivityResult => ({ ok: true, output, usage: null, spans: [] });

function paid<A extends { reply: PolicyReply }>(answered: Result<A>, output: (value: A) => unknown): ActivityResult {
  if (!answered.ok) return { ok: false, failure: answered.failure, spans: [] };
  return { ok: true, output: output(answered.value), usage: answered.value.reply.usage, spans: [] };
}

/** Time goes on by a second with every entry; a delay passes at once, a limit never strikes. */
const clock = (entries: readonly JournalEntry[]): Pick<EnginePorts, 'now' | 'timer' | 'settle' | 'digest'> => ({
  now: () => 1_000_000 + 1_000 * entries.length,
  timer: (ms, callback) => {
    if (ms >= shortestLimit) return () => undefined;
    const handle = setImmediate(callback);
    return () => clearImmediate(handle);
  },
  settle: () => new Promise((resolve) => setImmediate(resolve)),
  digest: sha256,
});

/** What the person says. A question that this one does not know ends the run. */
function answer({ waitingFor, proposal }: RunView, engine: Engine | undefined): void {
  const hunks = proposal?.files.flatMap((file) => file.hunks.map(({ id }) => id)) ?? [];
  if (waitingFor === 'planApproval') void engine?.signal({ name: 'approvePlan', payload: { plan: null } });
  else if (waitingFor === 'review')
    void engine?.signal({ name: 'decideHunks', payload: { accept: [], reject: hunks } });
  else void engine?.signal({ name: 'cancel', payload: { reason: 'nobody knows the answer' } });
}
