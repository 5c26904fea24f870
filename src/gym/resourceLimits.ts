// Limits of the system on one command, set by `prlimit` before it starts. Never changes the limits of this process.
import { randomInt } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

export interface LimitedCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** The limit on file locks that marks the command's processes; null when limits cannot be set here. */
  readonly locks: number | null;
}

const program = ['/usr/bin/prlimit', '/bin/prlimit', '/run/current-system/sw/bin/prlimit'].find(
  (path) => process.platform === 'linux' && existsSync(path),
);

/** The same command under limits, or as it is where the system has no `prlimit`. */
export function limited(command: string, args: readonly string[], fileMegabytes: number): LimitedCommand {
  const locks = program === undefined ? null : newMark();
  if (program === undefined || locks === null) return { command, args, locks: null };
  const bytes = Math.round(fileMegabytes * 1024 * 1024);
  return {
    command: program,
    args: [`--locks=${locks}:${locks}`, `--fsize=${bytes}:${bytes}`, '--core=0:0', '--', command, ...args],
    locks,
  };
}

/** A number nobody else has. It lies in the upper half of what is allowed, so that commands in commands have one too. */
function newMark(): number | null {
  const line = /^Max file locks +\S+ +(\S+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
  const most = Math.min(line === 'unlimited' || line === undefined ? 2 ** 47 : Number(line), 2 ** 47);
  return most < 2 ** 20 ? null : randomInt(Math.ceil(most / 2), most);
}
