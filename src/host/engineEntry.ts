// Where the invariant engine's child process begins: beside the bundle, or the source when it runs unbundled.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of the child's script. */
export function engineEntry(): string {
  const here = import.meta.dirname ?? fileURLToPath(new URL('.', import.meta.url));
  const bundled = join(here, 'invariantsEngine.mjs');
  return existsSync(bundled) ? bundled : join(here, '..', 'invariants', 'engineMain.ts');
}
