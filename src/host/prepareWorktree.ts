// Makes a fresh worktree ready by the command the repository's configuration names. Never runs anything else.
import { scrubbedEnvironment } from '../gym/environmentVariables.ts';
import { runProcess } from '../gym/process.ts';
import type { RatchetConfig } from '../protocol/config.ts';
import { failure, type Result, success } from '../protocol/result.ts';

export async function prepareWorktree(cwd: string, config: RatchetConfig, signal: AbortSignal): Promise<Result<void>> {
  if (config.prepare === undefined) return success(undefined);
  const ran = await runProcess({
    command: config.prepare,
    shell: true,
    cwd,
    env: scrubbedEnvironment(),
    timeoutMs: config.tests.timeoutSeconds * 1000,
    memoryMegabytes: config.tests.memoryMegabytes,
    signal,
  });
  if (ran.exitCode === 0) return success(undefined);
  const tail = `${ran.stdout}${ran.stderr}`.slice(-2_000);
  const how = ran.timedOut ? 'took too long' : `ended with exit code ${ran.exitCode}`;
  return failure('prepareFailed', `The prepare command of .ratchet/config.yml ${how}: ${tail}`);
}
