// What a person sees: every screen in every kind of theme, in the side bar and in an editor, with text that means harm.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { onSample } from './onSample.ts';
import { root, type Sample } from './workbench.ts';

const hostile = `<img src=x onerror="document.title='owned'"> Cheaper parcels`;
const themes = {
  light: 'Default Light Modern',
  dark: 'Default Dark Modern',
  contrast: 'Default High Contrast',
} as const;
const tabs = ['Run', 'Plan', 'Changes', 'Gates', 'Timeline', 'Trace'] as const;

const violations: string[] = [];
const { workbench } = onSample({ prepare: proposeInTerminal });

function proposeInTerminal(sample: Sample): void {
  const script = sample.read('.ratchet/script.yml');
  const changed = script.replace(/goal: Cheaper parcels[^\n]*/, () => `goal: ${JSON.stringify(hostile)}`);
  if (changed === script) throw new Error('The sample has no such goal any more.');
  writeFileSync(join(sample.folder, '.ratchet', 'script.yml'), changed);
  execFileSync(process.execPath, [join(root, 'dist', 'cli.mjs'), 'plan', 'Add a bulk discount', '--yes'], {
    cwd: sample.folder,
    stdio: 'ignore',
  });
}

beforeAll(async () => {
  workbench.page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) violations.push(message.text());
  });
  await workbench.statusSays(/Ratchet: 9 hunks/, 90_000);
});

/** Pixels by which the page is wider than its window. */
const overflow = async (panel: Frame): Promise<number> =>
  await panel.locator('html').evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);

describe('the panel', () => {
  it('is complete in the narrow side bar', async () => {
    await workbench.command('Ratchet: Show Panel');
    const panel = await workbench.panel();
    await panel.getByText('9 hunks wait for you').waitFor();
    const width = await panel.locator('html').evaluate(({ clientWidth }) => clientWidth);
    for (const name of tabs) {
      const tab = panel.getByRole('tab', { name, exact: true });
      const box = await tab.boundingBox();
      const frame = await (await panel.frameElement()).boundingBox();
      expect(box === null || frame === null ? Number.NaN : box.x - frame.x + box.width, name).toBeLessThanOrEqual(
        width,
      );
      await tab.click();
      await panel.getByRole('tabpanel', { name, exact: true }).waitFor();
      expect(await overflow(panel), name).toBe(0);
      await workbench.screenshot(`side-${name.toLowerCase()}`);
    }
  });

  it('takes hostile text for text', async () => {
    const panel = await workbench.panel();
    await panel.getByRole('tab', { name: 'Plan', exact: true }).click();
    await panel.getByText(hostile).first().waitFor();
    expect(await panel.locator('img').count()).toBe(0);
    expect(await panel.title()).toBe('Ratchet');
  });

  it('is reached and walked by keyboard', async () => {
    const panel = await workbench.panel();
    await panel.getByRole('tab', { name: 'Run', exact: true }).click();
    await workbench.page.keyboard.press('ArrowRight');
    await workbench.page.keyboard.press('Enter');
    await panel.getByRole('tabpanel', { name: 'Plan', exact: true }).waitFor();
    await workbench.page.keyboard.press('Tab');
    expect(await panel.locator('[role=tabpanel] :focus').count()).toBe(1);
  });

  it('opens in an editor, stays there over a reload, and breaks no rule of its content policy', async () => {
    await workbench.command('Ratchet: Show Trace');
    await workbench.page.locator('.tab.active', { hasText: 'Ratchet' }).waitFor();
    const trace = await workbench.panel('Trace');
    await trace.getByText('invoke_workflow planFeature').waitFor();
    expect(await overflow(trace)).toBe(0);
    await workbench.reload();
    await workbench.page.locator('.tab.active', { hasText: 'Ratchet' }).waitFor();
    await (await workbench.panel('Trace')).getByText('invoke_workflow planFeature').waitFor();
    expect(violations).toEqual([]);
  });
});

describe('every screen', () => {
  for (const [name, theme] of Object.entries(themes))
    it(`in the ${name} theme`, async () => {
      workbench.setSettings({ 'workbench.colorTheme': theme });
      await workbench.page.waitForTimeout(1_500);
      for (const tab of tabs) {
        const panel = await workbench.panel();
        await panel.getByRole('tab', { name: tab, exact: true }).click();
        await panel.getByRole('tabpanel', { name: tab, exact: true }).waitFor();
        await workbench.screenshot(`${name}-${tab.toLowerCase()}`);
      }
      await workbench.command('Ratchet: Open Review');
      await workbench.page.locator('.multiDiffEditor').first().waitFor();
      await workbench.page.waitForTimeout(1_000);
      await workbench.screenshot(`${name}-review`);
      await workbench.command('View: Close Editor');
      await workbench.openFile('src/domain/rates.ts');
      await workbench.page.locator('.codelens-decoration a', { hasText: 'Accept' }).first().waitFor();
      await workbench.screenshot(`${name}-inline`);
      await workbench.command('View: Close Editor');
    });
});
