// The client of the context engine, which lives in a child process, so that reading ten thousand files never holds up the
// editor. A child that is too slow or dies is killed with its question; the next question starts another.
import { type ChildProcess, fork } from 'node:child_process';
import { scrubbedEnvironment } from '../gym/environmentVariables.ts';
import { type ContextAnswer, type ContextRequest, contextAnswerSchema } from '../policies/context/messages.ts';
import type { RepoContext } from '../protocol/policy.ts';
import { failure, type Result, success } from '../protocol/result.ts';

export interface ContextEngineOptions {
  /** Absolute path of the child's script. */
  readonly entry: string;
  /** The longest one question may take, in milliseconds. */
  readonly timeoutMs?: number;
}

/** Megabytes of the child's heap; a repository that needs more fails its question, not the machine. */
const maxHeapMegabytes = 2_048;

export class ContextEngine {
  readonly #options: ContextEngineOptions;
  readonly #waiting = new Map<number, (answer: Result<ContextAnswer>) => void>();
  #child: ChildProcess | undefined;
  #lastId = 0;

  constructor(options: ContextEngineOptions) {
    this.#options = options;
  }

  async gather(question: Omit<ContextRequest, 'id'>, signal: AbortSignal): Promise<Result<RepoContext>> {
    signal.throwIfAborted();
    this.#lastId += 1;
    const id = this.#lastId;
    const child = this.#started();
    const limit = this.#options.timeoutMs ?? 240_000;
    const answer = await new Promise<Result<ContextAnswer>>((settle) => {
      const stop = (message: string) => {
        child.kill('SIGKILL');
        settle(failure('context', message));
      };
      const seconds = Math.round(limit / 1000);
      const timeout = setTimeout(() => stop(`Finding the context took longer than ${seconds} seconds.`), limit);
      const onAbort = () => stop('canceled');
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.set(id, (result) => {
        clearTimeout(timeout);
        signal.removeEventListener('abort', onAbort);
        settle(result);
      });
      child.send({ ...question, id }, (error) => {
        if (error !== null)
          this.#settle(id, failure('context', `The context engine cannot be reached: ${error.message}`));
      });
    });
    this.#settle(id, answer);
    signal.throwIfAborted();
    if (!answer.ok) return answer;
    return answer.value.kind === 'gathered'
      ? success(answer.value.context)
      : failure('context', `The context could not be found: ${answer.value.message}`);
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

  #started(): ChildProcess {
    if (this.#child?.connected === true) return this.#child;
    const child = fork(this.#options.entry, [], {
      // Electron's binary is Node only when it is told so.
      env: scrubbedEnvironment({ ELECTRON_RUN_AS_NODE: '1' }),
      execArgv: [`--max-old-space-size=${maxHeapMegabytes}`],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      errors = (errors + chunk.toString('utf8')).slice(-2_000);
    });
    child.on('message', (message) => {
      const parsed = contextAnswerSchema.safeParse(message);
      if (parsed.success) this.#settle(parsed.data.id, success(parsed.data));
    });
    const ended = (how: string) => {
      if (this.#child === child) this.#child = undefined;
      const message = `The context engine ended unexpectedly (${how}). ${errors}`.trim();
      for (const id of [...this.#waiting.keys()]) this.#settle(id, failure('context', message));
    };
    child.on('exit', (code, killed) => ended(killed ?? `exit code ${code}`));
    child.on('error', (error) => ended(error.message));
    this.#child = child;
    return child;
  }

  #settle(id: number, result: Result<ContextAnswer>): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.(result);
  }
}
