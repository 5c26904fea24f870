// Investigations with a scripted policy: a history with one culprit of three hunks, and answers that stand in a file.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deriveHunks } from '../../src/gym/hunks.ts';
import type { Doubt, Hypothesis } from '../../src/protocol/hypotheses.ts';
import { brokenSum, goodSum, makeHistory, plainHistory } from './history.ts';
import type { TestRepository } from './repository.ts';

export const culprit = 4;
/** The hunks of the culprit: a comment, the sign that breaks it, and a constant. */
export const [commentHunk = '', signHunk = '', unitHunk = ''] = deriveHunks('src/sum.js', goodSum, brokenSum).map(
  ({ id }) => id,
);

export const brokenHistory = (): TestRepository & { readonly ids: string[] } =>
  makeHistory(plainHistory(9, { [culprit]: { subject: 'Tidy the sum', files: { 'src/sum.js': brokenSum } } }));

export const hypothesis = (more: Partial<Hypothesis> & Pick<Hypothesis, 'experiment'>): Hypothesis => ({
  statement: 'The sum subtracts.',
  mechanism: 'The sign was turned round.',
  path: 'src/sum.js',
  startLine: 3,
  endLine: 3,
  prior: 0.5,
  prediction: 'Without that hunk the test passes.',
  ...more,
});

export const withoutSign = { action: 'revertHunks', hunks: [signHunk], expects: 'passes' };
export const withoutUnit = { action: 'revertHunks', hunks: [unitHunk], expects: 'passes' };

/** A patch of the file as it is after the culprit. */
export const printing = (line: string): string =>
  `--- a/src/sum.js\n+++ b/src/sum.js\n@@ -2,2 +2,3 @@\n export function sum(a, b) {\n+  ${line}\n   return a - b;\n`;

export const otherInput = (call: string, expected: string): string =>
  `--- a/test/sum.test.js\n+++ b/test/sum.test.js\n@@ -6,1 +6,1 @@\n-  assert.equal(sum(2, 3), 5);\n+  assert.equal(${call}, ${expected});\n`;

export interface WrittenScript {
  readonly file: string;
  readonly policy: string;
  remove(): void;
}

export function writeScript(
  hypotheses: readonly unknown[],
  {
    match = 'sum',
    explains = 'failure',
    doubt,
  }: { readonly match?: string; readonly explains?: 'failure' | 'slowdown'; readonly doubt?: Doubt } = {},
): WrittenScript {
  const folder = mkdtempSync(join(tmpdir(), 'ratchet-script-'));
  const file = join(folder, 'script.json');
  const one = { match, explains, hypotheses, ...(doubt && { doubt }) };
  writeFileSync(file, JSON.stringify({ investigations: [one] }));
  return { file, policy: `scripted:${file}`, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
