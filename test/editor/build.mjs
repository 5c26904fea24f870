// Bundles the suite that runs in the extension host, where there is no TypeScript.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Returns the module to hand to VS Code as `extensionTestsPath`, and a function that removes it. */
export async function buildSuite() {
  const directory = mkdtempSync(join(tmpdir(), 'ratchet-suite-'));
  const file = join(directory, 'suite.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'suite.ts')],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
    logLevel: 'warning',
  });
  return { file, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
