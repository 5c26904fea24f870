import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StrayEntries, treeNames } from './strayEntries.ts';

const isPosix = process.platform !== 'win32';
const names = treeNames(
  ['a/b/c.txt', 'a/d.txt', 'top.txt'].map((path) => `100644 0 0\t${path}`).concat('160000 0 0\ts/m'),
);
/** Above the tick of every file system that tests run on. */
const grainMs = 40;
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ratchet-stray-'));
  for (const folder of ['a/b', 's/m']) mkdirSync(join(root, folder), { recursive: true });
  for (const file of ['a/b/c.txt', 'a/d.txt', 'top.txt']) writeFileSync(join(root, file), '');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('what is not of the tree', () => {
  it('is found in folders that were clean before, whatever their times say', async () => {
    const strays = new StrayEntries(root, grainMs);
    await setTimeout(2 * grainMs);
    expect(await strays.find(names, new Set())).toEqual([]);
    const past = new Date(Date.now() - 60_000);
    utimesSync(join(root, 'a'), past, past);
    expect(await strays.find(names, new Set())).toEqual([]);
    await setTimeout(2 * grainMs);
    expect(await strays.find(names, new Set())).toEqual([]);
    writeFileSync(join(root, 'a/new.txt'), '');
    utimesSync(join(root, 'a'), past, past);
    expect(await strays.find(names, new Set())).toEqual(['a/new.txt']);
    expect(await strays.find(names, new Set())).toEqual(['a/new.txt']);
  });

  it('is the topmost entry, an empty folder, what stands in a submodule, and a folder in the place of a file', async () => {
    const strays = new StrayEntries(root, grainMs);
    mkdirSync(join(root, 'empty/deep'), { recursive: true });
    writeFileSync(join(root, 's/m/x'), '');
    rmSync(join(root, 'a/d.txt'));
    mkdirSync(join(root, 'a/d.txt'));
    expect((await strays.find(names, new Set())).sort()).toEqual(['a/d.txt', 'empty', 's/m/x']);
  });

  it('is never looked for behind a link', async () => {
    if (!isPosix) return;
    const outside = mkdtempSync(join(tmpdir(), 'ratchet-stray-'));
    try {
      renameSync(join(root, 'a'), join(outside, 'a'));
      mkdirSync(join(outside, 'b'));
      writeFileSync(join(outside, 'b/theirs.txt'), '');
      symlinkSync(outside, join(root, 'a'));
      expect(await new StrayEntries(root, grainMs).find(names, new Set())).toEqual(['a']);
    } finally {
      rmSync(outside, { recursive: true, force: true });
    }
  });

  it('leaves what is kept, and finds what is beside it', async () => {
    mkdirSync(join(root, 'p/q/node_modules/x'), { recursive: true });
    writeFileSync(join(root, 'p/q/other'), '');
    const found = await new StrayEntries(root, grainMs).find(names, new Set(['p/q/node_modules']));
    expect(found).toEqual(['p/q/other']);
  });

  it('may be a pipe', async () => {
    if (!isPosix) return;
    execFileSync('mkfifo', [join(root, 'a/b/pipe')]);
    expect(await new StrayEntries(root, grainMs).find(names, new Set())).toEqual(['a/b/pipe']);
  });
});
