// Hypotheses in a real VS Code: the sample's policy says what may be behind a planted regression, and the panel shows what
// experiments said to that.
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../helpers/repository.ts';
import { onSample } from './onSample.ts';
import { until } from './workbench.ts';

const path = 'src/domain/money.ts';
let before: Record<string, string> = {};
const { sample, workbench } = onSample({
  prepare: ({ commit, folder }) => {
    commit('Simplify rounding', path, (text) => text.replace('percent) / 100 + 0.5', 'percent) / 100'));
    before = fingerprint(folder);
  },
});

describe('hypotheses', () => {
  it('are seen with their experiments, what came of them and what is believed', async () => {
    await workbench.statusSays('Ratchet');
    await workbench.openFile(path);
    await workbench.command('Ratchet: Investigate File');
    const list = workbench.page.locator('.quick-input-list .monaco-list-row');
    await list.filter({ hasText: 'Something is wrong here' }).click();
    const panel = await workbench.panel();
    await panel.getByText('Cause found').waitFor({ timeout: 110_000 });
    const rows = panel.locator('table.hypotheses tbody tr');
    await panel.getByText('The sceptic on h1').waitFor({ timeout: 110_000 });
    const row = (text: string) => rows.filter({ hasText: text });
    await row('Shares are rounded down').getByText('came true', { exact: true }).waitFor();
    await row('An amount that is no whole number').getByText('did not come true').waitFor();
    await row('The tax on shares').getByText('There is no test file "test/tax.test.ts".').waitFor();
    const belief = (await row('Shares are rounded down').locator('.number').textContent()) ?? '';
    const shares = Array.from(belief.matchAll(/(\d+) %/g), ([, share]) => Number(share));
    expect(shares[0]).toBe(48);
    expect(shares[1]).toBeGreaterThan(80);
    await panel.locator('table.hypotheses').scrollIntoViewIfNeeded();
    await workbench.screenshot('investigate-hypotheses');
    await panel.getByText('The sceptic on h1').scrollIntoViewIfNeeded();
    await workbench.screenshot('investigate-sceptic');
    await row('Shares are rounded down').getByRole('button').click();
    await workbench.page.locator('.tab.active', { hasText: 'money.ts' }).waitFor();
    await workbench.command('Ratchet: Open Panel in Editor');
    const wide = await until('there is room for a table', async () => {
      for (const frame of workbench.page.frames() ?? []) {
        const heading = frame.getByRole('columnheader', { name: 'Prediction and experiment' });
        if (await heading.isVisible().catch(() => false)) return heading;
      }
      return null;
    });
    await wide.scrollIntoViewIfNeeded();
    await workbench.screenshot('investigate-hypotheses-wide');
    expect(fingerprint(sample.folder)).toEqual(before);
  }, 300_000);
});
