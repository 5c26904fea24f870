// What measures a command's whole process tree on this machine: hardware counters where they work, CPU time else. What cannot
// measure is found out by trying it; it never changes what the command does or how it ends.
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RatchetConfig } from '../../protocol/config.ts';
import { scrubbedEnvironment } from '../environmentVariables.ts';
import { runContained, withScratch } from '../sandbox/runContained.ts';
import { readReport, shellQuote } from '../testRunner/reportFiles.ts';

/** Milliseconds of user and system together; instructions of the user's part, where the processor counts them. */
export interface Metered {
  readonly cpu: number | null;
  readonly instructions: number | null;
}

export interface Meter {
  readonly name: 'perf' | 'bash' | 'times' | 'none';
  /** The line with the meter around it; what was measured goes to `file`. */
  around(line: string, file: string): string;
  read(text: string): Metered;
}

const nothing: Metered = { cpu: null, instructions: null };

const perf: Meter = {
  name: 'perf',
  around: (line, file) =>
    `perf stat -x ';' -o ${shellQuote(file)} -e instructions:u,task-clock -- /bin/sh -c ${shellQuote(line)}`,
  read: (text) => {
    // `61.88;msec;task-clock:u;...`; older versions give nanoseconds and no unit. Some locales write a comma.
    const [, clock, unit] = /^(\d[\d.,]*);(\w*);task-clock(?::\w+)?;/m.exec(text) ?? [];
    const instructions = /^(\d+);\w*;instructions(?::\w+)?;/m.exec(text)?.[1];
    const time = clock === undefined ? null : Number(clock.replace(',', '.'));
    return {
      cpu: time === null || unit === 'msec' ? time : time / 1e6,
      instructions: instructions === undefined ? null : Number(instructions),
    };
  },
};

/** Milliseconds, as bash prints them. */
const bash: Meter = {
  name: 'bash',
  around: (line, file) => {
    const script = `TIMEFORMAT='%3U %3S'; { time /bin/sh -c "$1" 2>&3; } 3>&2 2>"$2"`;
    return `bash -c ${shellQuote(script)} bash ${shellQuote(line)} ${shellQuote(file)}`;
  },
  read: (text) => {
    const [, user, system] = /^(\d+[.,]\d+) (\d+[.,]\d+)\s*$/m.exec(text) ?? [];
    if (user === undefined || system === undefined) return nothing;
    const seconds = (digits: string): number => Number(digits.replace(',', '.'));
    return { ...nothing, cpu: 1000 * (seconds(user) + seconds(system)) };
  },
};

/** Hundredths of a second: every POSIX shell has it. The second line is that of the children. */
const times: Meter = {
  name: 'times',
  around: (line, file) => `/bin/sh -c ${shellQuote(line)}; code=$?; times > ${shellQuote(file)}; exit $code`,
  read: (text) => {
    const parts = [...(text.split('\n')[1] ?? '').matchAll(/(\d+)m(\d+[.,]\d+)s/g)];
    if (parts.length !== 2) return nothing;
    const seconds = parts.map(([, minutes, rest = '']) => 60 * Number(minutes) + Number(rest.replace(',', '.')));
    return { ...nothing, cpu: 1000 * seconds.reduce((sum, part) => sum + part, 0) };
  },
};

const none: Meter = { name: 'none', around: (line) => line, read: () => nothing };

export interface MeterPlace {
  readonly cwd: string;
  readonly visible: readonly string[];
  readonly cache: string;
  readonly sandbox: RatchetConfig['sandbox'];
  readonly signal: AbortSignal;
}

const tryMs = 20_000;

/** The first that measures and passes an exit code on, in the sandbox as the runs will be. */
export async function findMeter(place: MeterPlace): Promise<Meter> {
  if (process.platform === 'win32') return none;
  for (const meter of [perf, bash, times]) {
    const { value: exitCode, metered } = await measured(meter, place.cache, async (around) => {
      const ran = await withScratch((scratch) =>
        runContained({
          ...place,
          line: around('exit 7'),
          env: scrubbedEnvironment(),
          scratch,
          timeoutMs: tryMs,
          memoryMegabytes: 512,
        }),
      );
      return ran.ok ? ran.value.ran.exitCode : null;
    });
    place.signal.throwIfAborted();
    if (exitCode === 7 && metered.cpu !== null) return meter;
  }
  return none;
}

/** `cache`: a folder that the command may write to. */
export async function measured<T>(
  meter: Meter,
  cache: string,
  use: (around: (line: string) => string) => Promise<T>,
): Promise<{ value: T; metered: Metered }> {
  const file = join(cache, `meter-${randomUUID()}`);
  try {
    const value = await use((line) => meter.around(line, file));
    const text = await readReport(file);
    return { value, metered: text === undefined ? nothing : meter.read(text) };
  } finally {
    await rm(file, { force: true });
  }
}

/** Exported for its tests. */
export const meters = { perf, bash, times };
