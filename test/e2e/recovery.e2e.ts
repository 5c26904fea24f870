// What must hold when things go wrong: a killed extension host, an untrusted folder.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
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
  it('runs nothing, and says why', async () => {
    sample = newSample();
    workbench = await Workbench.open({ folder: sample.folder, isTrusted: false });
    const { page } = workbench;
    await workbench.statusSays('Ratchet');
    await workbench.command('Ratchet: Plan Feature');
    await page.getByText('it does nothing until you trust the folder').first().waitFor();
    await workbench.command('Ratchet: Check Gates');
    await workbench.command('Ratchet: Show Panel');
    const panel = await workbench.panel();
    await panel.getByText('This folder is not trusted').waitFor();
    await workbench.screenshot('untrusted');
    expect(existsSync(join(sample.folder, '.git', 'ratchet'))).toBe(false);
  });
});
