// Suspects by made-up clues: each clue moves a function up, ties go by place, and the reasons are those that counted.
import { describe, expect, it } from 'vitest';
import type { Coverage, CoveredFunction, FileChanges } from '../../../protocol/suspects.ts';
import { rankSuspects } from './rankSuspects.ts';

const one = (
  name: string,
  startLine: number,
  passed: number,
  more: Partial<CoveredFunction> = {},
): CoveredFunction => ({
  path: 'src/a.js',
  name,
  startLine,
  endLine: startLine + 4,
  failed: 1,
  passed,
  spans: [{ startLine: startLine + 1, endLine: startLine + 3, failed: 1, passed }],
  ...more,
});

const coverage = (functions: CoveredFunction[], more: Partial<Coverage> = {}): Coverage => ({
  failing: ['adds'],
  passing: 8,
  functions,
  frames: [],
  words: [],
  notes: [],
  ...more,
});

const names = (
  given: Coverage,
  more: { changes?: FileChanges[]; hunks?: Parameters<typeof rankSuspects>[0]['hunks'] } = {},
) => rankSuspects({ coverage: given, changes: [], hunks: [], ...more }).map((suspect) => suspect.function);

describe('suspects', () => {
  it('are ordered by how few passing tests run through them, and then by place', () => {
    const functions = [one('often', 1, 8), one('seldom', 11, 1), one('never', 21, 0), one('also', 31, 1)];
    expect(names(coverage(functions))).toEqual(['never', 'seldom', 'also', 'often']);
    expect(names(coverage(functions.toReversed()))).toEqual(['never', 'seldom', 'also', 'often']);
  });

  it('are suspicious for a single line that only the failing test runs through', () => {
    const branch = one('branch', 11, 8, {
      spans: [
        { startLine: 12, endLine: 12, failed: 1, passed: 8 },
        { startLine: 13, endLine: 13, failed: 1, passed: 0 },
      ],
    });
    const [first] = rankSuspects({ coverage: coverage([one('plain', 1, 2), branch]), changes: [], hunks: [] });
    expect(first?.function).toBe('branch');
    expect(first?.lines).toEqual([
      { startLine: 12, endLine: 12, heat: 0.333 },
      { startLine: 13, endLine: 13, heat: 1 },
    ]);
    expect(first?.why).toContain('some of its lines are run by fewer passing tests');
  });

  it('move up by the stack, by their name in the test, by what changed, and by the culprit most', () => {
    const functions = [one('first', 1, 4), one('app.second', 11, 4)];
    expect(names(coverage(functions))).toEqual(['first', 'app.second']);
    expect(names(coverage(functions, { frames: [{ path: 'src/a.js', line: 12 }] }))[0]).toBe('app.second');
    expect(names(coverage(functions, { words: ['Second'] }))[0]).toBe('app.second');
    const span = (startLine: number, at: number, commit: string | null = 'c') => ({
      startLine,
      endLine: startLine + 4,
      commit,
      at,
    });
    const changes = [{ path: 'src/a.js', spans: [span(1, 100), span(11, 200)], together: 0 }];
    expect(names(coverage(functions), { changes })[0]).toBe('app.second');
    const uncommitted = [{ path: 'src/a.js', spans: [span(1, 5, null), span(11, 200)], together: 0 }];
    expect(names(coverage(functions), { changes: uncommitted })[0]).toBe('first');
    const hunk = {
      id: 'h',
      path: 'src/a.js',
      startLine: 2,
      lines: [],
      today: { path: 'src/a.js', startLine: 2, endLine: 2 },
    };
    const given = coverage(functions, { words: ['second'], frames: [{ path: 'src/a.js', line: 12 }] });
    expect(names(given, { hunks: [hunk] })[0]).toBe('first');
  });

  it('move up with their file when it changes together with the test', () => {
    const functions = [one('near', 1, 4), one('far', 1, 4, { path: 'src/z.js' })];
    const changes = [{ path: 'src/z.js', spans: [], together: 0.5 }];
    const ranked = rankSuspects({ coverage: coverage(functions), changes, hunks: [] });
    expect(ranked[0]?.why).toContain('its file changed in 50 % of the commits to the test');
    expect(ranked.map((suspect) => suspect.function)).toEqual(['far', 'near']);
  });

  it('have scores from 0 to 1', () => {
    const all = coverage([one('all', 1, 0)], { frames: [{ path: 'src/a.js', line: 2 }], words: ['all'] });
    const changes = [{ path: 'src/a.js', spans: [{ startLine: 1, endLine: 9, commit: null, at: 1 }], together: 1 }];
    expect(rankSuspects({ coverage: all, changes, hunks: [] })[0]?.score).toBe(1);
    expect(rankSuspects({ coverage: coverage([]), changes, hunks: [] })).toEqual([]);
  });
});
