// What must hold when things go wrong: a killed extension host, an untrusted folder.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { chanceRule } from './chanceRule.ts';
import { journalEvents, newSample, until, Workbench } from './workbench.ts';

let workbench: Workbench | undefined;
let sample: ReturnType<typeof newSample> | undefined;

afterEach(async () => {
  await workbench?.close();
  sample?.remove();
  workbench = undefined;
});

describe('a killed extension host', () => {
  it('resumes the run where it was, and repeats no finished activity', async () => {
    sample = newSample();
    const { folder } = sample;
    workbench = await Workbench.open({ folder });
    await workbench.statusSays('Ratchet');
    await workbench.command('Ratchet: Plan Feature');
    await workbench.answer('Add a bulk discount');
    await workbench.statusSays('Ratchet: plan');
    await workbench.command('Ratchet: Approve Plan');
    await until('the gym is at work', () => journalEvents(folder).filter(({ name }) => name === 'stepGym').length >= 3);
    workbench.killExtensionHost();
    const finished = () =>
      journalEvents(folder).flatMap((event) => (event.type === 'activityCompleted' ? [event.activity] : []));
    const before = finished();
    expect(journalEvents(folder).at(-1)?.type).not.toBe('runCompleted');
    await workbench.reload();
    await workbench.statusSays(/Ratchet: 9 hunks/, 90_000);
    const events = journalEvents(folder);
    expect(events.filter(({ type }) => type === 'runResumed').length).toBeGreaterThan(0);
    const after = finished();
    expect(after.slice(0, before.length)).toEqual(before);
    expect(new Set(after).size).toBe(after.length);
    const scheduled = events.flatMap((event) => (event.type === 'activityScheduled' ? [event.activity] : []));
    expect(new Set(scheduled).size).toBe(scheduled.length);
  });
});

describe('an untrusted folder', () => {
  it('runs nothing, says why, and is judged as soon as it is trusted', async () => {
    sample = newSample();
    writeFileSync(join(sample.folder, '.ratchet', 'invariants', 'chance.yml'), chanceRule);
    workbench = await Workbench.open({
      folder: sample.folder,
      isTrusted: false,
      settings: { 'files.autoSave': 'off' },
    });
    const { page } = workbench;
    await workbench.statusSays('Ratchet');
    await workbench.command('Ratchet: Plan Feature');
    await page.getByText('it does nothing until you trust the folder').first().waitFor();
    await workbench.command('Ratchet: Check Gates');
    await workbench.command('Ratchet: Show Panel');
    const panel = await workbench.panel();
    await panel.getByText('This folder is not trusted').waitFor();
    await workbench.screenshot('untrusted');
    await workbench.openFile('src/domain/zones.ts');
    await page.locator('.view-line', { hasText: 'zoneBetween' }).first().waitFor();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('\nexport const luck = () => Math.random();');
    // Far longer than an answer takes where there is one.
    await page.waitForTimeout(3_000);
    const squiggle = page.locator('.monaco-editor .squiggly-error');
    expect(await squiggle.count()).toBe(0);
    expect(existsSync(join(sample.folder, '.git', 'ratchet'))).toBe(false);
    await workbench.command('Workspaces: Manage Workspace Trust');
    await page.locator('.workspace-trust-editor .monaco-button', { hasText: /^Trust$/ }).click();
    await workbench.openFile('src/domain/zones.ts');
    await squiggle.first().waitFor();
    await workbench.screenshot('trusted');
  });
});
