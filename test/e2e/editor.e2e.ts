// What VS Code users expect around a run: several folders, a key that is kept secret, and a cancel that clears up.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startMessagesServer } from '../fakes/messagesServer.ts';
import { answerLikeAModel, leftovers } from '../helpers/cli.ts';
import { fingerprint } from '../helpers/repository.ts';
import { journalEvents, newSample, until, Workbench } from './workbench.ts';

let workbench: Workbench | undefined;
const closing: (() => unknown)[] = [];

afterEach(async () => {
  await workbench?.close();
  workbench = undefined;
  for (const close of closing.splice(0)) await close();
});

function sampleForTest(): ReturnType<typeof newSample> {
  const sample = newSample();
  closing.push(() => sample.remove());
  return sample;
}

describe('a workspace of several folders', () => {
  it('asks which one is meant, and leaves the other alone', async () => {
    const [first, second] = [sampleForTest(), sampleForTest()];
    const directory = mkdtempSync(join(tmpdir(), 'ratchet-workspace-'));
    closing.push(() => rmSync(directory, { recursive: true, force: true }));
    const workspace = join(directory, 'both.code-workspace');
    writeFileSync(workspace, JSON.stringify({ folders: [{ path: first.folder }, { path: second.folder }] }));
    const untouched = fingerprint(first.folder);
    workbench = await Workbench.open({ folder: first.folder, workspace });
    await workbench.statusSays('Ratchet');
    await workbench.command('Ratchet: Plan Feature');
    await workbench.page.locator('.quick-input-list .monaco-list-row').nth(1).waitFor();
    await workbench.screenshot('several-folders');
    await workbench.answer(second.folder.split('/').at(-1) ?? '');
    await workbench.page.locator('.quick-input-widget', { hasText: 'scripted' }).waitFor();
    await workbench.answer('Add a bulk discount');
    await workbench.statusSays('Ratchet: plan');
    expect(journalEvents(second.folder).length).toBeGreaterThan(3);
    expect(fingerprint(first.folder)).toEqual(untouched);
  });
});

describe('a key', () => {
  it('is asked for where it is missing, is sent to the API, and is written down nowhere', async () => {
    const key = 'sk-ant-api03-the-secret-of-this-test';
    const server = await startMessagesServer(answerLikeAModel);
    closing.push(() => server.close());
    const sample = sampleForTest();
    workbench = await Workbench.open({
      folder: sample.folder,
      settings: { 'ratchet.policy': 'claude', 'ratchet.baseUrl': server.url },
    });
    await workbench.statusSays('Ratchet');
    await workbench.command('Ratchet: Plan Feature');
    await workbench.page.locator('.quick-input-widget', { hasText: 'No API key' }).waitFor();
    await workbench.page.keyboard.press('Escape');
    await workbench.command('Ratchet: Set API Key');
    await workbench.page.locator('.quick-input-widget input[type=password]').waitFor();
    await workbench.answer(key);
    await workbench.page.getByText('The key is stored.').first().waitFor();
    await workbench.command('Ratchet: Plan Feature');
    await workbench.page.locator('.quick-input-widget', { hasText: /Policy: claude/i }).waitFor();
    await workbench.answer('Say hello');
    await workbench.statusSays('Ratchet: plan');
    expect(new Set(server.keys)).toEqual(new Set([key]));
    const kept = spawnSync('grep', ['-rlaF', key, sample.folder, workbench.dataDirectory], { encoding: 'utf8' });
    expect([kept.status, kept.stdout]).toEqual([1, '']);
  });
});

describe('what is asked in a notification', () => {
  it('leads from the plan to the review by clicks alone', async () => {
    const sample = sampleForTest();
    workbench = await Workbench.open({ folder: sample.folder, installed: true });
    const { page } = workbench;
    const toast = (text: RegExp) => page.locator('.notification-toast', { hasText: text });
    await workbench.statusSays('Ratchet');
    await workbench.command('Ratchet: Plan Feature');
    await workbench.answer('Add a bulk discount');
    await toast(/The plan is ready/).waitFor();
    await workbench.screenshot('toast-plan');
    await toast(/The plan is ready/)
      .getByRole('button', { name: 'Approve' })
      .click();
    await toast(/The proposal is ready: 9 hunks/).waitFor({ timeout: 60_000 });
    await workbench.screenshot('toast-proposal');
    await toast(/The proposal is ready/)
      .getByRole('button', { name: 'Review' })
      .click();
    await page.locator('.multiDiffEditor').first().waitFor();
    await page.waitForTimeout(1_000);
    await workbench.screenshot('toast-review');
  });
});

describe('a folder without a repository', () => {
  it('is refused with what to do next', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'ratchet-plain-'));
    closing.push(() => rmSync(directory, { recursive: true, force: true }));
    workbench = await Workbench.open({ folder: directory, installed: true });
    await workbench.command('Ratchet: Plan Feature');
    await workbench.page.locator('.notification-toast', { hasText: /git init/ }).waitFor();
    await workbench.screenshot('no-repository');
  });
});

describe('a cancel', () => {
  it('ends the run within seconds, and leaves no worktree, no process and no changed file', async () => {
    const sample = sampleForTest();
    const before = fingerprint(sample.folder);
    workbench = await Workbench.open({ folder: sample.folder });
    await workbench.statusSays('Ratchet');
    await workbench.command('Ratchet: Plan Feature');
    await workbench.answer('Add a bulk discount');
    await workbench.statusSays('Ratchet: plan');
    await workbench.command('Ratchet: Approve Plan');
    await until('the tests run', () => journalEvents(sample.folder).some(({ name }) => name === 'judge'));
    await workbench.command('Ratchet: Cancel Run');
    const confirm = workbench.page.getByRole('button', { name: 'Cancel Run' });
    await confirm.click({ timeout: 3_000 }).catch(() => undefined);
    await until('it has ended', () => journalEvents(sample.folder).at(-1)?.type === 'runStopped', 10_000);
    await until('it has cleared up', () => leftovers(sample.folder).length === 0, 10_000);
    expect(fingerprint(sample.folder)).toEqual(before);
    const panel = await workbench.panel();
    await panel.getByRole('heading', { name: 'The run was canceled' }).waitFor();
    await workbench.screenshot('canceled');
  });
});
