// The whole way in a real VS Code: palette, plan, approval, run, review hunk by hunk, and what is on disk in the end.
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../helpers/repository.ts';
import { onSample } from './onSample.ts';
import { journalEvents, until } from './workbench.ts';

const { sample, workbench } = onSample();
const before = fingerprint(sample.folder);

describe('plan feature', () => {
  it('is in the palette, with the other commands', async () => {
    await workbench.statusSays('Ratchet');
    // The palette draws only the rows that fit, so each is looked for by its name.
    for (const title of ['Plan Feature', 'Investigate File', 'Check Gates', 'Show Trace', 'Show Runs', 'Choose Policy'])
      expect((await workbench.paletteShows(`Ratchet: ${title}`)).join('\n')).toContain(title);
  });

  it('asks for the feature and comes back with a plan', async () => {
    await workbench.command('Ratchet: Plan Feature');
    await workbench.page.locator('.quick-input-widget', { hasText: 'scripted' }).waitFor();
    await workbench.screenshot('1-input');
    await workbench.answer('Add a bulk discount');
    await workbench.statusSays('Ratchet: plan');
    const panel = await workbench.panel();
    await panel.getByText('The plan waits for you').waitFor();
    await workbench.screenshot('2-plan-ready');
  });

  it('shows the plan as a document that can be edited', async () => {
    await workbench.command('Ratchet: Read and Edit Plan');
    await workbench.page.locator('.tab.active', { hasText: 'plan.yml' }).waitFor();
    await workbench.page.getByText('Approve Plan', { exact: true }).first().waitFor();
    await workbench.screenshot('3-plan-document');
  });

  it('plays the plan and proposes, with the checkout untouched', async () => {
    await workbench.command('Ratchet: Approve Plan');
    await workbench.statusSays(/Ratchet: 9 hunks/, 120_000);
    expect(fingerprint(sample.folder)).toEqual(before);
    const panel = await workbench.panel();
    await panel.getByText('9 hunks wait for you').waitFor();
    await workbench.screenshot('4-proposal');
    for (const tab of ['Plan', 'Changes', 'Gates', 'Timeline', 'Trace']) {
      await panel.getByRole('tab', { name: tab }).click();
      await workbench.screenshot(`5-panel-${tab.toLowerCase()}`);
    }
  });

  it('tells which tests need a hunk, while it waits', async () => {
    const panel = await workbench.panel();
    await panel.getByRole('tab', { name: 'Changes' }).click();
    await panel
      .getByText(/^\s*\d+ tests? needs? it/)
      .first()
      .waitFor({ timeout: 90_000 });
    await workbench.screenshot('5-panel-purpose');
    await workbench.statusSays(/Ratchet: 9 hunks/);
    expect(journalEvents(sample.folder).some(({ name }) => name === 'weighHunks')).toBe(true);
  });

  it('opens the review as a multi-file diff', async () => {
    await workbench.command('Ratchet: Open Review');
    await workbench.page.locator('.multiDiffEditor').first().waitFor();
    await workbench.page.waitForTimeout(1_000);
    await workbench.screenshot('6-review');
  });

  it('accepts one hunk and rejects another from the editor, and the file says exactly that', async () => {
    await workbench.openFile('src/domain/parcel.ts');
    const lens = (name: string) => workbench.page.locator('.codelens-decoration a', { hasText: name });
    await lens('Accept').first().waitFor();
    await workbench.screenshot('7-inline');
    const original = sample.git('show', 'HEAD:src/domain/parcel.ts');
    await workbench.clickLens('Accept', /Ratchet: 8 hunks/);
    const accepted = original.replace(
      '  readonly declaredValue: number;\n}',
      '  readonly declaredValue: number;\n  /** How many such parcels are shipped at once; 1 when it is left out. */\n  readonly count?: number;\n}',
    );
    expect(sample.read('src/domain/parcel.ts')).toBe(accepted);
    await workbench.clickLens('Reject', /Ratchet: 7 hunks/);
    // What is accepted before the rest is judged is asked again when the rest fails.
    await until('what is left is judged', () => {
      const events = journalEvents(sample.folder);
      const composed = events.findIndex(({ name }) => name === 'composeTree');
      const judged = events.slice(composed).find(({ name }) => name === 'judge');
      return (
        composed >= 0 &&
        events.some(({ type, activity }) => type === 'activityCompleted' && activity === judged?.activity)
      );
    });
    expect(sample.read('src/domain/parcel.ts')).toBe(accepted);
    expect(sample.git('status', '--porcelain').trim()).toBe('M src/domain/parcel.ts');
  });

  it('walks through the hunks by keyboard', async () => {
    await workbench.page.keyboard.press('Control+Alt+]');
    await workbench.page.locator('.tab.active', { hasText: 'rates.ts' }).waitFor();
    await workbench.page.keyboard.press('Control+Alt+y');
    await workbench.statusSays(/Ratchet: 6 hunks/);
    expect(sample.read('src/domain/rates.ts')).toContain("import { bulkDiscount } from './discount.ts';");
  });

  it('keeps everything over a reload in the middle of the review', async () => {
    const events = journalEvents(sample.folder).length;
    await workbench.reload();
    await workbench.statusSays(/Ratchet: 6 hunks/, 90_000);
    expect(journalEvents(sample.folder).length).toBeLessThanOrEqual(events + 1);
    await workbench.openFile('src/domain/rates.ts');
    await workbench.page.locator('.codelens-decoration a', { hasText: 'Accept' }).first().waitFor();
  });

  it('refuses a hunk whose lines were changed meanwhile, and loses nothing', async () => {
    const { page } = workbench;
    const path = 'src/domain/rates.ts';
    const line =
      sample
        .read(path)
        .split('\n')
        .findIndex((text) => text.includes('const items: PriceItem[]')) + 1;
    await page.keyboard.press('Control+g');
    await workbench.answer(`:${line}`);
    await page.keyboard.press('End');
    await page.keyboard.type(' // mine');
    const stale = page.locator('.codelens-decoration a', { hasText: 'Stale' });
    await stale.first().waitFor();
    await workbench.screenshot('8-stale');
    await page.locator('.codelens-decoration a', { hasText: 'Try Again' }).first().click();
    await until(
      'the refusal is on record',
      () => journalEvents(sample.folder).filter(({ name }) => name === 'applyHunks').length >= 3,
    );
    await page.keyboard.press('Control+s');
    await until('the file is saved', () => sample.read(path).includes('// mine'));
    expect(sample.read(path)).not.toContain('bulk discount');
    await workbench.statusSays(/Ratchet: 6 hunks/);
  });

  it('accepts the rest, judges what was accepted, and ends', async () => {
    await workbench.command('Ratchet: Accept All');
    await workbench.statusSays(/Ratchet: 1 hunk$/);
    await workbench.command('Ratchet: Finish Review');
    await workbench.page.getByRole('button', { name: 'End Review' }).click();
    await until('the run is over', () => journalEvents(sample.folder).at(-1)?.type === 'runCompleted', 50_000);
    expect(sample.read('src/domain/discount.ts')).toContain('bulkDiscount');
    expect(sample.read('.ratchet/metrics.jsonl')).toContain('"accepted":7');
    await workbench.command('Ratchet: Show Panel');
    const panel = await workbench.panel();
    await panel.getByRole('tab', { name: 'Run', exact: true }).click();
    await panel.getByText('The run is over: applied').waitFor();
    await workbench.screenshot('9-done');
  });
});
