// A step whose first attempt the gates fail is repaired with their findings, in a real VS Code.
import { describe, expect, it } from 'vitest';
import { onSample } from './onSample.ts';
import { journalEvents } from './workbench.ts';

const { sample, workbench } = onSample();

describe('a step that the gates fail', () => {
  it('is repaired, and both judgements are shown', async () => {
    await workbench.command('Ratchet: Plan Feature');
    await workbench.answer('Offer express shipping');
    await workbench.statusSays('Ratchet: plan', 60_000);
    await workbench.command('Ratchet: Approve Plan');
    await workbench.statusSays(/Ratchet: \d+ hunks/, 120_000);
    const judged = journalEvents(sample.folder).filter(
      (event) => event.type === 'activityScheduled' && event.name === 'judge',
    );
    expect(judged.length).toBeGreaterThanOrEqual(2);
    const panel = await workbench.panel();
    await panel.getByRole('tab', { name: 'Gates' }).click();
    const steps = panel.locator('details.judgement', { hasText: 'Step s1' });
    expect(await steps.count()).toBe(2);
    // The newest comes first.
    expect(await steps.nth(0).locator('summary .bad').count()).toBe(0);
    expect(await steps.nth(1).locator('summary .bad').count()).toBeGreaterThan(0);
    expect(sample.git('status', '--porcelain').trim()).toBe('');
  });
});
