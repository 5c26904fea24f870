import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { collectScratch } from './scratchFolders.ts';

it('removes what a killed process left more than a day ago, and nothing else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ratchet-scratch-'));
  try {
    const days = (many: number) => new Date(Date.now() - many * 24 * 60 * 60_000);
    const stale = ['ratchet-run-aB3dEf', 'ratchet-probe-aB3dEf'];
    const kept = ['ratchet-run-young1', 'ratchet-0123456789ab', 'ratchet-run-mine', 'other-run-aB3dEf'];
    for (const name of [...stale, ...kept]) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'report'), 'x');
      utimesSync(join(folder, name), days(2), name.endsWith('young1') ? days(0.5) : days(2));
    }
    writeFileSync(join(folder, 'ratchet-run-aFile1'), '');
    utimesSync(join(folder, 'ratchet-run-aFile1'), days(2), days(2));
    await collectScratch(folder);
    expect(readdirSync(folder).sort()).toEqual([...kept, 'ratchet-run-aFile1'].sort());
    await collectScratch(join(folder, 'there-is-none'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
