import { describe, expect, it } from 'vitest';
import { deriveHunks } from '../../gym/hunks.ts';
import type { FileChange } from '../../protocol/proposal.ts';
import { describeHunk, hunkAtLine, nextHunk, reviewFile } from './reviewModel.ts';

const base = 'one\ntwo\nthree\nfour\nfive\n';
const candidate = 'ONE\ntwo\nthree\nfour\nFIVE\nsix\n';
const hunks = deriveHunks('f.ts', base, candidate);
const [first, second] = hunks;
if (first === undefined || second === undefined) throw new Error('there are two hunks');
const file: FileChange = {
  path: 'f.ts',
  kind: 'modified',
  binary: false,
  baseMode: '100644',
  candidateMode: '100644',
  baseBlob: 'a',
  candidateBlob: 'b',
  hunks,
};
const pending = { [first.id]: 'pending', [second.id]: 'pending' } as const;

describe('reviewFile', () => {
  it('places hunks in the current text and in the proposed one', () => {
    const reviewed = reviewFile(file, pending, { base, current: `typed\n${base}`, candidate });
    expect(reviewed.open.map(({ current, proposed }) => [current, proposed])).toEqual([
      [
        { startLine: 2, lineCount: 1 },
        { startLine: 2, lineCount: 1 },
      ],
      [
        { startLine: 6, lineCount: 1 },
        { startLine: 6, lineCount: 2 },
      ],
    ]);
    expect(reviewed.proposedText).toBe(`typed\n${candidate}`);
  });

  it('leaves decided hunks out, and knows accepted ones in the text', () => {
    const current = 'ONE\ntwo\nthree\nfour\nfive\n';
    const reviewed = reviewFile(file, { [first.id]: 'accepted', [second.id]: 'pending' }, { base, current, candidate });
    expect(reviewed.open.map(({ hunk }) => hunk.id)).toEqual([second.id]);
    expect(reviewed.proposedText).toBe(candidate);
    const rejected = reviewFile(
      file,
      { [first.id]: 'rejected', [second.id]: 'pending' },
      { base, current: base, candidate },
    );
    expect(rejected.proposedText).toBe('one\ntwo\nthree\nfour\nFIVE\nsix\n');
  });

  it('says why a hunk is stale', () => {
    const reviewed = reviewFile(file, pending, { base, current: base.replace('five', 'mine'), candidate });
    expect(reviewed.open.find(({ hunk }) => hunk.id === second.id)).toMatchObject({
      current: null,
      stale: expect.stringContaining('changed since'),
    });
    expect(reviewed.proposedText).toBe('ONE\ntwo\nthree\nfour\nmine\n');
  });

  it('takes a new file as one piece, stale when it is there by now', () => {
    const created = { ...first, kind: 'create' as const, lines: ['+a'], id: 'new' };
    const added: FileChange = { ...file, kind: 'added', baseMode: null, baseBlob: null, hunks: [created] };
    expect(
      reviewFile(added, { new: 'pending' }, { base: undefined, current: undefined, candidate: 'a\n' }),
    ).toMatchObject({ proposedText: 'a\n', open: [{ stale: null }] });
    expect(
      reviewFile(added, { new: 'pending' }, { base: undefined, current: 'mine\n', candidate: 'a\n' }).open[0]?.stale,
    ).toContain('not what it was');
  });
});

describe('walking', () => {
  const all = [
    { path: 'b.ts', line: 3 },
    { path: 'b.ts', line: 9 },
    { path: 'd.ts', line: 1 },
  ];
  const paths = ['a.ts', 'b.ts', 'c.ts', 'd.ts'];

  it('goes to the next hunk and round', () => {
    expect(nextHunk(all, paths, null, 1)).toBe(all[0]);
    expect(nextHunk(all, paths, { path: 'b.ts', line: 3 }, 1)).toBe(all[1]);
    expect(nextHunk(all, paths, { path: 'c.ts', line: 50 }, 1)).toBe(all[2]);
    expect(nextHunk(all, paths, { path: 'd.ts', line: 1 }, 1)).toBe(all[0]);
    expect(nextHunk(all, paths, { path: 'c.ts', line: 1 }, -1)).toBe(all[1]);
    expect(nextHunk(all, paths, { path: 'a.ts', line: 1 }, -1)).toBe(all[2]);
    expect(nextHunk([], paths, null, 1)).toBeUndefined();
  });

  it('finds the hunk of a line', () => {
    const { open } = reviewFile(file, pending, { base, current: base, candidate });
    expect(hunkAtLine(open, 1, 'current')?.hunk.id).toBe(first.id);
    expect(hunkAtLine(open, 4, 'current')?.hunk.id).toBe(second.id);
    expect(describeHunk(second)).toBe('+2 −1');
  });
});
