// Serves a real VS Code with Ratchet and the sample project. Options: --port N, --no-wait (check that all is up, then end).
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromiumFlags, ensureChromium } from './chromium.mjs';
import { freePort, startCodeServer, workbenchUrl } from './codeServer.mjs';
import { createSample } from './sample/create.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const args = process.argv.slice(2);
const portAt = args.indexOf('--port');
const wanted = portAt < 0 ? 8100 : Number(args[portAt + 1]);
const sample = join(root, '.vscode-test', 'sample');

const commits = createSample(sample);
console.log(
  commits > 0 ? `The sample project is new: ${commits} commits in ${sample}` : `The sample project is there: ${sample}`,
);

const dataDirectory = join(root, '.vscode-test', 'start-data');
mkdirSync(dataDirectory, { recursive: true });
const server = await startCodeServer({
  root,
  port: await freePort(wanted),
  dataDirectory,
  installed: root,
  withoutTrust: true,
});
const url = workbenchUrl({ url: server.url, folder: sample });

/** Opens the page in a headless browser and waits until Ratchet shows itself in the status bar. */
async function verify() {
  const executablePath = ensureChromium(() => undefined);
  if (executablePath === undefined) return 'not verified: there is no Chromium to look with';
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({ executablePath, args: chromiumFlags });
  try {
    const page = await browser.newPage();
    await page.goto(url);
    await page
      .getByRole('button', { name: /^Ratchet/ })
      .first()
      .waitFor({ timeout: 60_000 });
    return 'Ratchet is active';
  } finally {
    await browser.close();
  }
}

let stopping;
const stop = () => (stopping ??= server.stop());
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop().then(() => process.exit(0)));

try {
  console.log(await verify());
} catch (error) {
  await stop();
  console.error(`Ratchet did not become active: ${error instanceof Error ? error.message : error}\n${server.output()}`);
  process.exit(1);
}
console.log(`
  VS Code with Ratchet and the sample project:

    ${url}

  Press Ctrl+Alt+P (or run "Ratchet: Plan Feature") and type:  Add a bulk discount
  The answers of the sample are scripted; no key is needed. End with Ctrl-C.
`);
if (args.includes('--no-wait')) {
  await stop();
  process.exit(0);
}
if (!existsSync(join(root, 'dist', 'extension.cjs'))) console.error('dist/ is missing; run npm start again.');
