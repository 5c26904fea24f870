// The product as a user gets it: the package, built, installed and used.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { newSample, root, Workbench } from './workbench.ts';

let workbench: Workbench | undefined;
let sample: ReturnType<typeof newSample> | undefined;
afterEach(async () => {
  await workbench?.close();
  sample?.remove();
});

function build(...args: string[]): void {
  const built = spawnSync('node', ['scripts/package.mjs', ...args], { cwd: root, encoding: 'utf8' });
  expect(built.status, `${built.stdout}${built.stderr}`).toBe(0);
}

async function gatesSay(packageFile: string): Promise<string> {
  sample = newSample();
  workbench = await Workbench.open({ folder: sample.folder, installed: join(root, packageFile) });
  await workbench.statusSays('Ratchet');
  await workbench.command('Ratchet: Check Gates');
  const toast = workbench.page.locator('.notification-toast', { hasText: /integrity (?:passed|failed)/ });
  await toast.waitFor({ timeout: 60_000 });
  return (await toast.textContent()) ?? '';
}

describe('the package', () => {
  it('of a platform has every gate', async () => {
    const target = `${process.platform}-${process.arch}`;
    build('--target', target);
    expect(await gatesSay(`ratchet-${target}.vsix`)).toMatch(/every gate passed.*invariants passed/s);
  });

  it('without platform binaries says that the invariants could not be judged, and does not call it passed', async () => {
    build();
    expect(await gatesSay('ratchet.vsix')).toMatch(/invariants errored/);
  });
});
