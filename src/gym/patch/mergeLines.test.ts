// Two sides merged into one text: nothing is lost, nothing is made up, and where they meet nobody chooses.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anchoredRegions } from './anchoredRegions.ts';
import { mergeLines } from './mergeLines.ts';

/** Few distinct lines, so that hardly any is an anchor, or many, so that most are. */
const few = fc.array(fc.constantFrom('a', 'b', '', '}'), { maxLength: 40 });
const many = fc.array(fc.nat(30).map(String), { maxLength: 40 });
const lines = fc.oneof(few, many);

describe('regions', () => {
  it('turn one text into the other, and have an unchanged line between them', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const regions = anchoredRegions(before, after);
        const made: string[] = [];
        let taken = 0;
        for (const [index, { oldIndex, oldCount, newIndex, newCount }] of regions.entries()) {
          expect(oldIndex).toBeGreaterThanOrEqual(index === 0 ? 0 : taken + 1);
          expect(oldCount + newCount).toBeGreaterThan(0);
          made.push(...before.slice(taken, oldIndex));
          expect(newIndex).toBe(made.length);
          made.push(...after.slice(newIndex, newIndex + newCount));
          taken = oldIndex + oldCount;
        }
        expect([...made, ...before.slice(taken)]).toEqual(after);
      }),
      { numRuns: 2_000 },
    );
  });

  it('are one region where nothing tells the lines of a long stretch apart', () => {
    const before = Array.from({ length: 300 }, (_, index) => `old ${index}`);
    const after = Array.from({ length: 300 }, (_, index) => `new ${index}`);
    expect(anchoredRegions(before, after)).toEqual([{ oldIndex: 0, oldCount: 300, newIndex: 0, newCount: 300 }]);
  });
});

describe('a merge', () => {
  const merged = (base: string[], mine: string[], theirs: string[]) => {
    const result = mergeLines(base, mine, theirs);
    return result.ok ? result.lines : undefined;
  };

  it('is the other side where one changed nothing, and either where both did the same', () => {
    fc.assert(
      fc.property(lines, lines, (base, side) => {
        expect(merged(base, base, side)).toEqual(side);
        expect(merged(base, side, base)).toEqual(side);
        expect(merged(base, side, side)).toEqual(side);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is the same whoever is called mine', () => {
    fc.assert(
      fc.property(lines, lines, lines, (base, mine, theirs) => {
        expect(merged(base, mine, theirs)).toEqual(merged(base, theirs, mine));
      }),
      { numRuns: 2_000 },
    );
  });

  it('has the changes of both sides where a line lies between them, and is refused where none does', () => {
    const change = fc.record({ at: fc.nat(29), count: fc.nat(3), added: fc.nat(3) });
    fc.assert(
      fc.property(change, change, (a, b) => {
        fc.pre(a.count + a.added > 0 && b.count + b.added > 0);
        const base = Array.from({ length: 33 }, (_, index) => `line ${index}`);
        const add = (name: string, { added }: typeof a) => Array.from({ length: added }, (_, n) => `${name} ${n}`);
        const mine = base.toSpliced(a.at, a.count, ...add('mine', a));
        const theirs = base.toSpliced(b.at, b.count, ...add('theirs', b));
        const [first, second] = a.at <= b.at ? [a, b] : [b, a];
        const isApart = second.at > first.at + first.count;
        const isSame = a.at === b.at && a.count === b.count && a.added + b.added === 0;
        const later = base.toSpliced(second.at, second.count, ...add(second === a ? 'mine' : 'theirs', second));
        const both = later.toSpliced(first.at, first.count, ...add(first === a ? 'mine' : 'theirs', first));
        expect(merged(base, mine, theirs)).toEqual(isSame ? mine : isApart ? both : undefined);
      }),
      { numRuns: 2_000 },
    );
  });
});
