// Runs one process as data in, data out. Nothing it starts outlives it: the whole tree dies with the time, memory or
// output limit, on cancel, and when the process itself ends. Uses node:child_process directly, since what matters here
// is the tree and not the child, and no process library kills a grandchild that left its session.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { failureMessage } from './failureMessage.ts';

export interface ProcessOptions {
  readonly command: string;
  /** Ignored with `shell`: then `command` is a line for the system's shell. */
  readonly args?: readonly string[];
  readonly shell?: boolean;
  readonly cwd: string;
  /** The whole environment; the caller's own is not added. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Resident memory of the whole tree in MiB. */
  readonly memoryMegabytes?: number;
  readonly signal?: AbortSignal;
  /** Bytes kept of stdout and of stderr each; what is beyond is dropped from the front. */
  readonly maxOutputBytes?: number;
  readonly onOutput?: (text: string) => void;
}

export interface ProcessResult {
  /** null when the process was killed or never began. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  readonly canceled: boolean;
  readonly outOfMemory: boolean;
  readonly stdout: string;
  readonly stderr: string;
  readonly outputTruncated: boolean;
  readonly durationMs: number;
  /** Why the process could not be started, or null. */
  readonly spawnError: string | null;
}

const defaultOutputBytes = 4 * 1024 * 1024;
const watchEveryMs = 500;
/** An environment variable whose value marks every process of one tree, wherever it hides. */
const markName = 'RATCHET_PROCESS_TREE';

export function runProcess(options: ProcessOptions): Promise<ProcessResult> {
  const started = performance.now();
  const mark = randomUUID();
  const env = { ...options.env, [markName]: mark };
  const isWindows = process.platform === 'win32';
  const child = spawn(options.command, options.shell === true ? [] : [...(options.args ?? [])], {
    cwd: options.cwd,
    env,
    shell: options.shell === true,
    // A group of its own, so that one signal reaches everything that has not left it.
    detached: !isWindows,
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stdout = new Tail(options.maxOutputBytes ?? defaultOutputBytes, options.onOutput);
  const stderr = new Tail(options.maxOutputBytes ?? defaultOutputBytes, options.onOutput);
  child.stdout.on('data', (chunk: Buffer) => stdout.add(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.add(chunk));

  let stopped: 'timedOut' | 'canceled' | 'outOfMemory' | undefined;
  let spawnError: string | null = null;
  let killing: Promise<void> = Promise.resolve();
  const stop = (reason: typeof stopped) => {
    if (stopped !== undefined) return;
    stopped = reason;
    killing = killTree(child.pid, mark);
  };
  const timeout = setTimeout(() => stop('timedOut'), options.timeoutMs);
  const onAbort = () => stop('canceled');
  options.signal?.addEventListener('abort', onAbort, { once: true });
  if (options.signal?.aborted === true) stop('canceled');
  const limit = options.memoryMegabytes;
  const watch =
    limit === undefined || process.platform !== 'linux'
      ? undefined
      : setInterval(() => {
          treeMegabytes(child.pid, mark).then(
            (used) => (used > limit ? stop('outOfMemory') : undefined),
            () => undefined,
          );
        }, watchEveryMs);

  return new Promise((resolve) => {
    let isFinished = false;
    const finish = (exitCode: number | null, signal: string | null) => {
      if (isFinished) return;
      isFinished = true;
      clearTimeout(timeout);
      clearInterval(watch);
      options.signal?.removeEventListener('abort', onAbort);
      killing
        .then(() => killTree(undefined, mark))
        .finally(() => {
          resolve({
            // A process that never began closes with a negative errno, which is no exit code.
            exitCode: stopped === undefined && spawnError === null ? exitCode : null,
            signal,
            timedOut: stopped === 'timedOut',
            canceled: stopped === 'canceled',
            outOfMemory: stopped === 'outOfMemory',
            stdout: stdout.text(),
            stderr: stderr.text(),
            outputTruncated: stdout.isTruncated || stderr.isTruncated,
            durationMs: performance.now() - started,
            spawnError,
          });
        });
    };
    child.on('error', (error) => {
      spawnError = failureMessage(error);
      if (child.pid === undefined) finish(null, null);
    });
    let exited: [number | null, string | null] | undefined;
    // `close` waits for whoever holds the pipes; a grandchild may hold them for ever, so `exit` clears up first.
    child.on('exit', (code, signal) => {
      exited = [code, signal];
      killing = killing.then(() => killTree(child.pid, mark));
    });
    child.on('close', (code, signal) => finish(...(exited ?? [code, signal])));
  });
}

/** The last bytes of a stream. */
class Tail {
  isTruncated = false;
  readonly #limit: number;
  readonly #listener: ((text: string) => void) | undefined;
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(limit: number, listener: ((text: string) => void) | undefined) {
    this.#limit = limit;
    this.#listener = listener;
  }

  add(chunk: Buffer): void {
    this.#listener?.(chunk.toString('utf8'));
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size <= 2 * this.#limit) return;
    const kept = Buffer.concat(this.#chunks).subarray(-this.#limit);
    this.#chunks = [Buffer.from(kept)];
    this.#size = kept.length;
    this.isTruncated = true;
  }

  text(): string {
    const all = Buffer.concat(this.#chunks);
    if (all.length > this.#limit) this.isTruncated = true;
    return all.subarray(-this.#limit).toString('utf8');
  }
}

/** Kills a process group and everything that carries the mark, until nothing is left. */
async function killTree(pid: number | undefined, mark: string): Promise<void> {
  if (process.platform === 'win32') {
    if (pid !== undefined)
      await new Promise<void>((resolve) =>
        spawn('taskkill', ['/pid', String(pid), '/T', '/F'])
          .on('close', () => resolve())
          .on('error', () => resolve()),
      );
    return;
  }
  if (pid !== undefined) kill(-pid);
  // New children can appear between looking and killing, so look again until a look finds nobody.
  for (let round = 0; round < 50; round += 1) {
    const members = await treeMembers(pid, mark);
    if (members.length === 0) return;
    for (const member of members) kill(member);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Already gone, which is what was wanted.
  }
}

/** Processes that carry the mark in their environment (Linux), or descend from `pid` (elsewhere). */
async function treeMembers(pid: number | undefined, mark: string): Promise<number[]> {
  if (process.platform !== 'linux') return pid === undefined ? [] : await descendants(pid);
  const entry = Buffer.from(`${markName}=${mark}`);
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const members: number[] = [];
  for (let at = 0; at < names.length; at += lookedAtOnce) {
    if (at > 0) await new Promise((resolve) => setImmediate(resolve));
    for (const name of names.slice(at, at + lookedAtOnce)) if (isMember(name, entry)) members.push(Number(name));
  }
  return members;
}

/** Read at once and not in turns of the event loop: that is several times as quick, and a quick look misses less. */
const lookedAtOnce = 64;

function isMember(pid: string, entry: Buffer): boolean {
  try {
    if (!readFileSync(`/proc/${pid}/environ`).includes(entry)) return false;
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    // A process that ends while it is looked at, or belongs to another user, is not ours.
    return false;
  }
}

async function descendants(pid: number): Promise<number[]> {
  const listing = await new Promise<string>((resolve) => {
    const ps = spawn('ps', ['-axo', 'pid=,ppid='], { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    ps.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    ps.on('close', () => resolve(text)).on('error', () => resolve(''));
  });
  const pairs = listing.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  const found: number[] = [];
  const queue = [pid];
  for (let parent = queue.shift(); parent !== undefined; parent = queue.shift())
    for (const [child, itsParent] of pairs)
      if (child !== undefined && itsParent === parent) {
        found.push(child);
        queue.push(child);
      }
  return found;
}

async function treeMegabytes(pid: number | undefined, mark: string): Promise<number> {
  let pages = 0;
  for (const member of await treeMembers(pid, mark)) {
    const [, resident] = (await readFile(`/proc/${member}/statm`, 'utf8').catch(() => '0 0')).split(' ');
    pages += Number(resident);
  }
  return (pages * 4096) / (1024 * 1024);
}
