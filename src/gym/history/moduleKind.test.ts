// Tests of today beside a package of another kind: what is laid over so that they load, and when nothing is.
import { describe, expect, it } from 'vitest';
import { kindFiles, type ReadAt } from './moduleKind.ts';

const tree =
  (files: Readonly<Record<string, string>>): ReadAt =>
  async (path) =>
    files[path] === undefined ? undefined : new TextEncoder().encode(files[path]);
const overlay = ['test/a.test.js', 'test/deep/b.test.js', 'test/c.mjs'].map((path) => ({
  path,
  mode: '100644',
  blob: 'b',
}));
const modules = tree({ 'package.json': '{"type":"module"}' });
const scripts = tree({ 'package.json': '{"type":"commonjs"}' });

describe('the kind of carried tests', () => {
  it('says what they are where the package says otherwise', async () => {
    const text = '{"type":"module"}\n';
    expect(await kindFiles(overlay, modules, scripts)).toEqual([
      { path: 'test/package.json', text },
      { path: 'test/deep/package.json', text },
    ]);
    const back = await kindFiles(overlay, scripts, modules);
    expect(back.map(({ text: said }) => said)).toEqual(Array(2).fill('{"type":"commonjs"}\n'));
  });

  it('says nothing where they are taken for the same, or where the folder has a package of its own', async () => {
    expect(await kindFiles(overlay, modules, modules)).toEqual([]);
    expect(await kindFiles(overlay, scripts, tree({}))).toEqual([]);
    const own = tree({ 'package.json': '{}', 'test/package.json': '{}', 'test/deep/package.json': '{}' });
    expect(await kindFiles(overlay, modules, own)).toEqual([]);
    const atTop = [{ path: 'a.test.js', mode: '100644', blob: 'b' }];
    expect(await kindFiles(atTop, modules, scripts)).toEqual([]);
  });
});
