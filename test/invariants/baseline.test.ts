// The baseline over random edits, moves, renames and merges: what only moved is not new, what is new is never paid for by what
// was mended, and a merge takes the stricter side.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeBaselineFiles } from '../../src/host/mergeBaselineFiles.ts';
import {
  type BaselineEntry,
  compareWithBaseline,
  entryKey,
  formatBaseline,
  grownEntries,
  identify,
  parseBaseline,
  shrink,
} from '../../src/invariants/baseline.ts';
import { mergeBaselines } from '../../src/invariants/mergeBaselines.ts';
import type { Violation } from '../../src/invariants/messages.ts';

/** A world: files of functions, each with violations; the body tells functions apart. */
interface Fn {
  readonly file: string;
  readonly name: string;
  readonly body: number;
  readonly texts: readonly string[];
}
const fn: fc.Arbitrary<Fn> = fc.record({
  file: fc.constantFrom('a.ts', 'b.ts', 'c/d.ts'),
  name: fc.constantFrom('f', 'g', 'h'),
  body: fc.nat({ max: 1_000_000 }),
  texts: fc.array(fc.constantFrom('log(1)', 'log(2)', 'eval(x)'), { minLength: 1, maxLength: 3 }),
});
const world = fc.uniqueArray(fn, { selector: ({ file, name }) => `${file}#${name}`, maxLength: 7 });

const violationsOf = (functions: readonly Fn[], shift = 0): Violation[] =>
  functions.flatMap(({ file, name, body, texts }, at) =>
    texts.map((text, index) => ({
      rule: 'r',
      path: file,
      range: {
        startLine: at * 10 + index + 1 + shift,
        startColumn: 1,
        endLine: at * 10 + index + 1 + shift,
        endColumn: 9,
      },
      message: 'm',
      text,
      symbol: name,
      context: `${body}:${texts.join()}`,
    })),
  );
const baselineOf = (functions: readonly Fn[]): BaselineEntry[] =>
  identify(violationsOf(functions)).map(({ own }) => own);
const freshIn = (before: readonly Fn[], after: readonly Fn[], renamed?: ReadonlyMap<string, string>) =>
  compareWithBaseline(identify(violationsOf(after, 3), renamed), baselineOf(before)).fresh;

describe('the baseline', () => {
  it('takes no edit of lines, no move of code and no rename of files for something new', () => {
    fc.assert(
      fc.property(world, fc.constantFrom('e.ts', 'f/g.ts'), fc.nat(), (functions, target, pick) => {
        expect(freshIn(functions, functions)).toEqual([]);
        const moving = functions.length === 0 ? undefined : functions[pick % functions.length];
        const moved = functions.map((one) => (one === moving ? { ...one, file: target } : one));
        expect(freshIn(functions, moved)).toEqual([]);
        // A renamed file may be edited in the same change; then git's word is needed.
        const renamed = functions.map((one) =>
          one.file === 'a.ts' ? { ...one, file: target, body: one.body + 1 } : one,
        );
        expect(freshIn(functions, renamed, new Map([[target, 'a.ts']]))).toEqual([]);
      }),
    );
  });

  it('never lets what was mended pay for what is new', () => {
    fc.assert(
      fc.property(world, fn, fc.nat(), (functions, added, pick) => {
        fc.pre(functions.length > 0 && !functions.some(({ file, name }) => file === added.file && name === added.name));
        const mended = functions.filter((_, index) => index !== pick % functions.length);
        const swapped = [...mended, added];
        const removed = functions[pick % functions.length];
        const isTheSame =
          removed?.name === added.name && removed.body === added.body && removed.texts.join() === added.texts.join();
        expect(freshIn(functions, swapped)).toHaveLength(isTheSame ? 0 : added.texts.length);
      }),
    );
  });

  it('only ever shrinks, and follows what moved', () => {
    fc.assert(
      fc.property(world, world, (before, after) => {
        const baseline = baselineOf(before);
        const smaller = shrink(baseline, identify(violationsOf(after)));
        expect(smaller.length).toBeLessThanOrEqual(baseline.length);
        expect(grownEntries(baseline, smaller)).toEqual([]);
        expect(
          shrink(smaller, identify(violationsOf(after)))
            .map(entryKey)
            .sort(),
        ).toEqual(smaller.map(entryKey).sort());
        const read = parseBaseline(formatBaseline(smaller));
        expect(read.problems).toEqual([]);
        expect(read.entries.map(entryKey).sort()).toEqual([...new Set(smaller.map(entryKey))].sort());
      }),
    );
  });

  it('says so when it grew, but not when an entry moved', () => {
    const [entry] = baselineOf([{ file: 'a.ts', name: 'f', body: 1, texts: ['log(1)'] }]);
    if (entry === undefined) throw new Error('no entry');
    expect(grownEntries([entry], [{ ...entry, path: 'b.ts' }])).toEqual([]);
    expect(grownEntries([entry], [entry, { ...entry, path: 'b.ts' }])).toHaveLength(1);
    expect(grownEntries([entry], [{ ...entry, path: 'b.ts', context: 'other' }])).toHaveLength(1);
  });

  it('keeps who tolerated what and why', () => {
    const [entry] = baselineOf([{ file: 'a.ts', name: 'f', body: 1, texts: ['log(1)'] }]);
    if (entry === undefined) throw new Error('no entry');
    const reasoned = { ...entry, reason: 'Ada <a@b>: the vendor\tships a fix in May' };
    const read = parseBaseline(formatBaseline([reasoned]));
    expect(read.entries[0]?.reason).toBe('Ada <a@b>: the vendor ships a fix in May');
    expect(parseBaseline('a\tb\tc\td\t1\n').entries).toHaveLength(1);
    expect(parseBaseline('<<<<<<< ours\n').problems).toHaveLength(1);
  });
});

describe('a merge of baselines', () => {
  const side = (base: readonly Fn[], drop: number, add: readonly Fn[], move: number) =>
    baselineOf([
      ...base
        .filter((_, index) => index % 3 !== drop % 3)
        .map((one, index) => (index === move ? { ...one, file: 'moved.ts' } : one)),
      ...add.filter(({ file, name }) => !base.some((one) => one.file === file && one.name === name)),
    ]);

  it('has nothing that a side mended and nothing that only one side added', () => {
    fc.assert(
      fc.property(
        world,
        world,
        fc.nat({ max: 5 }),
        fc.nat({ max: 5 }),
        fc.nat({ max: 5 }),
        (base, add, one, two, move) => {
          const [o, a, b] = [baselineOf(base), side(base, one, add, move), side(base, two, [], 99)];
          const merged = mergeBaselines(o, a, b);
          const keys = merged.map(entryKey);
          expect(merged.length).toBeLessThanOrEqual(Math.min(a.length, b.length));
          const known = new Set([...a, ...b].map(entryKey));
          expect(keys.every((key) => known.has(key))).toBe(true);
          // Each side could have made it by shrinking and moving alone.
          expect(grownEntries(a, merged)).toEqual([]);
          expect(grownEntries(b, merged)).toEqual([]);
          expect(mergeBaselines(o, b, a).map(entryKey).sort()).toEqual(keys.sort());
          expect(mergeBaselines(o, a, a).map(entryKey).sort()).toEqual(a.map(entryKey).sort());
        },
      ),
    );
  });

  it('is written by the driver, and refuses what it cannot read', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ratchet-merge-'));
    const [o, a, b] = ['o', 'a', 'b'].map((name) => join(folder, name));
    if (o === undefined || a === undefined || b === undefined) throw new Error('no paths');
    const [f, g, h] = ['f', 'g', 'h'].map((name): Fn => ({ file: 'a.ts', name, body: 1, texts: ['log(1)'] }));
    if (f === undefined || g === undefined || h === undefined) throw new Error('no functions');
    writeFileSync(o, formatBaseline(baselineOf([f, g, h])));
    writeFileSync(a, formatBaseline(baselineOf([f, g])));
    writeFileSync(b, formatBaseline(baselineOf([g, h])));
    expect(await mergeBaselineFiles(o, a, b)).toMatchObject({ ok: true, value: { entries: 1 } });
    expect(parseBaseline(readFileSync(a, 'utf8')).entries.map(({ symbol }) => symbol)).toEqual(['g']);
    writeFileSync(b, '<<<<<<< broken\n');
    expect(await mergeBaselineFiles(o, a, b)).toMatchObject({ ok: false, failure: { reason: 'unproven' } });
    rmSync(folder, { recursive: true });
  });
});
