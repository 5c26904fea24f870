// A git process that stays and answers question after question: to start git again costs more than most answers do, and
// the more the larger we are. It ends with its input, so it never outlives us; nor does it keep us alive.
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { Socket } from 'node:net';

/** What stands at the front of git's output: an answer and its bytes, or how many bytes there must be to tell. */
export type ReadAnswer<T> = (
  output: Buffer,
) => { readonly answer: T; readonly length: number } | { readonly needed: number };

/** So many lines, without their ends. */
export const readLines =
  (count: number): ReadAnswer<string[]> =>
  (output) => {
    let length = 0;
    for (let line = 0; line < count; line += 1) {
      const end = output.indexOf(10, length);
      if (end < 0) return { needed: output.length + 1 };
      length = end + 1;
    }
    return { answer: output.toString('latin1', 0, length).split('\n').slice(0, count), length };
  };

/** All in milliseconds. */
export interface ConversationLimits {
  /** Without a question for so long, the process ends. */
  readonly idle?: number;
  /** No question goes to a process that is older: git remembers what it read of its settings. */
  readonly age?: number;
  /** An answer that takes longer is given up, and the process with it. */
  readonly answer?: number;
}

/** As a limit: the longest time that a timer takes. */
export const never = 2 ** 31 - 1;

export class GitConversation {
  readonly #spawn: () => ChildProcessWithoutNullStreams;
  readonly #limits: Required<ConversationLimits>;
  #session: Session | undefined;

  constructor(spawn: () => ChildProcessWithoutNullStreams, limits: ConversationLimits = {}) {
    this.#spawn = spawn;
    this.#limits = { idle: 10_000, age: 60_000, answer: 600_000, ...limits };
  }

  /** Starts git now, though nothing is asked yet: to start it costs the more the larger we are. */
  start(): void {
    this.#running();
  }

  /** Answers come in the order of the questions. Rejects with what git said when it ends instead. */
  async ask<T>(question: Uint8Array | string, read: ReadAnswer<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    if (this.#session !== undefined && this.#session.age > this.#limits.age) this.end();
    const asked = this.#running().ask(question, read);
    if (signal === undefined) return await asked;
    return await new Promise((resolve, reject) => {
      const abort = () => reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      asked.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    });
  }

  #running(): Session {
    if (this.#session === undefined || this.#session.isOver) this.#session = new Session(this.#spawn(), this.#limits);
    return this.#session;
  }

  /** What was asked is still answered; the next question goes to a new process. */
  end(): void {
    this.#session?.end();
    this.#session = undefined;
  }
}

interface Waiting {
  /** The bytes taken, or those needed. */
  readonly take: (output: Buffer) => { readonly length: number } | { readonly needed: number };
  readonly reject: (error: Error) => void;
}

class Session {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #limits: Required<ConversationLimits>;
  readonly #started = performance.now();
  readonly #waiting: Waiting[] = [];
  #chunks: Buffer[] = [];
  #size = 0;
  /** Bytes before which there is nothing to do; what is less is only kept. */
  #needed = 1;
  #said = '';
  #timer: NodeJS.Timeout | undefined;
  #isCollecting = false;
  isOver = false;

  constructor(child: ChildProcessWithoutNullStreams, limits: Required<ConversationLimits>) {
    this.#child = child;
    this.#limits = limits;
    child.stdout.on('data', (chunk: Buffer) => this.#hear(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      this.#said = `${this.#said}${chunk.toString('utf8')}`.slice(-4_000);
    });
    // Why git stopped reading is said when it ends.
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => this.#over(error.message));
    child.on('close', (code) => this.#over(this.#said.trim() || `code ${code}`));
    this.#holdUs(false);
  }

  /** Milliseconds since the start. */
  get age(): number {
    return performance.now() - this.#started;
  }

  ask<T>(question: Uint8Array | string, read: ReadAnswer<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const take = (output: Buffer) => {
        const found = read(output);
        if ('length' in found) resolve(found.answer);
        return found;
      };
      this.#waiting.push({ take, reject });
      if (this.#waiting.length === 1) this.#holdUs(true);
      this.#collect();
      this.#child.stdin.write(question);
    });
  }

  /** What is asked at once is written at once. */
  #collect(): void {
    if (this.#isCollecting) return;
    this.#isCollecting = true;
    const { stdin } = this.#child;
    stdin.cork();
    queueMicrotask(() => {
      this.#isCollecting = false;
      stdin.uncork();
    });
  }

  end(): void {
    this.isOver = true;
    clearTimeout(this.#timer);
    this.#child.stdin.end();
  }

  #hear(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#needed) return;
    let output = Buffer.concat(this.#chunks);
    this.#needed = 1;
    try {
      for (let next = this.#waiting[0]; next !== undefined && output.length > 0; next = this.#waiting[0]) {
        const taken = next.take(output);
        if ('needed' in taken) {
          this.#needed = taken.needed;
          break;
        }
        output = output.subarray(taken.length);
        this.#waiting.shift();
      }
    } catch (error) {
      this.#said = error instanceof Error ? error.message : String(error);
      this.#child.kill('SIGKILL');
    }
    this.#chunks = output.length === 0 ? [] : [output];
    this.#size = output.length;
    if (this.#waiting.length === 0) this.#holdUs(false);
    else this.#timer?.refresh();
  }

  #over(why: string): void {
    this.isOver = true;
    clearTimeout(this.#timer);
    for (const { reject } of this.#waiting.splice(0)) reject(new Error(`git ended: ${why}`));
  }

  /** The event loop stays for an answer, and for nothing else. */
  #holdUs(isNeeded: boolean): void {
    clearTimeout(this.#timer);
    const { stdin, stdout, stderr } = this.#child;
    for (const handle of [this.#child, stdin, stdout, stderr])
      if (handle === this.#child || handle instanceof Socket) (isNeeded ? handle.ref : handle.unref).call(handle);
    if (this.isOver) return;
    const expire = () => {
      if (!isNeeded) return this.end();
      this.#said = `no answer in ${this.#limits.answer / 1000} s`;
      this.#child.kill('SIGKILL');
    };
    this.#timer = setTimeout(expire, isNeeded ? this.#limits.answer : this.#limits.idle);
    this.#timer.unref();
  }
}
