// The client of the rule engine, which lives in a child process: a parser that crashes, hangs or eats memory takes the
// child with it and never the editor. A dead child is started again by the next question.
import { type ChildProcess, fork } from 'node:child_process';
import * as z from 'zod';
import { scrubbedEnvironment } from '../gym/environmentVariables.ts';
import { failure, type Result, success } from '../protocol/result.ts';
import type { RuleHistory } from '../protocol/ruleDocuments.ts';
import type { InvariantRule } from '../protocol/rules.ts';
import {
  type EngineAnswer,
  type EngineRequest,
  engineAnswerSchema,
  type judgeHistorySchema,
  type Problem,
  type Violation,
} from './messages.ts';
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

interface Place {
  readonly rule: string;
  readonly path: string;
  readonly isStuck: boolean;
}

/** Rules that may hang before the whole judgement is given up. */
const maxStuck = 5;
const placeLine = /^\{"ratchetAt":.*\}\n?/gm;
const placeSchema = z.object({ ratchetAt: z.object({ rule: z.string(), path: z.string(), isStuck: z.boolean() }) });

/** The last place that the watchdog of the child wrote. */
function placeOf(text: string): Place | undefined {
  const line = text.match(placeLine)?.at(-1);
  if (line === undefined) return undefined;
  try {
    const parsed = placeSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data.ratchetAt : undefined;
  } catch {
    // A dying child may leave half a line.
    return undefined;
  }
}

interface Waiting {
  readonly child: ChildProcess;
  readonly settle: (answer: Result<EngineAnswer>) => void;
}

type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never;

export class InvariantEngine {
  readonly #options: EngineOptions;
  readonly #waiting = new Map<number, Waiting>();
  #child: ChildProcess | undefined;
  #lastId = 0;

  constructor(options: EngineOptions) {
    this.#options = options;
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

  /** The child's process id, for tests; undefined when none is alive. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async dispose(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGKILL');
    await gone;
  }

  async #ask(
    question: Unnumbered<EngineRequest>,
    signal: AbortSignal | undefined,
    limit = this.#options.timeoutMs ?? 120_000,
  ): Promise<Result<EngineAnswer>> {
    signal?.throwIfAborted();
    this.#lastId += 1;
    const id = this.#lastId;
    const child = this.#started();
    const answer = await new Promise<Result<EngineAnswer>>((settle) => {
      const stop = (message: string) => {
        // The child may be deep in one native call; nothing but its end gets it out.
        child.kill('SIGKILL');
        settle(failure('engine', message));
      };
      const timeout = setTimeout(
        () => stop(`The rule engine took longer than ${Math.round(limit / 1000)} seconds.`),
        limit,
      );
      const onAbort = () => stop('canceled');
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.set(id, {
        child,
        settle: (result) => {
          clearTimeout(timeout);
          signal?.removeEventListener('abort', onAbort);
          settle(result);
        },
      });
      child.send({ ...question, id }, (error) => {
        if (error !== null) this.#settle(id, failure('engine', `The rule engine cannot be reached: ${error.message}`));
      });
    });
    this.#waiting.delete(id);
    signal?.throwIfAborted();
    return answer;
  }

  #started(): ChildProcess {
    if (this.#child?.connected === true) return this.#child;
    const child = fork(this.#options.entry, [], {
      // Electron's binary is Node only when it is told so.
      env: scrubbedEnvironment({ ELECTRON_RUN_AS_NODE: '1' }),
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    let errors = '';
    let at: Place | undefined;
    child.stderr?.on('data', (chunk: Buffer) => {
      const text = chunk.toString('utf8');
      at = placeOf(text) ?? at;
      errors = (errors + text.replace(placeLine, '')).slice(-2_000);
    });
    child.on('message', (message) => {
      const parsed = engineAnswerSchema.safeParse(message);
      if (!parsed.success) return;
      const { data } = parsed;
      this.#settle(data.id, data.kind === 'failed' ? failure('engine', data.message) : success(data));
    });
    const ended = (how: string) => {
      if (this.#child === child) this.#child = undefined;
      const where = at === undefined ? '' : ` It was last seen with rule ${at.rule} in ${at.path || 'no file'}.`;
      const message = `The rule engine ended unexpectedly (${how}).${where} ${errors}`.trim();
      const failed =
        at?.isStuck === true ? failure('stuck', JSON.stringify({ ratchetAt: at })) : failure('engine', message);
      for (const [id, waiting] of [...this.#waiting]) if (waiting.child === child) this.#settle(id, failed);
    };
    // Not `exit`: what the child said last may still be under way.
    child.on('close', (code, killed) => ended(killed ?? `exit code ${code}`));
    child.on('error', (error) => ended(error.message));
    this.#child = child;
    return child;
  }

  #settle(id: number, result: Result<EngineAnswer>): void {
    this.#waiting.get(id)?.settle(result);
    this.#waiting.delete(id);
  }
}
