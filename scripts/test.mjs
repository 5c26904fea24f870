// All tests: the unit and integration tests, then a real VS Code. Ends with one line that sums up what the runners said.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureChromium } from './chromium.mjs';
import { ensureCodeServer } from './codeServer.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const scratch = mkdtempSync(join(tmpdir(), 'ratchet-tests-'));
const sum = { passed: 0, failed: 0, skipped: 0 };
let hasFailed = false;

function vitest(name, args) {
  const report = join(scratch, `${name}.json`);
  const ran = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      ...args,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  if (ran.status !== 0) hasFailed = true;
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, 'utf8'));
  sum.passed += numPassedTests;
  sum.failed += numFailedTests;
  sum.skipped += numPendingTests + numTodoTests;
}

try {
  vitest('unit', []);
  const browser = process.argv.includes('--no-e2e') ? undefined : ensureChromium();
  if (browser === undefined) {
    console.log('The tests in a real VS Code were skipped: there is no Chromium.');
    sum.skipped += 1;
  } else {
    ensureCodeServer(root);
    process.env.RATCHET_CHROMIUM = browser;
    vitest('e2e', ['--config', 'test/e2e/vitest.config.ts']);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
console.log(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exit(hasFailed || sum.failed > 0 || sum.passed === 0 ? 1 : 0);
