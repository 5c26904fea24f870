// The rule packs that come with Ratchet: `include: ['pack:ui-layer']` in a rule file. They are read from the package's own
// folder, never from the repository that is judged.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const packPrefix = 'pack:';

/** Beside `dist` in the package, and beside `src` where the code runs unbundled; a chunk stands one folder deeper. */
function packFolder(): string | undefined {
  const here = import.meta.dirname;
  return [join(here, '..', 'invariants'), join(here, '..', '..', 'invariants')].find((folder) =>
    existsSync(join(folder, 'feature-contract.yml')),
  );
}

export function packNames(): string[] {
  const folder = packFolder();
  const entries = folder === undefined ? [] : readdirSync(folder);
  return entries.flatMap((name) => (name.endsWith('.yml') ? [name.slice(0, -'.yml'.length)] : [])).sort();
}

/** The text of a pack by its name without the prefix; undefined when there is none of that name. */
export function readPack(name: string): string | undefined {
  const folder = packFolder();
  if (folder === undefined || !packNames().includes(name)) return undefined;
  return readFileSync(join(folder, `${name}.yml`), 'utf8');
}

let digest: string | undefined;

/** Changes with any pack: another Ratchet may judge the same tree by other rules. */
export function packsDigest(): string {
  digest ??= createHash('sha256')
    .update(
      packNames()
        .map((name) => readPack(name) ?? '')
        .join('\0'),
    )
    .digest('hex');
  return digest;
}
