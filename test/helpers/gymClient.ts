// A client of `ratchet gym serve` as an outside policy would write it: a child process and lines of JSON.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

const cli = resolve(import.meta.dirname, '../../dist/cli.mjs');

export class GymClient {
  readonly child: ChildProcessWithoutNullStreams;
  readonly #waiting: ((line: string) => void)[] = [];
  readonly #lines: string[] = [];
  readonly exited: Promise<number | null>;
  stderr = '';
  #id = 0;

  constructor(repository: string, ...args: string[]) {
    this.child = spawn(process.execPath, [cli, 'gym', 'serve', '--repo', repository, ...args], {
      env: { ...process.env, NO_COLOR: '1' },
    });
    this.child.stderr.on('data', (chunk) => {
      this.stderr += chunk;
    });
    // A server that has gone closes its end while a test still writes.
    this.child.stdin.on('error', () => undefined);
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      const next = this.#waiting.shift();
      if (next === undefined) this.#lines.push(line);
      else next(line);
    });
    this.exited = new Promise((done) => {
      this.child.on('close', (code) => done(code));
    });
  }

  send(line: string): void {
    this.child.stdin.write(`${line}\n`);
  }

  async answer(): Promise<unknown> {
    const line = this.#lines.shift() ?? (await new Promise<string>((done) => this.#waiting.push(done)));
    return JSON.parse(line);
  }

  async ask(line: string): Promise<unknown> {
    this.send(line);
    return await this.answer();
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
