// Finds and kills every process that a command started, wherever it hides. Never touches a process that was there before.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';

/**
 * What tells a command's processes from others, on Linux. The environment can be cleared and a session can be left; the
 * resource limit is kept by every child and cannot be raised again.
 */
export interface TreeMark {
  /** `NAME=value` in the environment. */
  readonly entry: string;
  /** The limit on file locks, which the kernel keeps and does not use; null when it was not set. */
  readonly locks: number | null;
}

export interface TreeUse {
  readonly processes: number;
  readonly megabytes: number;
}

interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  readonly isGone: boolean;
  /** Clock ticks since the machine started. */
  readonly started: number;
  readonly pages: number;
}

const killMs = 10_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Kills the process group of `pid` and everything of its tree, until nothing is left. */
export async function killTree(pid: number | undefined, mark: TreeMark): Promise<void> {
  if (process.platform === 'win32') {
    if (pid !== undefined) await run('taskkill', ['/pid', String(pid), '/T', '/F']);
    return;
  }
  // New children can appear between looking and killing, so look again until a look finds nobody.
  for (const end = performance.now() + killMs; performance.now() < end; await pause(5)) {
    if (pid !== undefined) kill(-pid);
    const members = process.platform === 'linux' ? await membersOf(pid, mark) : await descendants(pid);
    if (members.length === 0) return;
    for (const member of members) kill(typeof member === 'number' ? member : member.pid);
  }
}

/** What the tree uses now; undefined where the system does not say. */
export async function useOfTree(pid: number | undefined, mark: TreeMark): Promise<TreeUse | undefined> {
  if (process.platform !== 'linux') return undefined;
  const members = await membersOf(pid, mark);
  const pages = members.reduce((sum, member) => sum + member.pages, 0);
  return { processes: members.length, megabytes: (pages * 4096) / (1024 * 1024) };
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Already gone, which is what was wanted.
  }
}

/** Living processes that descend from `pid` or carry a mark. */
async function membersOf(pid: number | undefined, mark: TreeMark): Promise<ProcessStat[]> {
  const all = await stats();
  const own = all.find((stat) => stat.pid === process.pid);
  const tree = new Set(pid === undefined ? [] : [pid]);
  const members: ProcessStat[] = [];
  // In the order of their start, a parent comes before its children.
  for (const stat of all.sort((a, b) => a.started - b.started || a.pid - b.pid)) {
    if (stat.pid === process.pid || (own !== undefined && stat.started < own.started)) continue;
    if (!tree.has(stat.pid) && !tree.has(stat.parent) && !isMarked(stat.pid, mark)) continue;
    tree.add(stat.pid);
    if (!stat.isGone) members.push(stat);
  }
  return members;
}

async function stats(): Promise<ProcessStat[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const texts: string[] = [];
  for (const [index, name] of names.entries()) {
    if (index % lookedAtOnce === lookedAtOnce - 1) await new Promise((resolve) => setImmediate(resolve));
    texts.push(textOf(`/proc/${name}/stat`));
  }
  return texts.flatMap((text, index) => {
    // The name stands in brackets and may hold anything, brackets included.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    if (fields.length < 22) return [];
    const [state, parent] = fields;
    return {
      pid: Number(names[index]),
      parent: Number(parent),
      isGone: state === 'Z' || state === 'X',
      started: Number(fields[19]),
      pages: Number(fields[21]),
    };
  });
}

/** Read at once and not in turns of the event loop: that is several times as quick, and a quick look misses less. */
const lookedAtOnce = 64;

/** Empty for a process that ended while it was looked at, or that is another user's. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function isMarked(pid: number, mark: TreeMark): boolean {
  // Another user's process does not show its environment; its limits are for everyone to read.
  const environment = textOf(`/proc/${pid}/environ`);
  if (`\0${environment}`.includes(`\0${mark.entry}\0`)) return true;
  if (mark.locks === null) return false;
  const limits = textOf(`/proc/${pid}/limits`);
  return new RegExp(`^Max file locks +${mark.locks} +${mark.locks} `, 'm').test(limits);
}

async function descendants(pid: number | undefined): Promise<number[]> {
  if (pid === undefined) return [];
  const listing = await run('ps', ['-axo', 'pid=,ppid=']);
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

async function run(command: string, args: readonly string[]): Promise<string> {
  return await new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.on('close', () => resolve(text)).on('error', () => resolve(''));
  });
}
