import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyHunks, deriveHunks, locateHunk } from './hunks.ts';

// Few different lines, so that repeated lines, the hard case of every diff, are common.
const line = fc.constantFrom('a\n', 'b\n', '}\n', '\n', 'c\n', 'd\r\n');
const text = fc
  .tuple(fc.array(line, { maxLength: 14 }), fc.constantFrom('', 'end'))
  .map(([lines, tail]) => lines.join('') + tail);

describe('applyHunks', () => {
  it('gives the candidate when all hunks are applied one at a time, in any order', () => {
    fc.assert(
      fc.property(text, text, fc.infiniteStream(fc.nat()), (base, candidate, order) => {
        const pending = deriveHunks('f', base, candidate);
        const applied: typeof pending = [];
        let current: string | undefined = base;
        while (pending.length > 0) {
          const [hunk] = pending.splice((order.next().value ?? 0) % pending.length, 1);
          if (hunk === undefined) break;
          const result = applyHunks({ base, current, applied, hunks: [hunk] });
          expect(result.outcomes).toEqual([{ hunkId: hunk.id, state: 'accepted', message: null }]);
          current = result.text;
          applied.push(hunk);
        }
        expect(current).toBe(candidate);
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives the candidate when they are applied together', () => {
    fc.assert(
      fc.property(text, text, (base, candidate) => {
        const hunks = deriveHunks('f', base, candidate);
        expect(applyHunks({ base, current: base, applied: [], hunks }).text).toBe(candidate);
      }),
    );
  });

  it('never loses a line that a person added elsewhere', () => {
    fc.assert(
      fc.property(text, text, fc.nat(), (base, candidate, at) => {
        const lines = base.match(/[^\n]*\n|[^\n]+$/g) ?? [];
        const mine = 'typed by a person\n';
        const current = [
          ...lines.slice(0, at % (lines.length + 1)),
          mine,
          ...lines.slice(at % (lines.length + 1)),
        ].join('');
        fc.pre(base === '' || base.endsWith('\n'));
        const hunks = deriveHunks('f', base, candidate);
        const result = applyHunks({ base, current, applied: [], hunks });
        expect(result.text).toContain(mine);
        // What was accepted is exactly what was proposed: without the person's line, and with the refused hunks, it is the candidate.
        if (result.outcomes.every(({ state }) => state === 'accepted'))
          expect(result.text?.replace(mine, '')).toBe(candidate);
        else expect(result.outcomes.some(({ state, message }) => state === 'stale' && message !== null)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('changes nothing for a stale hunk', () => {
    const hunks = deriveHunks('f', 'one\ntwo\nthree\n', 'one\n2\nthree\n');
    const result = applyHunks({ base: 'one\ntwo\nthree\n', current: 'one\nTWO\nthree\n', applied: [], hunks });
    expect(result.text).toBe('one\nTWO\nthree\n');
    expect(result.outcomes[0]).toMatchObject({ state: 'stale' });
    expect(result.outcomes[0]?.message).toMatch(/line.* 2/);
  });

  it('takes a result that is already there as accepted', () => {
    const [base, candidate] = ['one\ntwo\nthree\n', 'one\n2\nthree\n'];
    const result = applyHunks({ base, current: candidate, applied: [], hunks: deriveHunks('f', base, candidate) });
    expect(result).toMatchObject({ text: candidate, outcomes: [{ state: 'accepted' }] });
  });

  it('keeps the line endings of the working copy when git holds others', () => {
    const [base, candidate] = ['one\ntwo\n', 'one\nnew\ntwo\n'];
    const result = applyHunks({
      base,
      current: 'one\r\ntwo\r\n',
      applied: [],
      hunks: deriveHunks('f', base, candidate),
    });
    expect(result.text).toBe('one\r\nnew\r\ntwo\r\n');
  });

  it('keeps a byte order mark and takes $& as text', () => {
    const [base, candidate] = ['\uFEFFa\nb\n', "\uFEFFa\n$& $1 $'\n"];
    expect(applyHunks({ base, current: base, applied: [], hunks: deriveHunks('f', base, candidate) }).text).toBe(
      candidate,
    );
  });
});

describe('locateHunk', () => {
  it('finds the place in text that has moved', () => {
    const [base, candidate] = ['a\nb\nc\n', 'a\nB\nc\n'];
    const [hunk] = deriveHunks('f', base, candidate);
    if (hunk === undefined) throw new Error('there is one hunk');
    expect(locateHunk({ base, current: 'new\na\nb\nc\n', applied: [], hunk })).toEqual({ startLine: 3, lineCount: 1 });
    expect(locateHunk({ base, current: 'a\nx\nc\n', applied: [], hunk })).toHaveProperty('stale');
  });
});
