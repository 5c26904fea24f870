import { describe, expect, it } from 'vitest';
import { isManifest, WorkspacePackages } from './workspacePackages.ts';

/** Files of a tree; manifests are given as values. */
function packagesOf(files: Readonly<Record<string, unknown>>): WorkspacePackages {
  const text = (path: string) => {
    const content = files[path];
    return typeof content === 'string' ? content : JSON.stringify(content);
  };
  return new WorkspacePackages(Object.keys(files).filter(isManifest), { has: (path) => path in files, text });
}
const npm = { 'package.json': { workspaces: ['packages/*'] } };
const shared = 'packages/shared';

describe('a package of the repository', () => {
  it.each([
    ['npm', { 'package.json': { workspaces: ['./packages/*/'] } }],
    ['yarn', { 'package.json': { workspaces: { packages: ['packages/*'] } } }],
    ['pnpm', { 'pnpm-workspace.yaml': 'packages:\n  - "packages/*"\n' }],
  ])('is known by the workspaces of %s', (_, root) => {
    const found = packagesOf({
      ...root,
      [`${shared}/package.json`]: { name: '@a/shared' },
      [`${shared}/index.ts`]: '',
    });
    expect(found.find('@a/shared')?.name).toBe(`${shared}/index.ts`);
    expect(found.find('@a/other')).toBeUndefined();
  });

  it('is none where no workspace has it, or leaves it out again', () => {
    const pnpm = { 'pnpm-workspace.yaml': 'packages: ["packages/*", "!packages/old"]' };
    const found = packagesOf({
      ...pnpm,
      'packages/old/package.json': { name: 'old' },
      'test/fixtures/react/package.json': { name: 'react' },
    });
    expect([found.find('old'), found.find('react')]).toEqual([undefined, undefined]);
  });

  it.each([
    ['what is exported', { exports: { '.': './lib/main.ts' } }, '', 'lib/main.ts'],
    ['what is exported for some condition', { exports: { '.': { import: './lib/main.ts' } } }, '', 'lib/main.ts'],
    ['a pattern', { exports: { './*': './src/*.ts' } }, '/db', 'src/db.ts'],
    ['the source of what is built', { exports: { './db': './dist/src/db.js' } }, '/db', 'src/db.ts'],
    ['the source of a folder that is built from src', { exports: { './db': './dist/esm/db.mjs' } }, '/db', 'src/db.ts'],
    ['the source of types', { types: './dist/index.d.ts', main: './dist/index.js' }, '', 'src/index.ts'],
    ['a file that is not exported', { exports: { '.': './lib/main.ts' } }, '/src/db', 'src/db.ts'],
    ['a file by its path', {}, '/src/db.js', 'src/db.ts'],
  ])('leads to %s', (_, manifest, sub, path) => {
    const found = packagesOf({
      ...npm,
      [`${shared}/package.json`]: { name: 'shared', ...manifest },
      ...{ [`${shared}/lib/main.ts`]: '', [`${shared}/src/db.ts`]: '', [`${shared}/src/index.ts`]: '' },
    });
    expect(found.find(`shared${sub}`)?.name).toBe(`${shared}/${path}`);
  });

  it('leads to its folder where no file can be told', () => {
    const found = packagesOf({ ...npm, [`${shared}/package.json`]: { name: 'shared', main: '../../outside.js' } });
    expect(found.find('shared/gone')?.name).toBe(shared);
    expect(found.find('shared')?.name).toBe(shared);
  });

  it.each([
    ['no JSON', '{'],
    ['no object', 3],
    ['fields of other types', { name: 7, workspaces: 'x', exports: [[[]]] }],
    ['too many levels', `{"name":"shared","exports":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['a name alone', { name: 'shared', exports: { './a': null, '.': 4 } }],
  ])('is no reason to fail with a manifest of %s', (_, manifest) => {
    const found = packagesOf({ ...npm, [`${shared}/package.json`]: manifest });
    expect(found.find('shared/a')?.name ?? 'unknown').toMatch(/^(?:unknown|packages\/shared)$/);
    expect(packagesOf({ 'package.json': manifest, 'pnpm-workspace.yaml': ': [' }).find('shared')).toBeUndefined();
  });
});
