// A small extension beside Ratchet, in a folder of its own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @param manifest what it is called and contributes; @param main its code, a CommonJS module */
export function writeExtension(
  manifest: { readonly name: string } & Readonly<Record<string, unknown>>,
  main: string,
): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), `ratchet-${manifest.name}-`));
  const common = { publisher: 'test', version: '1.0.0', engines: { vscode: '^1.104.0' }, main: './main.js' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...common, ...manifest }));
  writeFileSync(join(folder, 'main.js'), main);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
