// Git objects from one process that stays: starting git again for every question costs more the larger we are. It reads
// only, and ends when its input is closed, so it never outlives us.
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Git } from './git.ts';

export interface GitObject {
  readonly kind: string;
  readonly size: number;
  /** Empty when only the size was asked for. */
  readonly bytes: Buffer;
}

interface Waiting {
  readonly resolve: (found: GitObject | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** `--batch` gives objects, `--batch-check` their kind and size. */
export class GitObjects {
  readonly #git: Git;
  readonly #mode: '--batch' | '--batch-check';
  #child: ChildProcessWithoutNullStreams | undefined;
  #waiting: Waiting[] = [];
  #chunks: Buffer[] = [];
  #length = 0;
  /** Bytes needed before there is anything to do; what is less is only kept. */
  #needed = 1;

  constructor(git: Git, mode: '--batch' | '--batch-check') {
    this.#git = git;
    this.#mode = mode;
    this.#started();
  }

  /** The object, or undefined when there is none. Answers come in the order of the questions. */
  async get(id: string): Promise<GitObject | undefined> {
    if (!/^[0-9a-f]{40,64}$/.test(id)) throw new Error(`${id} is no object id.`);
    const child = this.#started();
    return await new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      child.stdin.write(`${id}\n`);
    });
  }

  dispose(): void {
    this.#child?.stdin.end();
    this.#child = undefined;
  }

  #started(): ChildProcessWithoutNullStreams {
    if (this.#child !== undefined) return this.#child;
    const child = this.#git.start(['cat-file', this.#mode]);
    child.stdout.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#length += chunk.length;
      if (this.#length >= this.#needed) this.#answer();
    });
    child.stderr.resume();
    child.stdin.on('error', () => undefined);
    const ended = (why: string) => {
      if (this.#child === child) this.#child = undefined;
      this.#chunks = [];
      this.#length = 0;
      this.#needed = 1;
      for (const { reject } of this.#waiting.splice(0)) reject(new Error(`git cat-file ended (${why}).`));
    };
    child.on('error', (error) => ended(error.message));
    child.on('close', (code) => ended(`code ${code}`));
    // It must not keep us alive; its input closes with us.
    child.unref();
    this.#child = child;
    return child;
  }

  #answer(): void {
    let all = Buffer.concat(this.#chunks);
    this.#needed = 1;
    while (this.#waiting.length > 0) {
      const end = all.indexOf(10);
      if (end < 0) break;
      const [, kind = '', size] = all.toString('latin1', 0, end).split(' ');
      const isFound = size !== undefined;
      const length = isFound && this.#mode === '--batch' ? Number(size) : 0;
      const whole = end + 1 + (isFound && this.#mode === '--batch' ? length + 1 : 0);
      if (all.length < whole) {
        this.#needed = whole;
        break;
      }
      const bytes = all.subarray(end + 1, end + 1 + length);
      this.#waiting.shift()?.resolve(isFound ? { kind, size: Number(size), bytes } : undefined);
      all = all.subarray(whole);
    }
    this.#chunks = all.length === 0 ? [] : [all];
    this.#length = all.length;
  }
}
