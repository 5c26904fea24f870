// A finding accepted by a person: in CI's words, from `ratchet check` to `ratchet accept` and back.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSample } from '../../scripts/sample/create.mjs';
import { checkDocumentSchema } from '../../src/protocol/cliDocuments.ts';
import { ratchet as run } from '../helpers/cli.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ratchet-cli-'));
  createSample(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ratchet = (...args: string[]) => run(folder, args);

async function integrity() {
  const checked = await ratchet('check', '--json');
  const { verdicts } = checkDocumentSchema.parse(JSON.parse(checked.stdout));
  return verdicts.find(({ gate }) => gate === 'integrity');
}

it('what integrity found is accepted with a reason, and stays visible', { timeout: 120_000 }, async () => {
  rmSync(join(folder, 'test/money.test.ts'));
  const before = await integrity();
  expect(before).toMatchObject({ status: 'failed', findings: [{ rule: 'integrity/deleted-test-file' }] });
  const fingerprint = before?.findings[0]?.fingerprint ?? '';

  const text = await ratchet('check');
  expect(text.stdout).toContain(fingerprint);
  expect((await ratchet('accept', fingerprint, '--reason', 'ok')).code).toBe(2);
  expect((await ratchet('accept', 'ffffffff', '--reason', 'There is no such thing.')).code).toBe(2);
  const accepted = await ratchet('accept', fingerprint, '--reason', 'Money is tested in another repository.');
  expect([accepted.code, accepted.stderr.includes('cannot')]).toEqual([0, false]);

  const after = await integrity();
  expect(after?.status).toBe('passed');
  expect(after?.findings.map(({ severity }) => severity).sort()).toEqual(['info', 'warning']);
  const path = join(folder, '.ratchet/accepted.jsonl');
  const line = JSON.parse(readFileSync(path, 'utf8'));
  expect(line).toMatchObject({ fingerprint, reason: 'Money is tested in another repository.' });

  writeFileSync(path, `${JSON.stringify({ ...line, reason: '' })}\n`);
  expect((await integrity())?.status).toBe('failed');
});
