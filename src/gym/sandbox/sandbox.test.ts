// The sandbox that is not there, or does not hold: what is said then, and that nothing passes for contained.
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { configSchema } from '../../protocol/config.ts';
import { isAllowed } from './hostProxy.ts';
import { probe } from './sandbox.ts';

let folder: string;
const path = process.env.PATH ?? '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'ratchet-sandbox-')));
});
afterEach(() => {
  process.env.PATH = path;
  vi.resetModules();
  rmSync(folder, { recursive: true, force: true });
});

describe('probe', () => {
  it('takes nothing for a sandbox that lets a command write elsewhere', async () => {
    const found = await probe({
      name: 'bubblewrap',
      wrap: (line) => ({ command: '/bin/sh', args: ['-c', line] }),
    });
    expect(found).toMatchObject({ ok: false, failure: { reason: 'noSandbox' } });
  });
  it('takes nothing for a sandbox that does not run the command', async () => {
    const found = await probe({ name: 'bubblewrap', wrap: () => ({ command: '/bin/sh', args: ['-c', 'exit 7'] }) });
    expect(found.ok).toBe(false);
  });
  it('says what it said when it fails', async () => {
    const args = ['-c', 'echo "bwrap: setting up uid map: Permission denied" >&2; exit 1'];
    const found = await probe({ name: 'bubblewrap', wrap: () => ({ command: '/bin/sh', args }) });
    expect(found.ok ? '' : found.failure.message).toContain('setting up uid map: Permission denied');
  });
  it('says which systems it does not know', async () => {
    const found = await probe(undefined);
    expect(found.ok ? '' : found.failure.message).toContain(process.platform);
  });
});

/** The modules as on a machine whose search path has the usual programs and no bubblewrap. */
async function without(run: string | undefined) {
  for (const name of ['sh', 'cat', 'echo'])
    for (const from of path.split(delimiter)) {
      try {
        symlinkSync(join(from, name), join(folder, name));
        break;
      } catch {
        // It is there already, or the next folder has it.
      }
    }
  if (run !== undefined) writeFileSync(join(folder, 'bwrap'), run, { mode: 0o755 });
  process.env.PATH = folder;
  vi.resetModules();
  return {
    ...(await import('./runContained.ts')),
    ...(await import('./sandbox.ts')),
  };
}

describe.runIf(process.platform === 'linux')('without bubblewrap (Linux)', () => {
  const command = (mode: string, scratch: string) => ({
    line: 'echo it ran',
    cwd: folder,
    env: { PATH: path },
    sandbox: configSchema.parse({ sandbox: { mode } }).sandbox,
    scratch,
    visible: [],
    timeoutMs: 10_000,
    memoryMegabytes: 1024,
  });
  it('auto runs the command and says that nothing contained it', async () => {
    const { runContained, withScratch } = await without(undefined);
    const run = await withScratch((scratch) => runContained(command('auto', scratch)));
    expect(run).toMatchObject({ ok: true, value: { ran: { stdout: 'it ran\n' }, containment: { contained: 'none' } } });
    expect(run.ok ? run.value.containment.detail : '').toContain('apt install bubblewrap');
  });
  it('required does not run the command, and names what to install', async () => {
    const { runContained, withScratch } = await without(undefined);
    const run = await withScratch((scratch) => runContained(command('required', scratch)));
    expect(run).toMatchObject({ ok: false, failure: { reason: 'sandboxMissing' } });
    expect(run.ok ? '' : run.failure.message).toContain('apt install bubblewrap');
  });
  it('one that does not work is none, whatever its name', async () => {
    const { findSandbox } = await without(
      '#!/bin/sh\necho "bwrap: No permissions to create new namespace" >&2\nexit 1\n',
    );
    const found = await findSandbox();
    expect(found.ok ? '' : found.failure.message).toContain('No permissions to create new namespace');
  });
  it('a program of that name in the worktree is not run', async () => {
    const { runContained, withScratch } = await without(undefined);
    const planted = join(folder, 'node_modules', '.bin');
    const { mkdirSync, existsSync } = await import('node:fs');
    mkdirSync(planted, { recursive: true });
    writeFileSync(join(planted, 'bwrap'), `#!/bin/sh\ntouch ${folder}/was-run\n`, { mode: 0o755 });
    const env = { PATH: `${planted}${delimiter}${path}` };
    await withScratch((scratch) => runContained({ ...command('auto', scratch), env }));
    expect(existsSync(join(folder, 'was-run'))).toBe(false);
  });
  it('a verdict is of other circumstances than one with a sandbox', async () => {
    const { testsGate } = await import('../../gates/tests.ts');
    const config = configSchema.parse({});
    const of = (contained: 'sandbox' | 'none', sandbox = config.sandbox) =>
      JSON.stringify(testsGate.configOf({ ...config, sandbox }, { containment: { contained, detail: '' } }));
    expect(of('sandbox')).not.toBe(of('none'));
    expect(of('sandbox')).not.toBe(of('sandbox', { ...config.sandbox, hosts: ['example.org'] }));
  });
});

describe('isAllowed', () => {
  const at = (host: string, port = 443) => ({ host, port });
  it.each([
    ['example.org', at('example.org'), true],
    ['example.org', at('sub.example.org'), false],
    ['*.example.org', at('sub.example.org'), true],
    ['*.example.org', at('example.org'), false],
    ['*.example.org', at('badexample.org'), false],
    ['example.org:443', at('example.org', 80), false],
    ['Example.ORG', at('example.org'), true],
    ['example.org', at('example.org.evil.test'), false],
    ['', at(''), false],
  ])('%j and %j: %s', (entry, target, allowed) => {
    expect(isAllowed(entry === '' ? [] : [entry], target)).toBe(allowed);
  });
});
