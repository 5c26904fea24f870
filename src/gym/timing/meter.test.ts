// What meters print is read as they print it, and the line that they go around does what it did. A meter that this machine lacks
// is left out, and said.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scrubbedEnvironment } from '../environmentVariables.ts';
import { runProcess } from '../process.ts';
import { meters } from './meter.ts';

describe('meters', () => {
  it('read what they print', () => {
    const counted =
      '# started on\n\n1234567;;instructions:u;61884211;100.00;;\n61.88;msec;task-clock:u;61884211;100.00;0.8;CPUs\n';
    expect(meters.perf.read(counted)).toEqual({ cpu: 61.88, instructions: 1_234_567 });
    const uncounted = '<not supported>;;instructions:u;0;100.00;;\n61884211;;task-clock;61884211;100.00;;\n';
    expect(meters.perf.read(uncounted)).toEqual({ cpu: 61.884211, instructions: null });
    expect(meters.perf.read('Error: No permission')).toEqual({ cpu: null, instructions: null });
    expect(meters.bash.read('1.250 0,250\n')).toEqual({ cpu: 1_500, instructions: null });
    expect(meters.times.read('0m0.01s 0m0.00s\n1m0.50s 0m0.25s\n')).toEqual({ cpu: 60_750, instructions: null });
    expect(meters.times.read('no times')).toEqual({ cpu: null, instructions: null });
  });

  it.skipIf(process.platform === 'win32').each(['bash', 'times'] as const)(
    'go around a command without changing its output or its end: %s',
    async (name) => {
      const folder = mkdtempSync(join(tmpdir(), 'ratchet-meter-'));
      try {
        const file = join(folder, "o'dd file");
        const busy =
          'let s = 0; for (let i = 0; i < 2e7; i += 1) s = (s * 31 + i) % 1000003; process.exitCode = s < 0 ? 1 : 3;';
        const line = `echo out; echo "err" >&2; '${process.execPath}' -e '${busy}'`;
        const command = meters[name].around(line, file);
        const env = scrubbedEnvironment();
        const ran = await runProcess({ command, shell: true, cwd: folder, env, timeoutMs: 60_000 });
        expect([ran.exitCode, ran.stdout, ran.stderr]).toEqual([3, 'out\n', 'err\n']);
        const { cpu } = meters[name].read(readFileSync(file, 'utf8'));
        // The child's time is in it: a shell alone takes a few milliseconds.
        expect(cpu).toBeGreaterThan(20);
        expect(cpu).toBeLessThan(60_000);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    70_000,
  );
});
