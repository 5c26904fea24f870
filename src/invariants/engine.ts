// The client of the rule engine, which lives in a child process: a parser that crashes, hangs or eats memory takes the
// child with it and never the editor. A dead child is started again by the next question.
import type * as z from 'zod';
import { failure, type Result, success } from '../protocol/result.ts';
import type { RuleHistory } from '../protocol/ruleDocuments.ts';
import type { InvariantRule } from '../protocol/rules.ts';
import { type EngineChild, type EngineQuestion, engineChild, placeOf, youngSpace } from './engineChild.ts';
import type { EngineAnswer, judgeHistorySchema, Problem, Violation } from './messages.ts';
import type { FileFacts } from './testFacts/factSchemas.ts';

export interface EngineOptions {
  /** Absolute path of the child's script. */
  readonly entry: string;
  /** The longest one question may take, in milliseconds. */
  readonly timeoutMs?: number;
  /** The longest one rule may take in one file, in milliseconds. */
  readonly ruleMs?: number;
  /** A folder of the repository, where contents of the base are read. */
  readonly repository?: string;
  /** Where what is known of contents is kept between starts. */
  readonly cacheDirectory?: string;
}

/** Past commits, oldest first, and the files before the first of them. */
type History = Pick<z.infer<typeof judgeHistorySchema>, 'start' | 'commits'>;
const historyMs = 1_800_000;

/** What the rules are judged over. */
export interface Judgement {
  /** A folder with the files. */
  readonly root: string;
  readonly files: readonly { readonly path: string; readonly blob: string }[];
  readonly rules: readonly InvariantRule[];
  /** The files before the change, for rules that compare. */
  readonly base?: readonly { readonly path: string; readonly blob: string }[];
  /** Contents that no repository has, by blob. */
  readonly contents?: Readonly<Record<string, string>>;
}

/** Rules that may hang before the whole judgement is given up. */
const maxStuck = 5;

export class InvariantEngine {
  readonly #options: EngineOptions;
  readonly #child: EngineChild;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#child = engineChild(options.entry, [youngSpace]);
  }

  /** A rule that hangs in a file is stopped there: it proves nothing of that file, and the others are judged all the same. */
  async judgeRules(
    { root, files, rules, base, contents }: Judgement,
    signal?: AbortSignal,
  ): Promise<Result<{ violations: Violation[]; problems: Problem[] }>> {
    const { ruleMs, repository, cacheDirectory } = this.#options;
    const skip: { rule: string; path: string }[] = [];
    const stopped: Problem[] = [];
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#ask(
        {
          kind: 'judgeRules',
          root,
          files: [...files],
          rules: [...rules],
          skip,
          ...(base === undefined ? {} : { base: [...base] }),
          ...(contents === undefined ? {} : { contents: { ...contents } }),
          ...(ruleMs === undefined ? {} : { ruleMs }),
          ...(repository === undefined ? {} : { repository }),
          ...(cacheDirectory === undefined ? {} : { cacheDirectory }),
        },
        signal,
      );
      if (answer.ok) {
        if (answer.value.kind !== 'rulesJudged')
          return failure('engine', 'The rule engine gave another answer than it was asked for.');
        const { violations, problems } = answer.value;
        return success({ violations, problems: [...stopped, ...problems] });
      }
      const stuck = answer.failure.reason === 'stuck' ? placeOf(answer.failure.message) : undefined;
      if (stuck === undefined || attempt > maxStuck) return failure('engine', answer.failure.message);
      const { rule, path } = stuck;
      // The child was at another question's rule; this one is asked again.
      if (!rules.some(({ id }) => id === rule)) continue;
      const where = path === '' ? '' : ` in ${path}`;
      const message = `rule ${rule} took longer than ${(ruleMs ?? 10_000) / 1000} seconds${where} and was stopped.`;
      skip.push({ rule, path });
      stopped.push({ rule, path: path === '' ? null : path, message });
    }
  }

  /** Judges rules over past commits. Reading years of contents takes longer than one check may. */
  async judgeHistory(
    { start, commits }: History,
    rules: readonly InvariantRule[],
    signal?: AbortSignal,
  ): Promise<Result<{ rules: RuleHistory[]; blobs: number }>> {
    const { repository = '.', cacheDirectory } = this.#options;
    const cache = cacheDirectory === undefined ? {} : { cacheDirectory };
    const past = { start: [...start], commits: [...commits] };
    const answer = await this.#ask(
      { kind: 'judgeHistory', repository, rules: [...rules], ...past, ...cache },
      signal,
      historyMs,
    );
    if (!answer.ok) return answer;
    if (answer.value.kind !== 'historyJudged')
      return failure('engine', 'The rule engine gave another answer than it was asked for.');
    return success({ rules: answer.value.rules, blobs: answer.value.blobs });
  }

  async readTests(
    files: readonly { path: string; text: string }[],
    signal?: AbortSignal,
  ): Promise<Result<FileFacts[]>> {
    const answer = await this.#ask({ kind: 'readTests', files: [...files] }, signal);
    if (!answer.ok) return answer;
    if (answer.value.kind !== 'testsRead')
      return failure('engine', 'The rule engine gave another answer than it was asked for.');
    return success(answer.value.files);
  }

  /** Test files that have to do with changed ones, the nearest first. */
  async relatedTests(
    { root, files, changed, tests }: Pick<Judgement, 'root' | 'files'> & Record<'changed' | 'tests', readonly string[]>,
    signal?: AbortSignal,
  ): Promise<Result<string[]>> {
    const { cacheDirectory } = this.#options;
    const cache = cacheDirectory === undefined ? {} : { cacheDirectory };
    const answer = await this.#ask(
      { kind: 'relatedTests', root, files: [...files], changed: [...changed], tests: [...tests], ...cache },
      signal,
    );
    if (!answer.ok) return answer;
    if (answer.value.kind !== 'testsRelated')
      return failure('engine', 'The rule engine gave another answer than it was asked for.');
    return success(answer.value.paths);
  }

  /** The child's process id, for tests; undefined when none is alive. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  async dispose(): Promise<void> {
    await this.#child.dispose();
  }

  async #ask(
    question: EngineQuestion,
    signal: AbortSignal | undefined,
    limit = this.#options.timeoutMs ?? 120_000,
  ): Promise<Result<EngineAnswer>> {
    return await this.#child.ask(question, limit, signal);
  }
}
