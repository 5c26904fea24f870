// `ratchet restore` as a person runs it: what an acceptance wrote is taken back byte for byte, and that can be undone.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSample } from '../../scripts/sample/create.mjs';
import { restoreDocumentSchema, restorePointsDocumentSchema } from '../../src/protocol/restorePoint.ts';
import { ratchet as run } from '../helpers/cli.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ratchet-cli-'));
  createSample(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ratchet = (...args: string[]) => run(folder, args);
const contents = () => readFileSync(join(folder, 'src/domain/rates.ts'), 'utf8');

describe('ratchet restore', () => {
  it('takes back what was accepted, and undoes that', async () => {
    writeFileSync(join(folder, 'mine.txt'), 'not committed\n');
    const before = contents();
    expect((await ratchet('plan', 'Add a bulk discount', '--yes', '--apply')).code).toBe(0);
    const accepted = contents();
    expect(accepted).not.toBe(before);

    const list = await ratchet('restore', 'list', '--json');
    const { points } = restorePointsDocumentSchema.parse(JSON.parse(list.stdout));
    expect(points).toMatchObject([{ reason: 'acceptance' }]);

    const refused = await ratchet('restore', 'to', 'latest');
    expect([refused.code, contents()]).toEqual([2, accepted]);
    expect(refused.stderr).toContain('--yes');
    const dry = await ratchet('restore', 'to', 'latest', '--dry-run');
    expect([dry.code, contents()]).toEqual([0, accepted]);
    expect(dry.stdout).toContain('remove  src/domain/discount.ts');

    const restored = await ratchet('restore', 'to', 'latest', '--yes', '--json');
    const document = restoreDocumentSchema.parse(JSON.parse(restored.stdout));
    expect(document.written).toContain('src/domain/rates.ts');
    expect(document.undo).not.toBeNull();
    expect(contents()).toBe(before);
    expect(existsSync(join(folder, 'src/domain/discount.ts'))).toBe(false);
    expect(readFileSync(join(folder, 'mine.txt'), 'utf8')).toBe('not committed\n');

    const undone = await ratchet('restore', 'undo', '--yes');
    expect([undone.code, contents()]).toEqual([0, accepted]);
  });

  it('keeps a point that was asked for, and says what to do next', async () => {
    const nothing = await ratchet('restore', 'list');
    expect(nothing.stdout).toContain('ratchet restore take');
    expect((await ratchet('restore', 'undo', '--yes')).stderr).toContain('There is no restore to undo.');
    const taken = await ratchet('restore', 'take', 'before the experiment');
    expect(taken.stdout).toContain('Come back with: ratchet restore to');
    expect((await ratchet('restore', 'list')).stdout).toContain('before the experiment');
    const same = await ratchet('restore', 'to', 'latest', '--yes');
    expect(same.stdout).toContain('The working copy is as it was');
    const unknown = await ratchet('restore', 'to', 'x', '--yes', '--json');
    expect([unknown.code, JSON.parse(unknown.stdout).failure.reason]).toEqual([2, 'noSuchPoint']);
  });
});
