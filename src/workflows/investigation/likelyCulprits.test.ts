import { describe, expect, it } from 'vitest';
import type { HistoryCommit } from '../../protocol/investigation.ts';
import type { Coverage, FileChanges } from '../../protocol/suspects.ts';
import { likelyCulprits } from './likelyCulprits.ts';

const commit = (id: string | null): HistoryCommit => ({
  commit: id,
  tree: `tree of ${id}`,
  parents: [],
  subject: '',
  author: '',
  at: 0,
});
const commits = [null, 'a', 'b', 'c', 'd'].map(commit);
const line = (path: string, at: number, passed: number): Coverage['functions'][number] => ({
  path,
  name: `f${at}`,
  startLine: at,
  endLine: at,
  failed: 1,
  passed,
  spans: [{ startLine: at, endLine: at, failed: 1, passed }],
});
const coverage = (...functions: Coverage['functions']): Coverage => ({
  failing: ['t'],
  passing: 9,
  functions,
  frames: [],
  words: [],
  notes: [],
});
const blame = (path: string, ...ids: (string | null)[]): FileChanges => ({
  path,
  spans: ids.map((id, index) => ({ startLine: index + 1, endLine: index + 1, commit: id, at: 0 })),
  together: 0,
});
const sum = (chances: readonly number[]) => chances.reduce((total, chance) => total + chance, 0);

describe('how likely each commit is to be the culprit', () => {
  it('is the same for all where nothing is known', () => {
    expect(likelyCulprits({ commits, near: [] })).toEqual([0.2, 0.2, 0.2, 0.2, 0.2]);
  });

  it('is higher for those that changed lines that the failing test runs through, the fewer passing tests do the higher', () => {
    const changes = [blame('x.js', 'b', 'c', 'older', null), blame('y.js', 'd')];
    const covered = coverage(line('x.js', 1, 0), line('x.js', 2, 8), line('x.js', 3, 0));
    const chances = likelyCulprits({ commits, near: [1, 2, 3], lines: { coverage: covered, changes } });
    const [own, a, b, c, d] = chances;
    expect(sum(chances)).toBeCloseTo(1);
    expect(b).toBeGreaterThan(c ?? 1);
    expect(c).toBeGreaterThan(a ?? 1);
    expect(a).toBeGreaterThan(d ?? 1);
    expect(d).toBe(own);
    expect(d).toBeGreaterThan(0);
  });

  it('counts what is not committed, and each function once', () => {
    const changes = [blame('x.js', null, null, 'a')];
    const covered = coverage(line('x.js', 1, 0), line('x.js', 2, 0), line('x.js', 3, 0));
    const [own = 0, a = 0] = likelyCulprits({ commits, near: [], lines: { coverage: covered, changes } });
    expect(own).toBeGreaterThan(1.2 * a);
  });
});
