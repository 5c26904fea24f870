// Which sandbox this system really has: found by running a command in it once. Never trusts that a program is there.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SandboxConfig } from '../../protocol/config.ts';
import { failure, type Result, success } from '../../protocol/result.ts';
import type { Containment } from '../../protocol/verdict.ts';
import { scrubbedEnvironment } from '../environmentVariables.ts';
import { runProcess } from '../process.ts';
import { makeScratch, removeScratch } from '../scratchFolders.ts';
import { bubblewrap } from './bubblewrap.ts';
import type { ConfinedCommand, Confinement } from './confinement.ts';
import { seatbelt } from './seatbelt.ts';

export interface Sandbox {
  readonly name: 'bubblewrap' | 'seatbelt';
  wrap(line: string, confinement: Confinement): ConfinedCommand;
}

const probeMs = 10_000;
const kinds: Partial<Record<NodeJS.Platform, Sandbox>> = {
  linux: { name: 'bubblewrap', wrap: bubblewrap },
  darwin: { name: 'seatbelt', wrap: seatbelt },
};
let known: Promise<Result<Sandbox>> | undefined;

/** The sandbox of this system, or why there is none. Tried once in the life of this process. */
export async function findSandbox(): Promise<Result<Sandbox>> {
  known ??= probe(kinds[process.platform]);
  return await known;
}

/** What `sandbox` of the configuration comes to on this machine, for a verdict and for a person. */
export async function containmentOf(config: SandboxConfig): Promise<Containment> {
  if (config.mode === 'off')
    return { contained: 'none', detail: 'The sandbox is switched off in .ratchet/config.yml.' };
  const found = await findSandbox();
  return found.ok
    ? { contained: 'sandbox', detail: found.value.name }
    : { contained: 'none', detail: found.failure.message };
}

/** The command must be able to write inside and unable to write outside; anything else is no sandbox. Exported for its test. */
export async function probe(sandbox: Sandbox | undefined): Promise<Result<Sandbox>> {
  if (sandbox === undefined) return failure('noSandbox', `Ratchet knows no sandbox for ${process.platform}.`);
  const outside = await makeScratch('probe');
  const scratch = await makeScratch('probe');
  try {
    const temporary = join(scratch, 'tmp');
    await mkdir(temporary);
    const line = `echo inside > '${scratch}/in' && if (echo out > '${outside}/out') 2>/dev/null; then exit 1; else exit 7; fi`;
    const confinement = { cwd: scratch, scratch, temporary, write: [], visible: [], network: 'none' as const };
    const ran = await runProcess({
      ...sandbox.wrap(line, confinement),
      cwd: scratch,
      env: scrubbedEnvironment(),
      timeoutMs: probeMs,
    });
    const inside = await readFile(join(scratch, 'in'), 'utf8').catch(() => '');
    const isOutside = await readFile(join(outside, 'out')).then(
      () => true,
      () => false,
    );
    if (ran.exitCode === 7 && inside === 'inside\n' && !isOutside) return success(sandbox);
    return failure('noSandbox', whyNot(sandbox, ran.spawnError, ran.stderr));
  } finally {
    await removeScratch(scratch);
    await removeScratch(outside);
  }
}

function whyNot({ name }: Sandbox, spawnError: string | null, said: string): string {
  if (name === 'bubblewrap' && spawnError !== null)
    return 'The program bubblewrap (bwrap) was not found. Install it, for instance by `apt install bubblewrap`.';
  const first = (spawnError ?? said).trim().split('\n')[0]?.slice(0, 200) ?? '';
  const why = first === '' ? 'a command in it did not do what it should' : first;
  return name === 'bubblewrap'
    ? `Bubblewrap does not work here (${why}). It needs user namespaces, which this system or container does not allow.`
    : `The sandbox of macOS does not work here (${why}).`;
}
