// The environment: reset, step, close with Gymnasium's meaning, on one worktree. An action's error is an observation;
// only cancellation and bugs are thrown. The reward comes from the gates, never from what the policy says.
import type * as z from 'zod';
import {
  applyPatchInputSchema,
  checkGatesInputSchema,
  finishInputSchema,
  type Observation,
  runTestsInputSchema,
  type StepResult,
  searchCodeInputSchema,
  type ToolCall,
  textEditorInputSchema,
  toolNames,
} from '../protocol/gym.ts';
import { overallStatus } from '../protocol/overallStatus.ts';
import type { Result } from '../protocol/result.ts';
import type { TestReport } from '../protocol/testReport.ts';
import type { GateName, Verdict } from '../protocol/verdict.ts';
import { describeReport, describeVerdicts } from './describe.ts';
import { applyPatch } from './patch/applyPatch.ts';
import { parseUnifiedDiff } from './patch/unifiedDiff.ts';
import { confine } from './paths.ts';
import { searchCode } from './searchCode.ts';
import { type SeenFiles, useTextEditor } from './textEditor.ts';
import type { Worktree } from './worktree.ts';

export interface EnvironmentOptions {
  /** As the pool gives it: at a tree, and never yet prepared. */
  readonly worktree: Worktree;
  /** Runs test files of the worktree, or all tests. */
  readonly runTests: (files: readonly string[], signal: AbortSignal) => Promise<Result<TestReport>>;
  readonly checkGates: (baseTree: string, candidateTree: string, signal: AbortSignal) => Promise<Verdict[]>;
  readonly changedPaths: (baseTree: string, tree: string) => Promise<string[]>;
  /** Makes a worktree ready from which all but the files of the tree was removed. Throws when it cannot. */
  readonly prepare?: (signal: AbortSignal) => Promise<void>;
  /** The gates that must pass for a reward. With them, `finish` is judged at once; without, the caller judges. */
  readonly requiredGates?: readonly GateName[];
  /** Steps after which an episode is truncated. */
  readonly maxSteps?: number;
}

/** Characters of an observation; the middle is cut out of longer ones. */
const maxObservation = 30_000;

interface Acted {
  readonly observation: Observation;
  readonly isFinished?: boolean;
  readonly testReport?: TestReport;
  readonly verdicts?: Verdict[];
}

export class Environment {
  readonly #options: EnvironmentOptions;
  readonly #seen: SeenFiles = new Map();
  #baseTree = '';
  #tree = '';
  #steps = 0;
  /** Paths that tools have written since the last snapshot, and since the last reset; undefined after a command. */
  #unseen: Set<string> | undefined;
  #written: Set<string> | undefined = new Set();
  #isPrepared = false;
  #changed = { base: '', tree: '', paths: [] as readonly string[] };

  constructor(options: EnvironmentOptions) {
    this.#options = options;
  }

  /** Puts the worktree at `tree`; `baseTree` is what the gates compare with. */
  async reset(
    task: { baseTree: string; tree: string },
    signal?: AbortSignal,
  ): Promise<{ observation: Observation; info: { tree: string } }> {
    const written = this.#written;
    this.#commandRan();
    this.#steps = 0;
    const isBare = await this.#options.worktree.reset(task.tree, signal, written);
    if (isBare || !this.#isPrepared) await this.#options.prepare?.(signal ?? new AbortController().signal);
    this.#isPrepared = true;
    this.#written = new Set();
    this.#unseen = new Set();
    this.#seen.clear();
    this.#baseTree = task.baseTree;
    this.#tree = task.tree;
    return { observation: { content: 'The repository is ready.', isError: false }, info: { tree: task.tree } };
  }

  async step(call: ToolCall, signal: AbortSignal = new AbortController().signal): Promise<StepResult> {
    const acted = await this.#act(call, signal);
    const isReading = call.name === 'search_code' || acted.observation.isError;
    if (!isReading) this.#tree = await this.#snapshot(signal);
    this.#steps += 1;
    const verdicts = acted.isFinished === true ? await this.#judgeFinish(signal) : acted.verdicts;
    return {
      observation: { ...acted.observation, content: cut(acted.observation.content) },
      reward: acted.isFinished === true && this.#isPassed(verdicts) ? 1 : 0,
      terminated: acted.isFinished === true,
      truncated: acted.isFinished !== true && this.#steps >= (this.#options.maxSteps ?? Number.POSITIVE_INFINITY),
      info: {
        tree: this.#tree,
        changedPaths: [...(await this.#changedPaths())],
        ...(acted.testReport === undefined ? {} : { testReport: acted.testReport }),
        ...(verdicts === undefined ? {} : { verdicts }),
      },
    };
  }

  /** Most steps change nothing, and need no git to say so. */
  async #changedPaths(): Promise<readonly string[]> {
    const [base, tree] = [this.#baseTree, this.#tree];
    if (base === tree) return [];
    if (this.#changed.base !== base || this.#changed.tree !== tree)
      this.#changed = { base, tree, paths: await this.#options.changedPaths(base, tree) };
    return this.#changed.paths;
  }

  async #judgeFinish(signal: AbortSignal): Promise<Verdict[] | undefined> {
    if (this.#options.requiredGates === undefined) return undefined;
    return await this.#options.checkGates(this.#baseTree, this.#tree, signal);
  }

  /** Nothing passes by absence: without a verdict of a required gate there is no reward. */
  #isPassed(verdicts: readonly Verdict[] | undefined): boolean {
    const required = verdicts?.filter(({ gate }) => this.#options.requiredGates?.includes(gate)) ?? [];
    return required.length > 0 && overallStatus(required) === 'passed';
  }

  async close(): Promise<void> {
    await this.#options.worktree.release();
  }

  /** Only a command can change what no tool names. */
  #commandRan(): void {
    this.#unseen = undefined;
    this.#written = undefined;
  }

  async #toolWrites(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      const confined = await confine(this.#options.worktree.path, path, 'write');
      if (!confined.ok) continue;
      this.#unseen?.add(confined.value.path);
      this.#written?.add(confined.value.path);
    }
  }

  async #snapshot(signal: AbortSignal): Promise<string> {
    const tree = await this.#options.worktree.snapshot(signal, this.#unseen);
    this.#unseen = new Set();
    return tree;
  }

  async #act(call: ToolCall, signal: AbortSignal): Promise<Acted> {
    const { worktree } = this.#options;
    switch (call.name) {
      case 'str_replace_based_edit_tool':
        return await withInput(textEditorInputSchema, call.input, async (input) => {
          if (input.command !== 'view') await this.#toolWrites([input.path]);
          return { observation: await useTextEditor(worktree.path, input, this.#seen) };
        });
      case 'apply_patch':
        return await withInput(applyPatchInputSchema, call.input, async (input) => {
          const parsed = parseUnifiedDiff(input.patch);
          const files = parsed.ok ? parsed.value : [];
          await this.#toolWrites(files.flatMap(({ oldPath, newPath }) => [oldPath ?? [], newPath ?? []].flat()));
          return { observation: await applyPatch(worktree.path, input.patch, this.#seen) };
        });
      case 'search_code':
        return await withInput(searchCodeInputSchema, call.input, async (input) => ({
          observation: await searchCode(worktree.path, input, signal),
        }));
      case 'run_tests':
        return await withInput(runTestsInputSchema, call.input, (input) => this.#runTests(input.files, signal));
      case 'check_gates':
        return await withInput(checkGatesInputSchema, call.input, () => this.#checkGates(signal));
      case 'finish':
        return await withInput(finishInputSchema, call.input, async () => ({
          observation: { content: 'Finished. The gates judge the change now.', isError: false },
          isFinished: true,
        }));
      default:
        return refused(
          `There is no tool ${JSON.stringify(call.name.slice(0, 80))}. The tools are ${toolNames.join(', ')}.`,
        );
    }
  }

  async #runTests(files: readonly string[], signal: AbortSignal): Promise<Acted> {
    const { worktree } = this.#options;
    for (const file of files) {
      const confined = await confine(worktree.path, file, 'read');
      if (!confined.ok) return refused(confined.failure.message);
      // A name that looks like an option would be one.
      if (file.startsWith('-')) return refused(`${JSON.stringify(file)} is not a file.`);
    }
    this.#commandRan();
    const report = await this.#options.runTests(files, signal);
    if (!report.ok) return refused(report.failure.message);
    return { observation: { content: describeReport(report.value), isError: false }, testReport: report.value };
  }

  async #checkGates(signal: AbortSignal): Promise<Acted> {
    const tree = await this.#snapshot(signal);
    const verdicts = await this.#options.checkGates(this.#baseTree, tree, signal);
    return { observation: { content: describeVerdicts(verdicts), isError: false }, verdicts };
  }
}

const refused = (content: string): Acted => ({ observation: { content, isError: true } });

async function withInput<T>(schema: z.ZodType<T>, input: unknown, act: (input: T) => Promise<Acted>): Promise<Acted> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return await act(parsed.data);
  const issues = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`);
  return refused(`The input does not fit the tool: ${issues.slice(0, 5).join('; ')}.`);
}

function cut(text: string): string {
  if (text.length <= maxObservation) return text;
  const half = maxObservation / 2;
  return `${text.slice(0, half)}\n[${text.length - maxObservation} characters are left out here]\n${text.slice(-half)}`;
}
