import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isLocked, lockRun } from '../../src/host/runLock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ratchet-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('is given to one host at a time, and to the next when the first lets go', { timeout: 30_000 }, async () => {
  const first = await lockRun(folder, 'vscode', () => undefined);
  expect(first.ok).toBe(true);
  expect(await isLocked(folder)).toBe(true);
  const second = await lockRun(folder, 'cli', () => undefined);
  expect(second).toMatchObject({ ok: false, failure: { reason: 'locked' } });
  if (first.ok) await first.value.release();
  expect(await isLocked(folder)).toBe(false);
  const third = await lockRun(folder, 'cli', () => undefined);
  expect(third.ok).toBe(true);
  if (third.ok) await third.value.release();
});
