// The client of the rule engine, which lives in a child process: a parser that crashes, hangs or eats memory takes the
// child with it and never the editor. A dead child is started again by the next question.
import { type ChildProcess, fork } from 'node:child_process';
import { scrubbedEnvironment } from '../gym/environmentVariables.ts';
import { failure, type Result, success } from '../protocol/result.ts';
import type { InvariantRule } from '../protocol/rules.ts';
import {
  type EngineAnswer,
  type EngineRequest,
  engineAnswerSchema,
  type FileFacts,
  type Problem,
  type Violation,
} from './messages.ts';

export interface EngineOptions {
  /** Absolute path of the child's script. */
  readonly entry: string;
  /** The longest one question may take, in milliseconds. */
  readonly timeoutMs?: number;
}

interface Waiting {
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

  async judgeRules(
    root: string,
    files: readonly { path: string; blob: string }[],
    rules: readonly InvariantRule[],
    signal?: AbortSignal,
  ): Promise<Result<{ violations: Violation[]; problems: Problem[] }>> {
    const answer = await this.#ask({ kind: 'judgeRules', root, files: [...files], rules: [...rules] }, signal);
    if (!answer.ok) return answer;
    if (answer.value.kind !== 'rulesJudged')
      return failure('engine', 'The rule engine gave another answer than it was asked for.');
    return success({ violations: answer.value.violations, problems: answer.value.problems });
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

  async #ask(question: Unnumbered<EngineRequest>, signal: AbortSignal | undefined): Promise<Result<EngineAnswer>> {
    signal?.throwIfAborted();
    this.#lastId += 1;
    const id = this.#lastId;
    const limit = this.#options.timeoutMs ?? 120_000;
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
    child.stderr?.on('data', (chunk: Buffer) => {
      errors = (errors + chunk.toString('utf8')).slice(-2_000);
    });
    child.on('message', (message) => {
      const parsed = engineAnswerSchema.safeParse(message);
      if (!parsed.success) return;
      const { data } = parsed;
      this.#settle(data.id, data.kind === 'failed' ? failure('engine', data.message) : success(data));
    });
    const ended = (how: string) => {
      if (this.#child === child) this.#child = undefined;
      const message = `The rule engine ended unexpectedly (${how}). ${errors}`.trim();
      for (const id of [...this.#waiting.keys()]) this.#settle(id, failure('engine', message));
    };
    child.on('exit', (code, killed) => ended(killed ?? `exit code ${code}`));
    child.on('error', (error) => ended(error.message));
    this.#child = child;
    return child;
  }

  #settle(id: number, result: Result<EngineAnswer>): void {
    this.#waiting.get(id)?.settle(result);
    this.#waiting.delete(id);
  }
}
