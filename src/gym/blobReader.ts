// Blobs from one git that stays, for who has a folder of the repository and no more. When git fails once, nothing can be read any
// more: who asked for many learns that some are missing.
import { spawn } from 'node:child_process';
import { scrubbedEnvironment } from './environmentVariables.ts';
import { GitConversation, never } from './gitConversation.ts';
import { readObject } from './objects.ts';

const readBlob = readObject(true);

export class BlobReader {
  readonly #conversation: GitConversation;
  #failure: Error | undefined;

  /** @param directory a folder of the repository, or its git folder */
  constructor(directory: string) {
    const env = scrubbedEnvironment({ GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', GIT_CONFIG_NOSYSTEM: '1' });
    const start = () =>
      spawn('git', ['cat-file', '--batch'], { cwd: directory, env, stdio: 'pipe', windowsHide: true });
    this.#conversation = new GitConversation(start, { idle: never, age: never });
    this.#conversation.start();
  }

  /** Why nothing can be read any more; undefined while it can. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Undefined when there is no such object. */
  async read(blob: string): Promise<Uint8Array | undefined> {
    if (this.#failure !== undefined) throw this.#failure;
    if (!/^[0-9a-f]{40,64}$/.test(blob)) return undefined;
    try {
      return (await this.#conversation.ask(`${blob}\n`, readBlob))?.bytes;
    } catch (error) {
      this.#failure ??= error instanceof Error ? error : new Error(String(error));
      throw this.#failure;
    }
  }

  close(): void {
    this.#conversation.end();
  }
}
