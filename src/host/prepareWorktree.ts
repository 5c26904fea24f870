// Makes a fresh worktree ready by the command the repository's configuration names. Never runs anything else.
import { scrubbedEnvironment } from '../gym/environmentVariables.ts';
import { runContained, whyStopped, withScratch } from '../gym/sandbox/runContained.ts';
import type { RatchetConfig } from '../protocol/config.ts';
import { failure, type Result, success } from '../protocol/result.ts';

/** The worktree, and where its commands find what is not in it. */
export interface PreparePlace {
  readonly cwd: string;
  readonly visible: readonly string[];
  readonly cache: string;
}

export async function prepareWorktree(
  place: PreparePlace,
  config: RatchetConfig,
  signal: AbortSignal,
): Promise<Result<void>> {
  const { prepare, sandbox, tests } = config;
  if (prepare === undefined) return success(undefined);
  const run = await withScratch((scratch) =>
    runContained({
      ...place,
      line: prepare,
      env: scrubbedEnvironment(),
      sandbox,
      scratch,
      timeoutMs: tests.timeoutSeconds * 1000,
      memoryMegabytes: tests.memoryMegabytes,
      signal,
    }),
  );
  if (!run.ok) return run;
  const { ran, containment } = run.value;
  if (ran.exitCode === 0) return success(undefined);
  const tail = `${ran.stdout}${ran.stderr}`.slice(-2_000);
  const why = whyStopped(ran, 'Its commands', { ...tests, sandbox });
  const how = why === null ? `ended with exit code ${ran.exitCode}` : `did not end well. ${why}`;
  // What a sandbox keeps from a command is the likeliest reason for it to fail there.
  const hint =
    containment.contained === 'sandbox'
      ? ' It ran in a sandbox: hosts it needs go under sandbox.hosts, folders it writes under sandbox.write.'
      : '';
  return failure('prepareFailed', `The prepare command of .ratchet/config.yml ${how}: ${tail}${hint}`);
}
