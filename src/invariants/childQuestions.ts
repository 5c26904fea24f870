// Questions to a script of ours in a child process: each has a number, one answer, and a limit. A child that is too slow is
// killed with its question; the next question starts another. What a child does never reaches this process but as data.
import { type ChildProcess, fork } from 'node:child_process';
import { scrubbedEnvironment } from '../gym/environmentVariables.ts';
import { failure, type Result } from '../protocol/result.ts';

export interface ChildQuestionsOptions<Answer> {
  /** Absolute path of the child's script. */
  readonly entry: string;
  /** How messages call the child, for instance `rule engine`. */
  readonly name: string;
  /** The reason of its failures. */
  readonly reason: string;
  readonly execArgv?: readonly string[];
  /** undefined for a message that is no answer. */
  readonly parse: (message: unknown) => { readonly id: number; readonly result: Result<Answer> } | undefined;
  /** What an end that nobody asked for means, when stderr knows better than `how` it ended. */
  readonly explainEnd?: (how: string, stderr: string) => Result<never>;
}

interface Waiting<Answer> {
  readonly child: ChildProcess;
  readonly settle: (answer: Result<Answer>) => void;
}

const keptStderr = 64_000;
const shownStderr = 2_000;

export class ChildQuestions<Question extends object, Answer> {
  readonly #options: ChildQuestionsOptions<Answer>;
  readonly #waiting = new Map<number, Waiting<Answer>>();
  #child: ChildProcess | undefined;
  #lastId = 0;

  constructor(options: ChildQuestionsOptions<Answer>) {
    this.#options = options;
  }

  /** The child's process id; undefined when none is alive. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** @param limitMs the longest the answer may take. Cancellation is thrown. */
  async ask(question: Question, limitMs: number, signal?: AbortSignal): Promise<Result<Answer>> {
    signal?.throwIfAborted();
    this.#lastId += 1;
    const id = this.#lastId;
    const child = this.#started();
    const { name, reason } = this.#options;
    const answer = await new Promise<Result<Answer>>((settle) => {
      const stop = (message: string) => {
        // The child may be deep in one native call; nothing but its end gets it out.
        child.kill('SIGKILL');
        settle(failure(reason, message));
      };
      const seconds = Math.round(limitMs / 1000);
      const timeout = setTimeout(() => stop(`The ${name} took longer than ${seconds} seconds.`), limitMs);
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
        if (error !== null) this.#settle(id, failure(reason, `The ${name} cannot be reached: ${error.message}`));
      });
    });
    this.#settle(id, answer);
    signal?.throwIfAborted();
    return answer;
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
    const { entry, name, reason, execArgv = [], parse, explainEnd } = this.#options;
    const child = fork(entry, [], {
      // Electron's binary is Node only when it is told so.
      env: scrubbedEnvironment({ ELECTRON_RUN_AS_NODE: '1' }),
      execArgv: [...execArgv],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString('utf8')).slice(-keptStderr);
    });
    child.on('message', (message) => {
      const parsed = parse(message);
      if (parsed !== undefined) this.#settle(parsed.id, parsed.result);
    });
    const ended = (how: string) => {
      if (this.#child === child) this.#child = undefined;
      const failed =
        explainEnd?.(how, stderr) ??
        failure(reason, `The ${name} ended unexpectedly (${how}). ${stderr.slice(-shownStderr)}`.trim());
      for (const [id, waiting] of [...this.#waiting]) if (waiting.child === child) this.#settle(id, failed);
    };
    // Not `exit`: what the child said last may still be under way.
    child.on('close', (code, killed) => ended(killed ?? `exit code ${code}`));
    child.on('error', (error) => ended(error.message));
    this.#child = child;
    return child;
  }

  #settle(id: number, result: Result<Answer>): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.settle(result);
  }
}
