// Ends the engine's child when one rule hangs in one file: a thread looks at what the main thread is at, since a native call
// or a regular expression cannot be interrupted. What it was at is written to standard error, where the parent reads it.
import { Worker } from 'node:worker_threads';

const capacity = 2_048;

/** Runs in the thread. `head` is [sequence, length, limit in milliseconds]; a length of 0 means idle. */
const script = `
const { workerData } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const head = new Int32Array(workerData, 0, 3);
const bytes = new Uint8Array(workerData, 12);
let seen = -1, since = Date.now(), told = -1;
setInterval(() => {
  const sequence = Atomics.load(head, 0);
  const length = Atomics.load(head, 1);
  if (sequence !== seen || length === 0) { seen = sequence; since = Date.now(); return; }
  const [rule, path] = Buffer.from(bytes.subarray(0, length)).toString('utf8').split('\\t');
  const isStuck = Date.now() - since > Atomics.load(head, 2);
  if (!isStuck && told === sequence) return;
  told = sequence;
  writeSync(2, JSON.stringify({ ratchetAt: { rule, path, isStuck } }) + '\\n');
  if (isStuck) process.kill(process.pid, 'SIGKILL');
}, 100);
`;

export class Watchdog {
  readonly #head: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #encoder = new TextEncoder();
  #sequence = 0;

  constructor() {
    const shared = new SharedArrayBuffer(12 + capacity);
    this.#head = new Int32Array(shared, 0, 3);
    this.#bytes = new Uint8Array(shared, 12);
    new Worker(script, { eval: true, workerData: shared }).unref();
  }

  get limitMs(): number {
    return Atomics.load(this.#head, 2);
  }

  set limitMs(limit: number) {
    Atomics.store(this.#head, 2, limit);
  }

  enter(rule: string, path: string): void {
    const { written } = this.#encoder.encodeInto(`${rule}\t${path}`, this.#bytes);
    this.#sequence = (this.#sequence + 1) % 2_000_000_000;
    Atomics.store(this.#head, 1, written);
    Atomics.store(this.#head, 0, this.#sequence);
  }

  leave(): void {
    Atomics.store(this.#head, 1, 0);
  }
}
