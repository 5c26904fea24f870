// Restore points from the palette: what was kept comes back byte for byte, and the message that says so undoes it.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { newSample, until, Workbench } from './workbench.ts';

let workbench: Workbench | undefined;
const sample = newSample();
afterEach(async () => {
  await workbench?.close();
  sample.remove();
});

describe('restore points', () => {
  it('are taken, shown with what would change, restored and undone', async () => {
    const rates = join(sample.folder, 'src/domain/rates.ts');
    const later = join(sample.folder, 'later.txt');
    const before = sample.read('src/domain/rates.ts');
    workbench = await Workbench.open({ folder: sample.folder });
    await workbench.statusSays('Ratchet');
    await workbench.command('Ratchet: Restore Working Copy...');
    await workbench.page.getByText('There is no restore point yet.').first().waitFor();
    await workbench.command('Ratchet: Create Restore Point');
    await workbench.answer('before the experiment');
    await until('the point is on disk', () => existsSync(join(sample.folder, '.git/ratchet/restorePoints.jsonl')));
    writeFileSync(rates, 'gone\n');
    writeFileSync(later, 'later\n');

    await workbench.command('Ratchet: Restore Working Copy...');
    await workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'before the experiment' }).waitFor();
    await workbench.screenshot('restore-points');
    await workbench.page.keyboard.press('Enter');
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await dialog.getByText('write src/domain/rates.ts').waitFor();
    await dialog.getByText('remove later.txt').waitFor();
    await workbench.screenshot('restore-question');
    expect(sample.read('src/domain/rates.ts')).toBe('gone\n');
    await dialog.getByRole('button', { name: 'Restore', exact: true }).click();
    await until('the file is back', () => sample.read('src/domain/rates.ts') === before);
    await workbench.command('Notifications: Show Notifications');
    const done = workbench.page.locator('.notification-list-item', { hasText: 'Files written: 1, removed: 1' });
    await done.waitFor();
    await workbench.screenshot('restore-done');
    expect([sample.read('src/domain/rates.ts'), existsSync(later)]).toEqual([before, false]);

    await done.getByRole('button', { name: 'Undo' }).click();
    await dialog.getByText('remove').waitFor({ state: 'hidden' });
    await dialog.getByRole('button', { name: 'Restore', exact: true }).click();
    await until('the restore is undone', () => sample.read('src/domain/rates.ts') === 'gone\n' && existsSync(later));
  });
});
