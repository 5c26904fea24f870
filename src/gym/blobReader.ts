// Reads many blobs through one `git cat-file --batch`, in the order they are asked for. The process ends with `close`, or
// when whoever asks is gone, since git stops at the end of its input.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { scrubbedEnvironment } from './environmentVariables.ts';

interface Waiting {
  readonly resolve: (content: Uint8Array | undefined) => void;
  readonly reject: (error: Error) => void;
}

export class BlobReader {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting: Waiting[] = [];
  readonly #asked: string[] = [];
  #chunks: Buffer[] = [];
  #size = 0;
  /** Bytes of the answer under way, header and last line feed included; undefined before its header is there. */
  #wanted: { readonly header: number; readonly total: number; readonly isMissing: boolean } | undefined;
  #failure: Error | undefined;

  /** @param directory a folder of the repository, or its git folder */
  constructor(directory: string) {
    this.#child = spawn('git', ['cat-file', '--batch'], {
      cwd: directory,
      env: scrubbedEnvironment({ GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', GIT_CONFIG_NOSYSTEM: '1' }),
      stdio: 'pipe',
      windowsHide: true,
    });
    this.#child.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#child.stderr.resume();
    this.#child.stdin.on('error', (error) => this.#fail(error));
    this.#child.on('error', (error) => this.#fail(error));
    this.#child.on('close', (code) => this.#fail(new Error(`git cat-file ended with code ${code}`)));
  }

  /** Why nothing can be read any more; undefined while it can. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Undefined when there is no such object. */
  read(blob: string): Promise<Uint8Array | undefined> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (!/^[0-9a-f]{40,64}$/.test(blob)) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#asked.push(blob);
      if (this.#asked.length === 1) queueMicrotask(() => this.#ask());
    });
  }

  /** What is asked for at once is written at once. */
  #ask(): void {
    const blobs = this.#asked.splice(0);
    if (this.#failure === undefined) this.#child.stdin.write(`${blobs.join('\n')}\n`);
  }

  close(): void {
    this.#child.stdin.end();
    this.#child.kill();
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    for (;;) {
      if (this.#wanted === undefined) {
        const all = this.#joined();
        const end = all.indexOf(10);
        if (end < 0) return;
        const [, kind, size] = all.subarray(0, end).toString('utf8').split(' ');
        const isMissing = kind === 'missing' || size === undefined;
        this.#wanted = { header: end + 1, total: end + 1 + (isMissing ? 0 : Number(size) + 1), isMissing };
      }
      const { header, total, isMissing } = this.#wanted;
      if (this.#size < total) return;
      const all = this.#joined();
      const content = isMissing ? undefined : all.subarray(header, total - 1);
      this.#chunks = [all.subarray(total)];
      this.#size = all.length - total;
      this.#wanted = undefined;
      this.#waiting.shift()?.resolve(content);
      if (this.#size === 0) return;
    }
  }

  #joined(): Buffer {
    const [only] = this.#chunks;
    if (this.#chunks.length === 1 && only !== undefined) return only;
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
