// Git objects from one process that stays. It reads only.
import type { Git } from './git.ts';
import { GitConversation, never, type ReadAnswer } from './gitConversation.ts';

export interface GitObject {
  readonly kind: string;
  readonly size: number;
  /** Empty when only the size was asked for. */
  readonly bytes: Buffer;
}

/** `--batch` gives objects, `--batch-check` their kind and size. */
export class GitObjects {
  readonly #conversation: GitConversation;
  readonly #read: ReadAnswer<GitObject | undefined>;

  constructor(git: Git, mode: '--batch' | '--batch-check') {
    this.#conversation = new GitConversation(() => git.start(['cat-file', mode]), { idle: never, age: never });
    this.#read = readObject(mode === '--batch');
    this.#conversation.start();
  }

  /** The object, or undefined when there is none. Answers come in the order of the questions. */
  async get(id: string): Promise<GitObject | undefined> {
    if (!/^[0-9a-f]{40,64}$/.test(id)) throw new Error(`${id} is no object id.`);
    return await this.#conversation.ask(`${id}\n`, this.#read);
  }

  dispose(): void {
    this.#conversation.end();
  }
}

/** An answer of `git cat-file --batch`, with the object's bytes or without. */
export const readObject =
  (hasBytes: boolean): ReadAnswer<GitObject | undefined> =>
  (output) => {
    const end = output.indexOf(10);
    if (end < 0) return { needed: output.length + 1 };
    // A name that is not found may have spaces itself.
    const [, kind = '', size = ''] = /^[0-9a-f]+ (\w+) (\d+)$/.exec(output.toString('latin1', 0, end)) ?? [];
    if (size === '') return { answer: undefined, length: end + 1 };
    const length = hasBytes ? end + 1 + Number(size) + 1 : end + 1;
    if (output.length < length) return { needed: length };
    const bytes = hasBytes ? output.subarray(end + 1, length - 1) : Buffer.alloc(0);
    return { answer: { kind, size: Number(size), bytes }, length };
  };
