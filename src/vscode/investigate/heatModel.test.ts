// Heat follows the lines through edits, and goes when too little of it is left.
import { describe, expect, it } from 'vitest';
import type { Suspect } from '../../protocol/suspects.ts';
import { afterEdit, heatOf, isBeyondUse } from './heatModel.ts';

const suspect = (path: string, score: number, lines: [number, number, number][]): Suspect => ({
  path,
  function: 'f',
  startLine: 1,
  endLine: 40,
  score,
  lines: lines.map(([startLine, endLine, heat]) => ({ startLine, endLine, heat })),
  failed: 1,
  passed: 2,
  why: [],
});
const suspects = [
  suspect('a.js', 0.8, [
    [3, 4, 1],
    [6, 9, 0.5],
    [12, 12, 0.1],
  ]),
  suspect('b.js', 0.7, [[1, 1, 1]]),
  suspect('a.js', 0.4, [[20, 22, 0.5]]),
];

describe('heat', () => {
  it('is strongest where the likeliest suspect is most suspicious, and leaves out what hardly is', () => {
    const spans = heatOf(suspects, 'a.js');
    expect(spans.map(({ startLine, endLine, level, place }) => [startLine, endLine, level, place])).toEqual([
      [3, 4, 2, 1],
      [6, 9, 1, 1],
      [20, 22, 0, 3],
    ]);
    expect(heatOf(suspects, 'c.js')).toEqual([]);
    expect(heatOf([suspect('a.js', 0, [[1, 1, 0]])], 'a.js')).toEqual([]);
  });

  it('moves with lines that are added or removed before it, and goes where a line is edited', () => {
    const spans = heatOf(suspects, 'a.js');
    const places = (edit: Parameters<typeof afterEdit>[1]) =>
      afterEdit(spans, edit).map(({ startLine, endLine }) => [startLine, endLine]);
    expect(places({ startLine: 1, endLine: 1, lines: 3 })).toEqual([
      [5, 6],
      [8, 11],
      [22, 24],
    ]);
    expect(places({ startLine: 7, endLine: 8, lines: 1 })).toEqual([
      [3, 4],
      [19, 21],
    ]);
    expect(places({ startLine: 30, endLine: 35, lines: 0 })).toHaveLength(3);
  });

  it('is beyond use when less than half of it is left', () => {
    const spans = heatOf(suspects, 'a.js');
    const left = afterEdit(spans, { startLine: 20, endLine: 20, lines: 1 });
    expect(isBeyondUse(left, spans)).toBe(false);
    expect(isBeyondUse(afterEdit(left, { startLine: 7, endLine: 7, lines: 1 }), spans)).toBe(true);
  });
});
