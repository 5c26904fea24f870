// Old commits with other dependencies than today's: they are installed once for each set of lockfiles, and no run is lost to them.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { investigationDocumentSchema } from '../../src/protocol/cliDocuments.ts';
import { leftovers, ratchet } from '../helpers/cli.ts';
import { makeHistory, type PlannedCommit, plainHistory, projectFiles } from '../helpers/history.ts';
import type { TestRepository } from '../helpers/repository.ts';

let repo: TestRepository & { readonly ids: string[] };
afterEach(() => {
  expect(leftovers(repo.root)).toEqual([]);
  repo.remove();
});

const lock = (version: number) => JSON.stringify({ lockfileVersion: 3, version });
const sum = (call: string) => `import * as dep from 'dep';\n\nexport function sum(a, b) {\n  return dep.${call};\n}\n`;
/** What an install does: the second version of the package has another name for the function. */
const install = `import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
const { version } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
if (version === 3) throw new Error('the registry is gone');
mkdirSync('node_modules/dep', { recursive: true });
writeFileSync('node_modules/dep/package.json', '{ "name": "dep", "type": "module", "main": "index.js" }');
writeFileSync('node_modules/dep/index.js', \`export const \${version === 1 ? 'add' : 'plus'} = (a, b) => a + b;\`);
`;

/** The fault at commit 5, the new version at commit 20. */
function history(more: Readonly<Record<number, PlannedCommit>> = {}) {
  const start = { ...projectFiles, '.gitignore': 'node_modules/\n', 'install.mjs': install };
  repo = makeHistory(
    plainHistory(30, {
      0: { subject: 'Begin', files: { ...start, 'package-lock.json': lock(1), 'src/sum.js': sum('add(a, b)') } },
      5: { subject: 'Tidy the sum', files: { 'src/sum.js': sum('add(a, -b)') } },
      20: { subject: 'Upgrade', files: { 'package-lock.json': lock(2), 'src/sum.js': sum('plus(a, -b)') } },
      ...more,
    }),
  );
  mkdirSync(join(repo.root, 'node_modules/dep'), { recursive: true });
  const folder = join(repo.root, 'node_modules/dep');
  writeFileSync(join(folder, 'package.json'), '{ "name": "dep", "type": "module", "main": "index.js" }');
  writeFileSync(join(folder, 'index.js'), 'export const plus = (a, b) => a + b;\n');
  mkdirSync(join(repo.root, '.ratchet'));
}

async function investigate() {
  const ran = await ratchet(repo.root, ['investigate', 'src/sum.js', '--test', 'adds', '--json']);
  expect(ran.stdout, ran.stderr).not.toBe('');
  const { outcome } = investigationDocumentSchema.parse(JSON.parse(ran.stdout));
  return outcome?.culprits.map(({ commit }) => commit) ?? [];
}

const installs = () => join(repo.root, '.git/ratchet/cache/installs');
const kept = () => readdirSync(installs());

describe('dependencies of old commits', { timeout: 120_000 }, () => {
  it('are installed once, and again used by the next investigation', async () => {
    history();
    writeFileSync(join(repo.root, '.ratchet/config.yml'), 'investigation: { install: node install.mjs }\n');
    expect(await investigate()).toEqual([repo.ids[5]]);
    const [first, ...others] = kept();
    expect(others).toEqual([]);
    expect(readdirSync(join(installs(), first ?? '', 'node_modules'))).toEqual(['dep']);
    // Nothing of it reached the checkout.
    expect(readdirSync(join(repo.root, 'node_modules'))).toEqual(['dep']);
    expect(repo.git('status', '--porcelain').trim()).toBe('?? .ratchet/');
  });

  it('that cannot be installed make a commit one that cannot be tested', async () => {
    const tidied = { subject: 'Tidy the sum', files: { 'src/sum.js': sum('add(a, -b)') } };
    const lost = { subject: 'Downgrade', files: { 'package-lock.json': lock(3) } };
    history({ 5: { subject: 'Rest', files: { 'src/other.js': '' } }, 8: lost, 12: tidied });
    writeFileSync(join(repo.root, '.ratchet/config.yml'), 'investigation: { install: node install.mjs }\n');
    const culprits = await investigate();
    // Between the last commit that can be tested and the next one nothing can be told apart.
    expect(culprits).toContain(repo.ids[12]);
    expect(culprits.length).toBeGreaterThan(1);
    expect(culprits).not.toContain(repo.ids[5]);
    expect(kept()).toHaveLength(1);
  });

  it('are those of today where nothing says how to install', async () => {
    history();
    expect(await investigate()).not.toEqual([repo.ids[5]]);
    expect(existsSync(installs())).toBe(false);
  });
});
