// Where the invariant engine's child process begins: beside the bundle, or the source when it runs unbundled.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Absolute path of the child's script. */
export function engineEntry(): string {
  const here = import.meta.dirname;
  // The CLI's code may stand in a chunk one folder deeper.
  const bundled = [here, join(here, '..')]
    .map((folder) => join(folder, 'invariantsEngine.mjs'))
    .find((path) => existsSync(path));
  return bundled ?? join(here, '..', 'invariants', 'engineMain.ts');
}
