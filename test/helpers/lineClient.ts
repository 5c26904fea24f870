// A child process that is asked and answers by lines of JSON over its standard input and output.
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';

export class LineClient {
  readonly child: ChildProcessWithoutNullStreams;
  readonly #waiting: ((line: string) => void)[] = [];
  readonly #lines: string[] = [];
  readonly exited: Promise<number | null>;
  stderr = '';

  constructor(child: ChildProcessWithoutNullStreams) {
    this.child = child;
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
}
