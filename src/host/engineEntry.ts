// Where a child process begins: beside the bundle, or the source when it runs unbundled.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Absolute path of the invariant engine's script. */
export const engineEntry = (): string => entryOf('invariantsEngine.mjs', ['..', 'invariants', 'engineMain.ts']);

/** Absolute path of the context engine's script. */
export const contextEntry = (): string => entryOf('contextEngine.mjs', ['contextMain.ts']);

function entryOf(bundle: string, source: readonly string[]): string {
  const here = import.meta.dirname;
  // The CLI's code may stand in a chunk one folder deeper.
  const bundled = [here, join(here, '..')].map((folder) => join(folder, bundle)).find((path) => existsSync(path));
  return bundled ?? join(here, ...source);
}
