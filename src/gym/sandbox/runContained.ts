// The one way in which a command of the project is run: in the sandbox, or without one where the configuration allows it,
// and then the result says so. Always with limits, a scrubbed environment and temporary files of its own.
import { mkdir, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import type { SandboxConfig } from '../../protocol/config.ts';
import { failure, type Result, success } from '../../protocol/result.ts';
import type { Containment } from '../../protocol/verdict.ts';
import { type ProcessResult, runProcess } from '../process.ts';
import { makeScratch, removeScratch } from '../scratchFolders.ts';
import { type Confinement, isWithin } from './confinement.ts';
import { editableVariables } from './editableInstalls.ts';
import { openHostProxy } from './hostProxy.ts';
import { containmentOf, findSandbox } from './sandbox.ts';

export interface CommandOptions {
  /** A line for the system's shell. */
  readonly line: string;
  readonly cwd: string;
  /** The whole environment; where temporary files go and which cache a tool uses is added here. */
  readonly env: Readonly<Record<string, string>>;
  readonly sandbox: SandboxConfig;
  /** A folder of this command alone, from `withScratch`. */
  readonly scratch: string;
  /** Folders that the command must see wherever they lie: those that links in the worktree lead to. */
  readonly visible: readonly string[];
  /** A folder for caches of tools that would go to the home folder; without it, they last as long as the command. */
  readonly cache?: string | undefined;
  readonly timeoutMs: number;
  readonly memoryMegabytes: number;
  readonly maxOutputBytes?: number;
  readonly signal?: AbortSignal;
  readonly onOutput?: (text: string) => void;
}

export interface Contained {
  readonly ran: ProcessResult;
  readonly containment: Containment;
}

/** Fails with `sandboxMissing` only: when the configuration requires a sandbox and there is none. */
export async function runContained(options: CommandOptions): Promise<Result<Contained>> {
  const { sandbox: config, scratch, line } = options;
  const cwd = await realpath(options.cwd);
  const containment = await containmentOf(config);
  if (config.mode === 'required' && containment.contained === 'none')
    return failure(
      'sandboxMissing',
      `The configuration requires a sandbox, and there is none. ${containment.detail} Or set sandbox.mode to auto in .ratchet/config.yml.`,
    );
  const temporary = join(scratch, 'tmp');
  await mkdir(temporary, { recursive: true });
  const isConfined = containment.contained === 'sandbox';
  // Bubblewrap puts the folder in the place of /tmp, for programs that ask nobody where temporary files go.
  const seen = isConfined && process.platform === 'linux' ? '/tmp' : temporary;
  const cache = options.cache ?? join(scratch, 'cache');
  await mkdir(cache, { recursive: true });
  const write = await existing(config.write.map(fromHome));
  const env = {
    ...options.env,
    ...(await editableVariables(options.visible, cwd, options.env)),
    ...{ TMPDIR: seen, TMP: seen, TEMP: seen },
    ...(isConfined ? cachesIn(cache, write, options.env) : {}),
  };
  const proxy = isConfined ? await proxyFor(config.hosts, scratch) : undefined;
  try {
    const found = await findSandbox();
    const confinement: Confinement = {
      cwd,
      scratch,
      temporary,
      write: [...write, await realpath(cache)],
      visible: [...options.visible, ...pathsIn(options.env)],
      network: config.hosts.includes('*') ? 'all' : (proxy?.network ?? 'none'),
    };
    const start =
      isConfined && found.ok ? found.value.wrap(line, confinement) : ({ command: line, shell: true } as const);
    const { timeoutMs, memoryMegabytes, signal, maxOutputBytes, onOutput } = options;
    const ran = await runProcess({
      ...start,
      cwd,
      env,
      timeoutMs,
      memoryMegabytes,
      processes: config.processes,
      fileMegabytes: config.fileMegabytes,
      outputMegabytes: config.outputMegabytes,
      ...(signal === undefined ? {} : { signal }),
      ...(maxOutputBytes === undefined ? {} : { maxOutputBytes }),
      ...(onOutput === undefined ? {} : { onOutput }),
    });
    return success({ ran, containment });
  } finally {
    await proxy?.close();
  }
}

/** Why the command was stopped or did not start, in a sentence; null when it ended by itself. `what`: "The tests". */
export function whyStopped(
  ran: ProcessResult,
  what: string,
  limits: { timeoutSeconds: number; memoryMegabytes: number; sandbox: SandboxConfig },
): string | null {
  const { processes, outputMegabytes } = limits.sandbox;
  if (ran.spawnError !== null) return `${what} could not be started: ${ran.spawnError}`;
  if (ran.timedOut) return `${what} took longer than ${limits.timeoutSeconds} seconds and were stopped.`;
  if (ran.outOfMemory) return `${what} used more than ${limits.memoryMegabytes} MiB of memory and were stopped.`;
  if (ran.tooManyProcesses) return `${what} had more than ${processes} processes and were stopped.`;
  if (ran.tooMuchOutput) return `${what} wrote more than ${outputMegabytes} MiB of output and were stopped.`;
  return null;
}

/** A folder for one command, and its removal, whatever the command left in it. */
export async function withScratch<T>(use: (scratch: string) => Promise<T>): Promise<T> {
  const scratch = await makeScratch('run');
  try {
    return await use(scratch);
  } finally {
    await removeScratch(scratch);
  }
}

/** Go cannot build without its cache. The person's own is used when the configuration opens it, and never else. */
function cachesIn(
  cache: string,
  write: readonly string[],
  env: Readonly<Record<string, string>>,
): Record<string, string> {
  const own = env.GOCACHE ?? join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'go-build');
  return write.some((folder) => isWithin(own, folder)) ? {} : { GOCACHE: join(cache, 'go-build') };
}

async function proxyFor(hosts: readonly string[], scratch: string) {
  if (hosts.length === 0 || hosts.includes('*')) return undefined;
  const socket = join(scratch, 'proxy.sock');
  const proxy = await openHostProxy(hosts, process.platform === 'linux' ? socket : 0);
  const network = proxy.port === null ? { socket } : { port: proxy.port };
  return { network, close: () => proxy.close() };
}

const fromHome = (path: string): string =>
  path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : resolve(path);

async function existing(paths: readonly string[]): Promise<string[]> {
  const real = await Promise.all(paths.map((path) => realpath(path).catch(() => undefined)));
  return real.flatMap((path) => path ?? []);
}

/** Absolute paths that the environment names: where programs and toolchains lie. */
function pathsIn(env: Readonly<Record<string, string>>): string[] {
  const named = Object.entries(env).filter(([name]) => !/^(TMPDIR|TMP|TEMP|PWD|OLDPWD)$/i.test(name));
  return [process.execPath, ...named.flatMap(([, value]) => value.split(delimiter))].filter((path) =>
    path.startsWith('/'),
  );
}
