import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ImportResolver } from './resolveImports.ts';

const root = mkdtempSync(join(tmpdir(), 'ratchet-resolve-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

it('tells every file of a folder what of it cannot be found', () => {
  const resolver = new ImportResolver(root, new Set());
  expect(resolver.resolve('src/a.ts', './gone').problem).toContain('src/a.ts imports ./gone');
  expect(resolver.resolve('src/b.ts', './gone').problem).toContain('src/b.ts imports ./gone');
});

it('tells when what it lacks may have been installed', () => {
  write(
    'tsconfig.json',
    '{ "extends": "shared/tsconfig.json", "compilerOptions": { "paths": { "#/*": ["./src/*"] } } }',
  );
  write('src/there.ts', 'export {};');
  const before = new ImportResolver(root, new Set());
  const first = before.resolve('src/a.ts', 'lib');
  expect(first.problem).toContain('Imports cannot be followed');
  expect(before.resolve('src/b.ts', 'lib')).toEqual(first);
  expect(before.isStale).toBe(false);
  write('node_modules/shared/tsconfig.json', '{}');
  expect(before.isStale).toBe(true);
  expect(new ImportResolver(root, new Set()).resolve('src/a.ts', 'lib')).toEqual({ name: 'npm:lib', problem: null });
});

it('sees a package that comes into a folder of packages that is there', () => {
  write('node_modules/@scope/one/package.json', '{}');
  write('node_modules/.package-lock.json', '{}');
  const resolver = new ImportResolver(root, new Set());
  expect(resolver.resolve('src/deep/a.ts', './gone').problem).not.toBeNull();
  expect(resolver.isStale).toBe(false);
  write('node_modules/@scope/two/package.json', '{}');
  utimesSync(join(root, 'node_modules/.package-lock.json'), 1, 1);
  expect(resolver.isStale).toBe(true);
});

it('sees code that is generated where it was missed', () => {
  const resolver = new ImportResolver(root, new Set());
  expect(resolver.resolve('src/a.ts', '../generated/deep/client').problem).not.toBeNull();
  expect(resolver.isStale).toBe(false);
  write('generated/deep/client.ts', 'export {};');
  expect(resolver.isStale).toBe(true);
});

it('follows the paths of a configuration in files that it does not include, and of one for JavaScript', () => {
  const paths = { compilerOptions: { paths: { '@/*': ['./src/*'] } } };
  write('one/tsconfig.json', JSON.stringify({ ...paths, include: ['src'] }));
  write('two/jsconfig.json', JSON.stringify(paths));
  const files = ['one/src/db.ts', 'two/src/db.js', 'one/test/a.test.ts', 'one/vite.config.js', 'two/src/b.js'];
  for (const file of files) write(file, '');
  const resolver = new ImportResolver(root, new Set([...files, 'one/tsconfig.json', 'two/jsconfig.json']));
  const at = (from: string, name = '@/db') => resolver.resolve(from, name).name;
  expect([at('one/test/a.test.ts'), at('one/vite.config.js')]).toEqual(['one/src/db.ts', 'one/src/db.ts']);
  expect(at('two/src/b.js')).toBe('two/src/db.js');
  expect([at('one/test/a.test.ts', 'left-pad'), at('one/test/a.test.ts', 'fs')]).toEqual(['npm:left-pad', 'node:fs']);
});
