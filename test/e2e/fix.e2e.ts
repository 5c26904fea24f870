// From a cause to what keeps it away, in a real VS Code: a regression test that catches it, and a fix that the reproduction accepts.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { onSample } from './onSample.ts';
import { journalEvents, type Sample, succeeds, until } from './workbench.ts';

const path = 'src/domain/money.ts';
const good = 'percent) / 100 + 0.5';
const bad = 'percent) / 100';
const newTest = `import assert from 'node:assert/strict';
import { it } from 'node:test';
import { percentOf } from '../src/domain/money.ts';

it('rounds half a cent up', () => {
  assert.equal(percentOf(50, 1), 1);
});
`;

const edit = (input: object) => ({ name: 'str_replace_based_edit_tool', input });
const finish = { toolCalls: [{ name: 'finish', input: { summary: 'It is done.' } }] };
const view = { summary: 'It is clear where.', claims: [], suggestions: [], risks: [] };

const scenario = (match: string, goal: string, file: string, acceptance: string, call: object) => ({
  match,
  perspectives: { architect: view, tester: view, operator: view },
  plan: {
    ...{ goal, summary: goal, rollback: 'Revert the commit.', risks: [] },
    steps: [
      {
        id: 's1',
        title: goal,
        description: goal,
        files: [file],
        acceptance: [acceptance],
        gates: ['tests', 'integrity'],
      },
    ],
    contract: { behaviour: [acceptance], physics: [], deployment: [] },
  },
  turns: { s1: [[{ toolCalls: [edit(call)] }, finish]] },
});

const { sample, workbench } = onSample({ prepare: plant });

function plant({ folder, read, commit }: Sample): void {
  const script = parse(read('.ratchet/script.yml'));
  script.scenarios = [
    scenario(
      '^Write a regression test',
      'A test that catches the rounding',
      'test/rounding.test.ts',
      'half a cent is one',
      {
        ...{ command: 'create', path: 'test/rounding.test.ts', file_text: newTest },
      },
    ),
    scenario('^Fix this', 'Round half up again', path, 'money > rounds shares half up', {
      ...{ command: 'str_replace', path, old_str: bad, new_str: good },
    }),
  ];
  writeFileSync(join(folder, '.ratchet', 'script.yml'), stringify(script));
  commit('Simplify rounding', path, (text) => text.replace(good, bad));
  commit('Say more', 'README.md', (text) => `${text}\nMore.\n`);
}

const isOver = () => journalEvents(sample.folder).at(-1)?.type === 'runCompleted';

/** Of the run that was looked at last. */
async function testsGateSays(text: RegExp): Promise<void> {
  const panel = await workbench.panel();
  await panel.getByRole('tab', { name: 'Gates' }).click();
  await panel.getByText(text).first().waitFor();
}

async function acceptAll(): Promise<void> {
  const isDecided = () =>
    journalEvents(sample.folder).some(({ type, name }) => type === 'signalReceived' && name === 'decideHunks');
  await until('the hunks are decided', async () => {
    await workbench.command('Ratchet: Accept All');
    return await succeeds(until('the decision is recorded', isDecided, 15_000));
  });
  // What was accepted is judged once more.
  await until('the run is over', isOver, 120_000);
}

describe('a cause', () => {
  it('is found from the open file', async () => {
    await workbench.statusSays('Ratchet');
    await workbench.openFile(path);
    await workbench.command('Ratchet: Investigate File');
    const list = workbench.page.locator('.quick-input-list .monaco-list-row');
    await list.filter({ hasText: 'Something is wrong here' }).click();
    const panel = await workbench.panel();
    await panel.getByText('Cause found').waitFor({ timeout: 110_000 });
    // Hypotheses are tried first.
    await panel.getByRole('button', { name: 'Write a Regression Test' }).waitFor({ timeout: 110_000 });
    await workbench.screenshot('fix-1-cause');
  });

  it('gets a test that fails with it and passes without its lines', async () => {
    const panel = await workbench.panel();
    await panel.getByText('Write a Regression Test').click();
    await workbench.statusSays('Ratchet: plan');
    await workbench.command('Ratchet: Approve Plan');
    await workbench.statusSays(/Ratchet: 1 hunk/, 120_000);
    await testsGateSays(/"rounds half a cent up" fails with \w{10} and passes without its lines, as the code is today/);
    await workbench.screenshot('fix-2-regression-test');
    await acceptAll();
    expect(sample.read('test/rounding.test.ts')).toBe(newTest);
    expect(sample.read(path)).toContain(`${bad});`);
  }, 300_000);

  it('is mended by a plan whose acceptance test is what failed', async () => {
    await workbench.command('Ratchet: Show Runs');
    const runs = workbench.page.locator('.quick-input-list .monaco-list-row');
    await runs.filter({ hasText: `Investigate ${path}` }).click();
    const panel = await workbench.panel();
    await panel.getByRole('tab', { name: 'Run', exact: true }).click();
    await panel.getByText('Plan the Fix').click();
    await workbench.page.locator('.quick-input-widget', { hasText: 'Plan Feature' }).waitFor();
    const proposed = await workbench.page.locator('.quick-input-widget input').inputValue();
    expect(proposed).toMatch(/^Fix this: .*Simplify rounding.*Acceptance test: .*test\/money\.test\.ts/);
    await workbench.screenshot('fix-3-handed-over');
    await workbench.page.keyboard.press('Enter');
    await workbench.statusSays('Ratchet: plan');
    await workbench.command('Ratchet: Approve Plan');
    await workbench.statusSays(/Ratchet: 1 hunk/, 120_000);
    expect(sample.read(path)).toContain(`${bad});`);
    await testsGateSays(/rounds shares half up" failed before the change and passes with it/);
    await workbench.screenshot('fix-4-proposal');
    await acceptAll();
    expect(sample.read(path)).toContain(good);
    await testsGateSays(/rounds shares half up" failed before the change and passes with it/);
    expect(sample.git('status', '--porcelain', 'src', 'test').trim().split('\n').sort()).toEqual([
      '?? test/rounding.test.ts',
      `M ${path}`,
    ]);
    await workbench.screenshot('fix-5-accepted');
  }, 300_000);
});
