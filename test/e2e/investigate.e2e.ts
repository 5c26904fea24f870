// Investigate File in a real VS Code: from the open file to the commit and the line, without a model.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { fingerprint } from '../helpers/repository.ts';
import { newSample, until, Workbench } from './workbench.ts';

let workbench: Workbench | undefined;
const sample = newSample();
afterEach(async () => {
  await workbench?.close();
  sample.remove();
});

const path = 'src/domain/money.ts';

function commit(message: string, file: string, change: (text: string) => string): void {
  writeFileSync(join(sample.folder, file), change(sample.read(file)));
  sample.git('commit', '-q', '-a', '-m', message);
}

describe('investigate file', () => {
  it('goes from the open file to the commit and the line, and hands the fix over to planning', async () => {
    commit('Simplify rounding', path, (text) => text.replace('percent) / 100 + 0.5', 'percent) / 100'));
    commit('Say more', 'README.md', (text) => `${text}\nMore.\n`);
    commit('Name the type', 'src/domain/zones.ts', (text) => `${text}\n// Zones are few.\n`);
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

    await panel.getByText('Plan the Fix').click();
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
});
