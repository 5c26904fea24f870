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
const from = 'web/a.ts';
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
    expect(found.find(from, '@a/shared')?.name).toBe(`${shared}/index.ts`);
    expect(found.find(from, '@a/other')).toBeUndefined();
  });

  it('is none where no workspace has it, or leaves it out again', () => {
    const pnpm = { 'pnpm-workspace.yaml': 'packages: ["packages/*", "!packages/old"]' };
    const found = packagesOf({
      ...pnpm,
      'packages/old/package.json': { name: 'old' },
      'test/fixtures/react/package.json': { name: 'react' },
    });
    expect([found.find(from, 'old'), found.find(from, 'react')]).toEqual([undefined, undefined]);
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
    ['a file by its path with a slash', {}, '/src/db/', 'src/db.ts'],
    [
      'what is imported, and not what is declared',
      { exports: { types: './src/db.ts', import: './lib/main.ts' } },
      '',
      'lib/main.ts',
    ],
    [
      'the source that a condition of its own names',
      { exports: { '@a/source': './src/db.ts', default: './dist/x.js' } },
      '',
      'src/db.ts',
    ],
    ['sources in another folder', { main: './dist/main.js' }, '', 'lib/main.ts'],
    ['TypeScript of what is built as a module', { exports: './dist/db.mjs' }, '', 'src/db.ts'],
    ['its folder where what is named is gone', { exports: './dist/gone.js' }, '', ''],
  ])('leads to %s', (_, manifest, sub, path) => {
    const found = packagesOf({
      ...npm,
      [`${shared}/package.json`]: { name: 'shared', ...manifest },
      ...{ [`${shared}/lib/main.ts`]: '', [`${shared}/src/db.ts`]: '', [`${shared}/src/index.ts`]: '' },
    });
    expect(found.find(from, `shared${sub}`)?.name).toBe(path === '' ? shared : `${shared}/${path}`);
  });

  it('is that of the nearest workspace, and in one the outermost', () => {
    const found = packagesOf({
      'package.json': { workspaces: ['packages/**'] },
      'packages/one/package.json': { name: 'one' },
      'packages/z/fixtures/one/package.json': { name: 'one' },
      'packages/z/node_modules/pg/package.json': { name: 'pg' },
      'test/fx/package.json': { workspaces: ['p/*'] },
      'test/fx/p/one/package.json': { name: 'one' },
    });
    expect(found.find(from, 'one')?.name).toBe('packages/one');
    expect(found.find('test/fx/p/two/a.ts', 'one')?.name).toBe('test/fx/p/one');
    expect(found.find(from, 'pg')).toBeUndefined();
  });

  it('has names of its own, which lead to files, packages of the repository and others', () => {
    const imports = { '#db': './src/db.ts', '#one': 'one', '#pg': 'pg/lib', '#self': '#db', '#a/*': './src/*.js' };
    const found = packagesOf({
      ...npm,
      'packages/one/package.json': { name: 'one', main: 'src/one.ts' },
      'packages/one/src/one.ts': '',
      [`${shared}/package.json`]: { name: 'shared', imports },
      [`${shared}/src/db.ts`]: '',
    });
    const at = (name: string) => found.find(`${shared}/test/deep/a.ts`, name)?.name;
    expect(['#db', '#one', '#pg', '#self', '#gone', '#a/db'].map(at)).toEqual([
      ...[`${shared}/src/db.ts`, 'packages/one/src/one.ts', 'npm:pg', undefined, undefined, `${shared}/src/db.ts`],
    ]);
    expect(found.find('web/a.ts', '#db')).toBeUndefined();
  });

  it('is read in time whatever it says', () => {
    const began = performance.now();
    const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`./a${index}/*`, `./b${index}/*`]));
    for (const manifest of [
      { main: 'a/'.repeat(10_000) },
      { exports: { './*': `./${'*/'.repeat(2_000)}x.js` } },
      { exports: many },
      { exports: { './x': Array.from({ length: 20_000 }, (_, index) => `./dist/${index}.js`) } },
    ]) {
      const found = packagesOf({ ...npm, [`${shared}/package.json`]: { name: 'shared', ...manifest } });
      found.find(from, 'shared');
      found.find(from, `shared/${'x'.repeat(400)}`);
    }
    const workspaces = [
      'packages/*a*a*a*a*a*a*a*b',
      '',
      './',
      '/',
      '!',
      'x'.repeat(70_000),
      '..',
      '[',
      '*'.repeat(300),
    ];
    packagesOf({ 'package.json': { workspaces }, [`packages/${'a'.repeat(60)}/package.json`]: { name: 'a' } });
    // It was minutes; the machine may be a slow one.
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  it('leads to its folder where no file can be told', () => {
    const found = packagesOf({ ...npm, [`${shared}/package.json`]: { name: 'shared', main: '../../outside.js' } });
    expect(found.find(from, 'shared/gone')?.name).toBe(shared);
    expect(found.find(from, 'shared')?.name).toBe(shared);
  });

  it.each([
    ['no JSON', '{'],
    ['no object', 3],
    ['fields of other types', { name: 7, workspaces: 'x', exports: [[[]]] }],
    ['too many levels', `{"name":"shared","exports":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['a name alone', { name: 'shared', exports: { './a': null, '.': 4 } }],
  ])('is no reason to fail with a manifest of %s', (_, manifest) => {
    const found = packagesOf({ ...npm, [`${shared}/package.json`]: manifest });
    expect(found.find(from, 'shared/a')?.name ?? 'unknown').toMatch(/^(?:unknown|packages\/shared)$/);
    expect(packagesOf({ 'package.json': manifest, 'pnpm-workspace.yaml': ': [' }).find(from, 'shared')).toBeUndefined();
  });
});
