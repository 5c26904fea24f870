// Where an investigation can begin in a real VS Code: above a failing test, at a finding, in the Test Explorer, in menus, and at a
// commit.
import { describe, expect, it } from 'vitest';
import { onSample } from './onSample.ts';
import { journalEvents, until } from './workbench.ts';

const path = 'src/domain/money.ts';
const { sample, workbench } = onSample({
  prepare: ({ commit }) => {
    commit('Simplify rounding', path, (text) => text.replace('percent) / 100 + 0.5', 'percent) / 100'));
    commit('Ask the clock', path, (text) => `${text}\nexport const now = (): number => Date.now();\n`);
    commit('Say more', 'README.md', (text) => `${text}\nMore.\n`);
  },
  settings: { 'files.autoSave': 'off' },
});

const started = () => journalEvents(sample.folder).find(({ type }) => type === 'runStarted');
const menuItem = (name: string) => workbench.page.locator('.monaco-menu .action-label', { hasText: name });

/** The symptom of the newest run, once it is another run than before. */
async function symptomAfter(act: () => Promise<void>): Promise<unknown> {
  const before = runIdOf(started());
  await act();
  const event = await until('an investigation starts', () => {
    const found = started();
    return found !== undefined && runIdOf(found) !== before ? found : undefined;
  });
  await until('it is over', () => /^run(?:Completed|Failed)$/.test(journalEvents(sample.folder).at(-1)?.type ?? ''));
  const input = 'input' in event ? event.input : undefined;
  return typeof input === 'object' && input !== null && 'symptom' in input ? input.symptom : undefined;
}

const runIdOf = (event: object | undefined): unknown =>
  event !== undefined && 'runId' in event ? event.runId : undefined;

const rounding = { kind: 'test', file: 'test/money.test.ts', name: expect.stringContaining('rounds shares half up') };

describe('a file', () => {
  it('has the entry in the explorer and on its tab', async () => {
    await workbench.statusSays('Ratchet');
    await workbench.openFile(path);
    await workbench.page.locator('.tab.active', { hasText: 'money.ts' }).click({ button: 'right' });
    await menuItem('Investigate File').waitFor();
    await workbench.screenshot('doors-tab');
    await workbench.page.keyboard.press('Escape');
    await workbench.command('File: Focus on Files Explorer');
    const row = workbench.page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'money.ts' });
    await row.first().click({ button: 'right' });
    await menuItem('Investigate File').waitFor();
    await workbench.screenshot('doors-explorer');
    await workbench.page.keyboard.press('Escape');
  });
});

describe('a failing test', () => {
  it('has a lens that looks for its cause', async () => {
    await workbench.command('Ratchet: Check Gates');
    await workbench.statusSays(/Ratchet: .*failed/i, 120_000);
    await workbench.openFile('test/money.test.ts');
    const lens = workbench.page.locator('.codelens-decoration a', { hasText: 'Investigate' }).first();
    await lens.waitFor();
    await workbench.screenshot('doors-lens');
    expect(await symptomAfter(async () => await lens.click())).toEqual(rounding);
  });

  it('has an item in the Test Explorer that does the same', async () => {
    await workbench.command('Testing: Focus on Test Explorer View');
    const rows = workbench.page.locator('.test-explorer .monaco-list-row');
    await rows.filter({ hasText: 'tests' }).first().click();
    await workbench.page.keyboard.press('ArrowRight');
    const item = rows.filter({ hasText: 'rounds shares half up' }).first();
    await item.click({ button: 'right' });
    await menuItem('Investigate Failing Test').waitFor();
    await workbench.screenshot('doors-test-explorer');
    const symptom = await symptomAfter(async () => await menuItem('Investigate Failing Test').click());
    expect(symptom).toEqual(rounding);
  });
});

describe('a finding', () => {
  it('of a rule has an action that asks when the rule slipped', async () => {
    await workbench.openFile(path);
    await workbench.page.locator('.monaco-editor .squiggly-error').first().waitFor();
    await workbench.page.keyboard.press('Control+g');
    await workbench.answer(':21:34');
    await workbench.page.keyboard.press('Control+.');
    const action = workbench.page.locator('.action-widget .monaco-list-row', { hasText: 'Ratchet: investigate' });
    await action.first().waitFor();
    await workbench.screenshot('doors-action');
    const symptom = await symptomAfter(async () => await action.first().click());
    expect(symptom).toEqual({ kind: 'drift', rule: 'domain/no-clock' });
  });
});

describe('a commit', () => {
  it('is picked from those of the file, and what worked is the commit before it', async () => {
    const parent = sample.git('rev-parse', 'HEAD~3').trim();
    const symptom = await symptomAfter(async () => {
      await workbench.command('Ratchet: Investigate Since Commit...');
      const row = workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Simplify rounding' });
      await row.waitFor();
      await workbench.screenshot('doors-commits');
      await row.click();
    });
    expect(symptom).toEqual({ kind: 'workedAt', revision: parent });
  });

  it('is the one that an editor of git shows, from the timeline of the file', async () => {
    const parent = sample.git('rev-parse', 'HEAD~3').trim();
    await workbench.openFile(path);
    await workbench.command('Focus on Timeline View');
    const row = workbench.page.locator('.timeline-tree-view .monaco-list-row', { hasText: 'Simplify rounding' });
    await row.click({ button: 'right' });
    await menuItem('Investigate Since Commit...').waitFor();
    await workbench.screenshot('doors-timeline');
    await workbench.page.keyboard.press('Escape');
    await row.click();
    const tab = workbench.page.locator('.tab.active', { hasText: 'money.ts' });
    await tab.waitFor();
    await tab.click({ button: 'right' });
    await menuItem('Investigate Since This Commit').waitFor();
    await workbench.screenshot('doors-commit-editor');
    const symptom = await symptomAfter(async () => await menuItem('Investigate Since This Commit').click());
    expect(symptom).toEqual({ kind: 'workedAt', revision: parent });
  });
});
