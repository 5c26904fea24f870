// Runs one process as data in, data out. Nothing it starts outlives it: the whole tree dies with the time, memory or
// output limit, on cancel, and when the process itself ends. Uses node:child_process directly, since what matters here
// is the tree and not the child, and no process library kills a grandchild that left its session.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { constants, setPriority } from 'node:os';
import { failureMessage } from './failureMessage.ts';
import { killTree, useOfTree } from './processTree.ts';
import { limited } from './resourceLimits.ts';

export interface ProcessOptions {
  readonly command: string;
  /** Ignored with `shell`: then `command` is a line for the system's shell. */
  readonly args?: readonly string[];
  readonly shell?: boolean;
  readonly cwd: string;
  /** The whole environment; the caller's own is not added. */
  readonly env: Readonly<Record<string, string>>;
  /** Given to its standard input, which is empty otherwise. */
  readonly input?: string;
  readonly timeoutMs: number;
  /** Resident memory of the whole tree in MiB. */
  readonly memoryMegabytes?: number;
  /** Processes of the tree at one time. */
  readonly processes?: number;
  /** The largest file it may write, in MiB. With it, the processes carry a mark that they cannot take off. */
  readonly fileMegabytes?: number;
  /** Everything it may write to stdout and stderr together, in MiB. */
  readonly outputMegabytes?: number;
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
  readonly tooManyProcesses: boolean;
  readonly tooMuchOutput: boolean;
  readonly stdout: string;
  readonly stderr: string;
  readonly outputTruncated: boolean;
  readonly durationMs: number;
  /** Why the process could not be started, or null. */
  readonly spawnError: string | null;
}

const defaultOutputBytes = 4 * 1024 * 1024;
const watchEveryMs = 250;
/** An environment variable whose value marks every process of one tree, wherever it hides. */
const markName = 'RATCHET_PROCESS_TREE';

export function runProcess(options: ProcessOptions): Promise<ProcessResult> {
  const started = performance.now();
  const token = randomUUID();
  const env = { ...options.env, [markName]: token };
  const isWindows = process.platform === 'win32';
  const isLimited = options.fileMegabytes !== undefined && !isWindows;
  const plain = { command: options.command, args: options.shell === true ? [] : (options.args ?? []), locks: null };
  const asked = options.shell === true ? ['/bin/sh', '-c', options.command] : [options.command, ...plain.args];
  const [program = '', ...rest] = asked;
  const start = isLimited ? limited(program, rest, options.fileMegabytes) : plain;
  const mark = { entry: `${markName}=${token}`, locks: start.locks };
  const spawning = {
    cwd: options.cwd,
    env,
    shell: !isLimited && options.shell === true,
    // A group of its own, so that one signal reaches everything that has not left it.
    detached: !isWindows,
    windowsHide: true,
  };
  const child =
    options.input === undefined
      ? spawn(start.command, start.args, { ...spawning, stdio: ['ignore', 'pipe', 'pipe'] })
      : spawn(start.command, start.args, { ...spawning, stdio: ['pipe', 'pipe', 'pipe'] });
  lowerPriority(child.pid);
  // Whoever ends without having read everything says so by its exit code.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(options.input);
  const stdout = new Tail(options.maxOutputBytes ?? defaultOutputBytes, options.onOutput);
  const stderr = new Tail(options.maxOutputBytes ?? defaultOutputBytes, options.onOutput);
  let written = 0;
  const keep = (tail: Tail) => (chunk: Buffer) => {
    written += chunk.length;
    tail.add(chunk);
    if (written > (options.outputMegabytes ?? Number.POSITIVE_INFINITY) * 1024 * 1024) stop('tooMuchOutput');
  };
  child.stdout.on('data', keep(stdout));
  child.stderr.on('data', keep(stderr));

  let stopped: 'timedOut' | 'canceled' | 'outOfMemory' | 'tooManyProcesses' | 'tooMuchOutput' | undefined;
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
  const { memoryMegabytes = Number.POSITIVE_INFINITY, processes = Number.POSITIVE_INFINITY } = options;
  let isLooking = false;
  const look = async () => {
    if (isLooking || stopped !== undefined) return;
    isLooking = true;
    const use = await useOfTree(child.pid, mark).finally(() => {
      isLooking = false;
    });
    if (use !== undefined && use.processes > processes) stop('tooManyProcesses');
    if (use !== undefined && use.megabytes > memoryMegabytes) stop('outOfMemory');
  };
  const isWatched =
    process.platform === 'linux' && (options.memoryMegabytes !== undefined || options.processes !== undefined);
  // A look that fails, such as one without a free file descriptor, is made up for by the next.
  const watch = isWatched ? setInterval(() => void look().catch(() => undefined), watchEveryMs) : undefined;

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
            tooManyProcesses: stopped === 'tooManyProcesses',
            tooMuchOutput: stopped === 'tooMuchOutput',
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

/** Whoever watches must come first: a command that forks without end would otherwise leave nobody the time to stop it. */
function lowerPriority(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended already.
  }
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
