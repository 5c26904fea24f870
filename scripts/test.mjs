// All tests: the unit and integration tests, then a real VS Code. Ends with one line that sums up what the runners said.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureChromium } from './chromium.mjs';
import { ensureCodeServer } from './codeServer.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const scratch = mkdtempSync(join(tmpdir(), 'ratchet-tests-'));
const sum = { passed: 0, failed: 0, skipped: 0 };
let hasFailed = false;

/** Runs a suite and gives what its report says. */
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
  return { isGreen: ran.status === 0, ...JSON.parse(readFileSync(report, 'utf8')) };
}

function count({ isGreen, numPassedTests, numFailedTests, numPendingTests, numTodoTests }) {
  if (!isGreen) hasFailed = true;
  sum.passed += numPassedTests;
  sum.failed += numFailedTests;
  sum.skipped += numPendingTests + numTodoTests;
}

/**
 * The tests in a real VS Code. Where the machine is busy, the editor now and then loses a key that a test gave it; so files in
 * which a test failed are run once more, each in a fresh VS Code, and it is said which ones needed that. What fails twice has
 * failed; where more than `enough` files fail, it is no lost key, and nothing is run again.
 */
function editorTests() {
  const enough = 3;
  const config = ['--config', 'test/e2e/vitest.config.ts'];
  const first = vitest('e2e', config);
  const failed = first.testResults.filter(({ status }) => status === 'failed');
  if (first.isGreen || failed.length === 0 || failed.length > enough) return count(first);
  const files = failed.map(({ name }) => relative(root, name));
  console.log(`\nRun again in a fresh VS Code: ${files.join(', ')}`);
  const second = vitest('e2e-again', [...config, ...files]);
  count(second);
  const others = first.testResults
    .filter(({ status }) => status !== 'failed')
    .flatMap(({ assertionResults }) => assertionResults);
  for (const { status } of others) sum[status === 'passed' ? 'passed' : 'skipped'] += 1;
  if (second.isGreen) console.log(`Failed at first and passed when run again: ${files.join(', ')}`);
}

try {
  count(vitest('unit', []));
  const browser = process.argv.includes('--no-e2e') ? undefined : ensureChromium();
  if (browser === undefined) {
    console.log('The tests in a real VS Code were skipped: there is no Chromium.');
    sum.skipped += 1;
  } else {
    ensureCodeServer(root);
    process.env.RATCHET_CHROMIUM = browser;
    editorTests();
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
console.log(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exit(hasFailed || sum.failed > 0 || sum.passed === 0 ? 1 : 0);
