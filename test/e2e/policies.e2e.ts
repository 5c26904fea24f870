// The other doors to a model in a real VS Code: what Choose Policy says of each, and a plan by a model that another
// extension lends. The editor asks for consent only where the lender wants it to.
import { afterAll, describe, expect, it } from 'vitest';
import { newLender } from './lender.ts';
import { onSample } from './onSample.ts';
import { journalEvents, succeeds, until } from './workbench.ts';

const lender = newLender();
const { sample, workbench } = onSample({ beside: lender.folder });
afterAll(() => lender.remove());

describe('choose policy', () => {
  it('says for every door what it needs and whether that is there', async () => {
    await workbench.statusSays('Ratchet');
    await workbench.command('Ratchet: Choose Policy');
    const rows = workbench.page.locator('.quick-input-list .monaco-list-row');
    await rows.filter({ hasText: 'A model of the editor' }).waitFor();
    const said = (await rows.allInnerTexts()).join('\n');
    expect(said).toMatch(/Claude Code[\s\S]*(?:Not installed|Found at)/);
    expect(said).toMatch(/No key is set yet/);
    expect(said).toMatch(/Found: Lent One/);
    await workbench.screenshot('policies-1-choose');
    await workbench.page.keyboard.press('Escape');
  });
});

describe('a model that an extension lends', () => {
  it('plans and edits', async () => {
    const title = workbench.page.locator('.quick-input-widget', { hasText: 'the editor lends' });
    // The list is drawn anew when what it says has changed, and a key that comes meanwhile is lost.
    await until('the choice holds', async () => {
      await workbench.command('Ratchet: Choose Policy');
      if (!(await workbench.take('A model of the editor'))) return false;
      await workbench.command('Ratchet: Plan Feature');
      const isChosen = await succeeds(title.waitFor({ timeout: 10_000 }));
      if (!isChosen) await workbench.page.keyboard.press('Escape');
      return isChosen;
    });
    await workbench.answer('Say hello');
    await workbench.statusSays('Ratchet: plan', 90_000);
    await workbench.command('Ratchet: Approve Plan');
    await workbench.statusSays(/Ratchet: 1 hunk/, 180_000);
    await workbench.screenshot('policies-2-proposal');
    const [started] = journalEvents(sample.folder);
    expect(started).toMatchObject({ type: 'runStarted', policy: 'languageModel' });
  });
});
