// `ratchet investigate --write-test` on a real history: a test that catches the cause, and what is no such test. The policy is
// scripted; the runs and the judgement are real.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { investigationDocumentSchema, replayDocumentSchema } from '../../src/protocol/cliDocuments.ts';
import { leftovers, ratchet } from '../helpers/cli.ts';
import { makeHistory, projectFiles } from '../helpers/history.ts';
import type { TestRepository } from '../helpers/repository.ts';

const price = (rounding: string) =>
  `export function price(weight) {\n  return Math.${rounding}(weight) * 2;\n}\n\n\n\n\nexport const unit = '${rounding}';\n`;
const check = `import('./src/price.js').then(({ price }) => process.exit(price(1.5) === 4 ? 0 : 1))`;
const testOf = (weight: number, expected: number) => `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { price } from '../src/price.js';

test('charges a started kilogram as a whole one', () => {
  assert.equal(price(${weight}), ${expected});
});
`;
const create = (path: string, text: string) => ({
  name: 'str_replace_based_edit_tool',
  input: { command: 'create', path, file_text: text },
});
const write = (text: string) => ({ toolCalls: [create('test/price.test.js', text)] });
const outside = [{ path: 'src/price.js', reason: 'It is wrong.' }];
const finish = { toolCalls: [{ name: 'finish', input: { summary: 'The test is written.', outside } }] };
const catching = write(testOf(1.5, 4));

let repo: TestRepository & { readonly ids: string[] };
beforeEach(() => {
  repo = makeHistory([
    { subject: 'Begin', files: { ...projectFiles, 'src/price.js': price('ceil'), 'check.mjs': `${check};\n` } },
    { subject: 'Round down', files: { 'src/price.js': price('floor') } },
    { subject: 'Explain', files: { 'README.md': 'Prices\n' } },
  ]);
});
afterEach(() => {
  expect(leftovers(repo.root)).toEqual([]);
  repo.remove();
});

const view = { summary: 'Nobody tests it.', claims: [], suggestions: [], risks: [] };

/** One list of turns for each attempt. */
async function writeTest(attempts: readonly (readonly unknown[])[], ...args: string[]) {
  const step = { id: 's1', title: 'The test', description: 'Write it.', files: ['test/price.test.js'] };
  const plan = {
    ...{ goal: 'A regression test', summary: 'One test.', rollback: 'Delete it.', risks: [] },
    steps: [{ ...step, acceptance: ['a started kilogram counts'], gates: ['tests'] }],
    contract: { behaviour: [], physics: [], deployment: [] },
  };
  const perspectives = { architect: view, tester: view, operator: view };
  const scenario = { match: 'Write a regression test for this', perspectives, plan, turns: { s1: attempts } };
  const script = join(repo.root, '.git', 'script.yml');
  writeFileSync(script, JSON.stringify({ scenarios: [scenario] }));
  const asked = ['src/price.js', '--command', 'node check.mjs', '--write-test', '--yes', '--json', ...args];
  const ran = await ratchet(repo.root, ['investigate', ...asked, '--policy', `scripted:${script}`]);
  const document = investigationDocumentSchema.parse(JSON.parse(ran.stdout));
  return { ...ran, document, verdicts: document.regressionTest?.verdicts ?? [] };
}

describe('ratchet investigate --write-test', { timeout: 180_000 }, () => {
  it('writes a test that fails with the culprit and passes without its lines', async () => {
    const { code, document, verdicts } = await writeTest([[catching, finish]], '--apply');
    expect(document.outcome).toMatchObject({ outcome: 'cause', culprits: [{ commit: repo.ids[1] }] });
    expect(verdicts.find(({ gate }) => gate === 'tests')).toMatchObject({
      status: 'passed',
      summary: expect.stringMatching(
        `^"charges a started kilogram as a whole one" fails with ${repo.ids[1]?.slice(0, 10)} and passes without its lines`,
      ),
    });
    expect(document.regressionTest?.outcome).toBe('applied');
    expect(code).toBe(0);
    expect(repo.read('test/price.test.js')).toBe(testOf(1.5, 4));
    expect(repo.git('status', '--porcelain', 'src').trim()).toBe('');
    const replayed = await ratchet(repo.root, ['replay', document.regressionTest?.runId ?? '', '--json']);
    expect(replayDocumentSchema.parse(JSON.parse(replayed.stdout)).identical).toBe(true);
  });

  it('refuses a test that catches nothing, and takes the one of the repair', async () => {
    const { document, verdicts } = await writeTest([
      [write(testOf(2, 4)), finish],
      [
        { toolCalls: [{ name: 'check_gates', input: {} }] },
        catching,
        { toolCalls: [{ name: 'check_gates', input: {} }] },
        finish,
      ],
    ]);
    expect(document.regressionTest?.outcome).toBe('proposed');
    expect(verdicts.find(({ gate }) => gate === 'tests')?.status).toBe('passed');
    const shown = await ratchet(repo.root, ['show', document.regressionTest?.runId ?? '', '--json']);
    const [first] = JSON.parse(shown.stdout).run.judgements;
    expect(JSON.stringify(first)).toContain('passes with the regression: it catches nothing.');
  });

  it('fails where the code is mended, or the test fails without the culprit as well', async () => {
    const mend = { toolCalls: [create('src/price.js', price('ceil')), ...catching.toolCalls] };
    const mended = await writeTest([[mend, finish]]);
    expect(mended.code).toBe(1);
    expect(mended.verdicts.flatMap(({ findings }) => findings)).toMatchObject([
      { rule: 'tests/not-a-test', path: 'src/price.js' },
    ]);
    const wrong = await writeTest([[write(testOf(1.5, 7)), finish]]);
    expect(wrong.code).toBe(1);
    expect(wrong.verdicts.flatMap(({ findings }) => findings)).toMatchObject([{ rule: 'tests/not-by-cause' }]);
  });

  it('says why there is nothing to write where no commit is the cause', async () => {
    const { code, document, stderr } = await writeTest([[catching, finish]], '--command', 'node -e "process.exit(1)"');
    expect(document.regressionTest).toBeNull();
    expect(stderr).toContain('No single commit is the cause');
    expect(code).toBe(1);
  });
});
