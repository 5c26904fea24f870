// The suite in a desktop VS Code, where one can be fetched: npm run test:desktop. The other launcher is test/e2e/suite.e2e.ts.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { createSample } from '../../scripts/sample/create.mjs';
import { buildSuite } from './build.mjs';

const folder = mkdtempSync(join(tmpdir(), 'ratchet-sample-'));
createSample(folder);
const suite = await buildSuite();
try {
  process.exitCode = await runTests({
    extensionDevelopmentPath: resolve(import.meta.dirname, '../..'),
    extensionTestsPath: suite.file,
    launchArgs: [folder, '--disable-extensions', '--disable-workspace-trust'],
  });
} catch (error) {
  console.error(
    `The desktop VS Code could not run the suite: ${error instanceof Error ? error.message : String(error)}`,
  );
  process.exitCode = 1;
} finally {
  suite.remove();
  rmSync(folder, { recursive: true, force: true });
}
