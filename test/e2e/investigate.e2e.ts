// Investigate File in a real VS Code: from the open file to the commit and the line, without a model.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fingerprint } from '../helpers/repository.ts';
import { newSample, type Sample, succeeds, until, Workbench } from './workbench.ts';

let workbench: Workbench | undefined;
let sample: Sample;
beforeEach(() => {
  sample = newSample();
});
afterEach(async () => {
  await workbench?.close();
  sample.remove();
});

const path = 'src/domain/money.ts';

describe('investigate file', () => {
  it('goes from the open file to the commit and the line, and hands the fix over to planning', async () => {
    sample.commit('Simplify rounding', path, (text) => text.replace('percent) / 100 + 0.5', 'percent) / 100'));
    sample.commit('Say more', 'README.md', (text) => `${text}\nMore.\n`);
    sample.commit('Name the type', 'src/domain/zones.ts', (text) => `${text}\n// Zones are few.\n`);
    const culprit = sample.git('rev-parse', 'HEAD~2').trim();
    const before = fingerprint(sample.folder);
    workbench = await Workbench.open({ folder: sample.folder });
    await workbench.statusSays('Ratchet');
    await workbench.openFile(path);
    await workbench.command('Ratchet: Investigate File');
    const list = workbench.page.locator('.quick-input-list .monaco-list-row');
    await list.filter({ hasText: 'It worked at' }).waitFor();
    await workbench.screenshot('investigate-symptoms');
    await list.filter({ hasText: 'Something is wrong here' }).click();
    const panel = await workbench.panel();
    await panel.getByText('Cause found').waitFor({ timeout: 110_000 });
    await panel
      .getByText(`It began with ${culprit.slice(0, 10)} Simplify rounding`)
      .first()
      .waitFor();
    await panel
      .getByRole('button', { name: `${path}:12` })
      .first()
      .waitFor();
    await panel.getByRole('heading', { name: 'Suspects' }).waitFor();
    await panel.getByText('the culprit changed it').first().waitFor();
    const heat = workbench.page.locator('.editor-instance .view-overlays [class*="ced-"]');
    await until('the lines are marked', async () => (await heat.count()) > 0);
    await workbench.screenshot('investigate-cause');
    await panel.getByRole('heading', { name: 'Suspects' }).scrollIntoViewIfNeeded();
    await workbench.screenshot('investigate-suspects');
    await workbench.command('Ratchet: Clear Fault Heat');
    await until('the marks are gone', async () => (await heat.count()) === 0);
    expect(fingerprint(sample.folder)).toEqual(before);

    await panel.getByText('Plan the Fix').click({ timeout: 110_000 });
    const input = workbench.page.locator('.quick-input-widget input');
    await workbench.page.locator('.quick-input-widget', { hasText: 'Plan Feature' }).waitFor();
    expect(await input.inputValue()).toContain('Simplify rounding');
    await workbench.page.keyboard.press('Escape');
    await panel.getByText('Show Report').click();
    await until('the report is drawn', async () => {
      const texts = await Promise.all(
        workbench?.page.frames().map(
          async (frame) =>
            await frame
              .locator('body')
              .textContent({ timeout: 1_000 })
              .catch(() => null),
        ) ?? [],
      );
      return texts.some(
        (text) => text?.includes(`Investigation of ${path}`) && text.includes('Simplify rounding (You'),
      );
    });
    await workbench.screenshot('investigate-report');
  }, 240_000);

  it('names the commit and the function that made it slower, with the times as dots', async () => {
    const spin = '  let spent = 0;\n  for (let i = 0; i < 4e6; i += 1) spent = (spent * 31 + i) % 1000003;\n';
    sample.commit('Round with care', path, (text) =>
      text.replace('  return Math.floor((amount', `${spin}  return Math.floor((amount`),
    );
    sample.commit('Name the type', 'src/domain/zones.ts', (text) => `${text}\n// Zones are few.\n`);
    const before = fingerprint(sample.folder);
    workbench = await Workbench.open({ folder: sample.folder });
    await workbench.statusSays('Ratchet');
    await workbench.openFile(path);
    await investigate('It is slower than at');
    await answer('Than at which revision?', 'HEAD~2');
    const timed = workbench.page
      .locator('.quick-input-list .monaco-list-row')
      .filter({ hasText: 'The tests around src' });
    await timed.waitFor();
    await workbench.screenshot('investigate-timed');
    await timed.click();
    const panel = await workbench.panel();
    await panel.getByText('Cause found').waitFor({ timeout: 280_000 });
    await panel.getByText('Round with care').first().waitFor();
    await panel.getByText('percentOf').first().waitFor();
    await workbench.screenshot('investigate-slower');
    await panel.getByText('came true').first().waitFor({ timeout: 120_000 });
    await panel.getByText('did not come true').first().waitFor({ timeout: 240_000 });
    await panel.getByText('What the commit added').first().scrollIntoViewIfNeeded();
    await workbench.screenshot('investigate-slower-hypotheses');
    expect(fingerprint(sample.folder)).toEqual(before);
  }, 600_000);

  it('names the commit at which a rule of the file slipped', async () => {
    sample.commit('Ask the clock', path, (text) => `${text}\nexport const now = (): number => Date.now();\n`);
    sample.commit('Say more', 'README.md', (text) => `${text}\nMore.\n`);
    const before = fingerprint(sample.folder);
    workbench = await Workbench.open({ folder: sample.folder });
    await workbench.statusSays('Ratchet');
    await workbench.openFile(path);
    await investigate('A rule slipped');
    const panel = await workbench.panel();
    await panel.getByText('Cause found').waitFor({ timeout: 60_000 });
    await panel
      .getByText(/domain\/no-clock held for \d+ commits? of the file and broke in \w+ Ask the clock/)
      .first()
      .waitFor();
    await workbench.screenshot('investigate-drift');
    expect(fingerprint(sample.folder)).toEqual(before);
  }, 180_000);
});

/** Asks again where another part of the editor took the focus, and the list with it. */
async function investigate(symptom: string): Promise<void> {
  if (workbench === undefined) throw new Error('There is no editor.');
  const choice = workbench.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: symptom });
  for (let attempt = 1; ; attempt += 1) {
    await workbench.command('Ratchet: Investigate File');
    const isThere = await succeeds(choice.waitFor({ timeout: 15_000 }));
    if (isThere || attempt === 4) break;
    await workbench.page.keyboard.press('Escape');
  }
  await choice.click();
}

async function answer(prompt: string, text: string): Promise<void> {
  if (workbench === undefined) throw new Error('There is no editor.');
  await workbench.page.locator('.quick-input-widget', { hasText: prompt }).waitFor();
  const input = workbench.page.locator('.quick-input-widget input');
  await input.fill(text);
  await workbench.page.keyboard.press('Enter');
}
