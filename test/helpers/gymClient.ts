// A client of `ratchet gym serve` as an outside policy would write it: a child process and lines of JSON.
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { LineClient } from './lineClient.ts';

const cli = resolve(import.meta.dirname, '../../dist/cli.mjs');

export class GymClient extends LineClient {
  #id = 0;

  constructor(repository: string, ...args: string[]) {
    super(
      spawn(process.execPath, [cli, 'gym', 'serve', '--repo', repository, ...args], {
        env: { ...process.env, NO_COLOR: '1' },
      }),
    );
  }

  async call(method: string, params?: unknown): Promise<Record<string, never>> {
    this.#id += 1;
    const answer = await this.ask(JSON.stringify({ jsonrpc: '2.0', id: this.#id, method, params }));
    return answer as Record<string, never>;
  }

  async act(name: string, input: unknown = {}): Promise<Record<string, never>> {
    return await this.call('step', { action: { name, input } });
  }
}
