// Attempts to outlive a command, or to use up the machine. They must fail without a sandbox too, so each is made both ways.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runProcess } from '../../src/gym/process.ts';
import { itSandboxed, modes, useWorld } from '../helpers/containment.ts';

const held = useWorld();
/** Limits of the kernel are set by a program that every usual Linux has. */
const itLimited = existsSync('/usr/bin/prlimit')
  ? it
  : (name: string, ...rest: [unknown, unknown?]) =>
      it.skip(`${name} (skipped: this machine has no prlimit)`, () => void rest);

const seconds = 1_000;

/** Starts something that would run for a day, by a name that can be found again. */
const sleeper = (): string => `sleep ${held.world.token}`;

describe.each(modes)('sandbox %s: nothing outlives its command', (mode) => {
  const daemons: readonly (readonly [string, () => string])[] = [
    ['in the background', () => `${sleeper()} &`],
    ['without the hangup signal', () => `nohup ${sleeper()} > /dev/null 2>&1 &`],
    ['in a session of its own', () => `setsid ${sleeper()} > /dev/null 2>&1 &`],
    ['with two forks', () => `(setsid sh -c '${sleeper()} > /dev/null 2>&1 &' &)`],
    ['without its environment', () => `env -i /bin/sleep ${held.world.token} > /dev/null 2>&1 &`],
    ['without its environment, in a session', () => `env -i setsid /bin/sleep ${held.world.token} > /dev/null 2>&1 &`],
    [
      'without its environment, with two forks, and every pipe closed',
      () => `(env -i setsid /bin/sh -c '/bin/sleep ${held.world.token} <&- >&- 2>&- &' <&- >&- 2>&- &) ; sleep 0.1`,
    ],
    ['in another folder', () => `(cd / && setsid env -i /bin/sleep ${held.world.token} <&- >&- 2>&- &)`],
    ['deaf to signals', () => `(trap '' TERM HUP INT; setsid ${sleeper()} > /dev/null 2>&1 &)`],
    ['that starts itself again', () => `setsid sh -c 'while :; do ${sleeper()} & wait; done' > /dev/null 2>&1 &`],
    ['while it holds the output open', () => `setsid ${sleeper()} &`],
  ];
  it.each(daemons)('%s', async (_name, line) => {
    const report = await held.world.run(line(), { mode });
    expect(report.exitCode).toBe(0);
    expect(report.containment.contained).toBe(mode === 'off' ? 'none' : 'sandbox');
    // What is left is looked for after every test.
  });
  it('after the time limit, deaf to signals', { timeout: 20 * seconds }, async () => {
    const report = await held.world.run(`trap '' TERM INT HUP; (setsid ${sleeper()} &) ; while :; do sleep 1; done`, {
      mode,
      timeoutSeconds: 1,
    });
    expect(report).toMatchObject({ timedOut: true, exitCode: null });
    expect(report.durationMs).toBeLessThan(10 * seconds);
  });
  it('after a cancel', async () => {
    held.world.command = `env -i setsid /bin/sleep ${held.world.token} > /dev/null 2>&1 & ${sleeper()}`;
    held.world.settings = { mode };
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 700);
    const running = held.world.environment.step({ id: '1', name: 'run_tests', input: { files: [] } }, abort.signal);
    await expect(running).rejects.toThrow(/abort/i);
  });
  it('though the shell kills itself first', async () => {
    const report = await held.world.run(`setsid ${sleeper()} > /dev/null 2>&1 & sleep 0.1; kill -9 $$`, { mode });
    expect(report.exitCode).not.toBe(0);
  });
});

describe.each(modes)('sandbox %s: nothing uses up the machine', (mode) => {
  // A thousand and not without end: a test that fails must not take the machine with it.
  it('by forks of forks', { timeout: 60 * seconds }, async () => {
    const line = `f() { if [ $1 -gt 0 ]; then f $(($1 - 1)) & f $(($1 - 1)) & fi; : ${held.world.token}; sleep 60; }; f 8`;
    const report = await held.world.run(line, { mode, processes: 150, timeoutSeconds: 30 });
    expect(report.errors.join()).toContain('more than 150 processes');
    expect(report.exitCode).toBeNull();
  });
  it('by output without end', { timeout: 30 * seconds }, async () => {
    const report = await held.world.run(`yes ${held.world.token}`, { mode, outputMegabytes: 8 });
    expect(report.errors.join()).toContain('more than 8 MiB of output');
    expect(report.outputTail.length).toBeLessThan(10_000);
  });
  it('by output of one line without end', { timeout: 30 * seconds }, async () => {
    const report = await held.world.run('cat /dev/zero >&2', { mode, outputMegabytes: 8 });
    expect(report.errors.join()).toContain('more than 8 MiB of output');
  });
  it('by memory', { timeout: 30 * seconds }, async () => {
    const hog = `node -e "/* ${held.world.token} */ const kept = []; setInterval(() => kept.push(Buffer.alloc(32 << 20, 1)), 20)"`;
    const report = await held.world.run(hog, { mode, memoryMegabytes: 400 });
    expect(report.errors.join()).toContain('more than 400 MiB of memory');
  });
  it('by memory of many children', { timeout: 30 * seconds }, async () => {
    const hog = `node -e "/* ${held.world.token} */ const b = Buffer.alloc(100 << 20, 1); setTimeout(() => b[0], 60000)" & `;
    const report = await held.world.run(`${hog.repeat(6)} wait`, { mode, memoryMegabytes: 400 });
    expect(report.errors.join()).toContain('more than 400 MiB of memory');
  });
  itLimited('by a file of 10 GB with nothing in it', async () => {
    const report = await held.world.run('truncate -s 10G big', { mode, fileMegabytes: 64 });
    expect(report.exitCode).not.toBe(0);
    expect(existsSync(join(held.world.worktree.path, 'big'))).toBe(true);
    expect(readFileSync(join(held.world.worktree.path, 'big')).length).toBe(0);
  });
  itLimited('by a file of 10 GB with something in it', { timeout: 30 * seconds }, async () => {
    const report = await held.world.run('dd if=/dev/zero of=big bs=1M count=10240 2>&1', { mode, fileMegabytes: 64 });
    expect(report.exitCode).not.toBe(0);
    expect(readFileSync(join(held.world.worktree.path, 'big')).length).toBe(64 * 1024 * 1024);
  });
  itLimited('by a large file among the temporary ones, which are gone afterwards', async () => {
    const report = await held.world.run('head -c 100M /dev/zero > "$TMPDIR/big"; echo "at $TMPDIR"', {
      mode,
      fileMegabytes: 16,
    });
    expect(report.outputTail).toMatch(/at \//);
  });
  it('by a core dump', async () => {
    const report = await held.world.run('ulimit -c', { mode });
    expect(report.outputTail.trim()).toBe('0');
  });
});

describe('limits that a command cannot lift', () => {
  itLimited('a child does not write more than its parent may', async () => {
    const ran = await runProcess({
      command: 'ulimit -f unlimited 2>/dev/null; env -i head -c 3M /dev/zero > big',
      shell: true,
      cwd: held.world.worktree.path,
      env: { PATH: process.env.PATH ?? '' },
      timeoutMs: 10 * seconds,
      fileMegabytes: 1,
    });
    // Root may lift its own limits; in the sandbox it is not root.
    if (process.getuid?.() !== 0) expect(ran.exitCode).not.toBe(0);
    else expect(ran.spawnError).toBeNull();
  });
  itSandboxed('nor as root, in the sandbox', async () => {
    const report = await held.world.run(
      'prlimit --fsize=unlimited --pid $$; ulimit -f unlimited; head -c 3M /dev/zero > big',
      {
        fileMegabytes: 1,
      },
    );
    expect(report.exitCode).not.toBe(0);
  });
});

describe('processes of the host', () => {
  itSandboxed('are not seen', async () => {
    const report = await held.world.run(`ls /proc | grep -c '^[0-9]'; test -e /proc/${process.pid} && echo seen`);
    expect(report.outputTail).not.toContain('seen');
    expect(Number(report.outputTail.trim())).toBeLessThan(8);
  });
  itSandboxed('do not die when the parent is killed', async () => {
    const report = await held.world.run('kill -9 $PPID; kill -9 1; echo still here');
    expect(process.pid).toBeGreaterThan(0);
    expect(report.containment.contained).toBe('sandbox');
  });
  itSandboxed('do not die when everyone is killed', async () => {
    const report = await held.world.run('kill -9 -1');
    expect(report.exitCode).not.toBe(0);
  });
  itSandboxed('cannot be killed by number', async () => {
    const report = await held.world.run(`kill -0 ${process.pid}`);
    expect(report.exitCode).not.toBe(0);
  });
});
