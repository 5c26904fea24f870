// One writer per run: a lock folder with a heartbeat (proper-lockfile) and a note of who holds it.
import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { check, lock } from 'proper-lockfile';
import { failure, type Result, success } from '../protocol/result.ts';

/** Milliseconds without a heartbeat after which a lock counts as left behind by a dead process. */
const staleAfter = 5_000;
const heartbeat = 1_000;

export interface RunLock {
  release(): Promise<void>;
}

/** `lost` is called when another process took the lock over, for instance after this machine slept. */
export async function lockRun(runDirectory: string, owner: string, lost: () => void): Promise<Result<RunLock>> {
  try {
    const release = await lock(runDirectory, {
      stale: staleAfter,
      update: heartbeat,
      realpath: false,
      lockfilePath: join(runDirectory, 'lock'),
      retries: { retries: 7, factor: 1, minTimeout: 1_000 },
      onCompromised: lost,
    });
    await writeFile(
      join(runDirectory, 'owner.json'),
      `${JSON.stringify({ owner, pid: process.pid, machine: hostname() })}\n`,
    );
    return success({ release });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ELOCKED')
      return failure(
        'locked',
        'Another window or terminal is executing this run. Stop it there, or wait until it ends.',
      );
    throw error;
  }
}

export async function isLocked(runDirectory: string): Promise<boolean> {
  return await check(runDirectory, { stale: staleAfter, realpath: false, lockfilePath: join(runDirectory, 'lock') });
}
