// Steering in a real VS Code: a pause, a word to the policy, a step done again, a rejection that breaks the rest, and a budget.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { onSample } from './onSample.ts';
import { journalEvents, until } from './workbench.ts';

const { sample, workbench } = onSample();

const activeContent = '<img src=x onerror="document.body.remove()"> [go](command:workbench.action.closeWindow)';

const scheduled = (name: string) =>
  journalEvents(sample.folder).filter((event) => event.type === 'activityScheduled' && event.name === name);

describe('a run under way', () => {
  it('pauses, hears what the person says, and goes on', async () => {
    await workbench.command('Ratchet: Plan Feature');
    // Text of people, models and repositories is text, also where it looks like something else.
    await workbench.answer(`Add a bulk discount ${activeContent}`);
    await workbench.statusSays('Ratchet: plan');
    const planned = await workbench.panel();
    await planned.getByText('onerror=').first().waitFor();
    expect(await planned.locator('ratchet-panel img, ratchet-panel script, ratchet-panel a[href]').count()).toBe(0);
    await workbench.command('Ratchet: Approve Plan');
    await until('the policy works', () => scheduled('stepGym').length > 0, 60_000);
    await workbench.command('Ratchet: Pause Run');
    await workbench.statusSays('Ratchet: paused');
    const turns = scheduled('nextTurn').length;
    await workbench.command('Ratchet: Tell the Policy');
    await workbench.answer('Mind the rounding.');
    const panel = await workbench.panel();
    await panel.getByText('The run is paused').waitFor();
    await panel.getByText('Mind the rounding.').waitFor();
    await workbench.screenshot('s1-paused');
    expect(scheduled('nextTurn')).toHaveLength(turns);
    await workbench.command('Ratchet: Continue Run');
    await workbench.statusSays(/Ratchet: 9 hunks/, 120_000);
    const heard = journalEvents(sample.folder).filter((event) => event.name === 'comment');
    expect(heard).toHaveLength(1);
  });

  it('plays a step again, as the person says', async () => {
    const before = scheduled('propose').length;
    await workbench.command('Ratchet: Redo Step');
    await workbench.answer('s2');
    await workbench.answer('Say it in the documents as well.');
    await until('there is another proposal', () => scheduled('propose').length > before, 90_000);
    await workbench.statusSays(/Ratchet: 9 hunks/);
    expect(scheduled('propose')).toHaveLength(before + 1);
  });

  it('judges what is left after a rejection, and says what does not pass', async () => {
    const panel = await workbench.panel();
    await panel.getByRole('tab', { name: 'Changes' }).click();
    await panel.getByLabel('Reject the hunk at line 1 of src/domain/discount.ts').click();
    await workbench.statusSays(/Ratchet: 8 hunks/, 60_000);
    await workbench.page.getByText('what is left of the proposal does not pass').first().waitFor({ timeout: 60_000 });
    await panel.getByRole('tab', { name: 'Gates' }).click();
    await panel.getByText('What is left of the proposal').first().waitFor();
    await workbench.screenshot('s2-what-is-left');
    await workbench.command('Ratchet: Reject All');
    await until('the run is over', () => journalEvents(sample.folder).at(-1)?.type === 'runCompleted', 50_000);
    expect(scheduled('composeTree')).toHaveLength(1);
    expect(sample.git('status', '--porcelain').trim()).toBe('');
  });
});

describe('a budget that is used up', () => {
  it('is a pause that a person can extend', async () => {
    writeFileSync(join(sample.folder, '.ratchet', 'config.yml'), configWithTurns(3));
    await workbench.command('Ratchet: Plan Feature');
    await workbench.answer('Offer express shipping');
    await workbench.statusSays('Ratchet: budget', 60_000);
    const panel = await workbench.panel();
    await panel.getByRole('tab', { name: 'Run', exact: true }).click();
    await panel.getByText('The budget is used up').waitFor();
    await workbench.screenshot('s3-budget');
    await workbench.command('Ratchet: Extend Budget');
    await workbench.answer('4 times');
    await workbench.statusSays('Ratchet: plan', 60_000);
    const resumed = journalEvents(sample.folder).filter(({ type }) => type === 'runResumed');
    expect(resumed).toHaveLength(1);
    // Nothing that was paid for is asked again.
    expect(scheduled('consider')).toHaveLength(3);
  });

  it('goes on through two ways at the same time, of which the better is taken', async () => {
    await workbench.command('Ratchet: Approve Plan');
    await workbench.statusSays(/Ratchet: \d+ hunks/, 120_000);
    expect(scheduled('noteChoice')).toHaveLength(1);
    const panel = await workbench.panel();
    await panel.getByText('way 1 1 finding, way 2 passed (taken)').waitFor();
    await workbench.screenshot('s4-two-ways');
    await workbench.command('Ratchet: Reject All');
    await until('the run is over', () => journalEvents(sample.folder).at(-1)?.type === 'runCompleted', 50_000);
  });
});

const configWithTurns = (turns: number): string =>
  `${sample.read('.ratchet/config.yml')}\nbudgets:\n  turns: ${turns}\n  ways: 2\n  repairs: 0\n`;
