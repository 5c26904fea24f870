// From batches of pairs to rows: which measure counts, and that a batch is added to its own row.
import { describe, expect, it } from 'vitest';
import type { ActivityInput } from '../../../protocol/activities.ts';
import type { HistoryCommit } from '../../../protocol/investigation.ts';
import type { RunTime, TimingBatch } from '../../../protocol/timing.ts';
import { measureFor, withBatch } from './timings.ts';

const time = (cpu: number | null, more: Partial<RunTime> = {}): RunTime => ({
  ...{ wall: 500, cpu, instructions: null, test: null },
  ...more,
});
const pair = (before: RunTime, after: RunTime) => ({ first: 'before' as const, before, after });
const commit = (name: string): HistoryCommit => ({
  ...{ commit: name, tree: `tree-${name}`, parents: [], subject: name, author: 'T', at: 0 },
});
const command = { kind: 'command' as const, command: 'node bench.js' };
const test = { kind: 'test' as const, file: 'test/a.test.js', name: null };

describe('which measure counts', () => {
  it('takes what this machine measures best, and the clock where nothing else is known of every run', () => {
    expect(measureFor([pair(time(100), time(120))], command)).toBe('cpu');
    expect(measureFor([pair(time(100), time(null))], command)).toBe('wall');
    // A clock that ticks in hundredths of a second is too coarse for what takes three of them.
    expect(measureFor([pair(time(20), time(20))], command)).toBe('wall');
    const counted = time(100, { instructions: 5e8 });
    expect(measureFor([pair(counted, counted)], command)).toBe('instructions');
  });

  it("takes a test's own time where the runner gives one that is not too short", () => {
    const of = (ms: number | null) => [pair(time(300, { test: ms }), time(300, { test: ms }))];
    expect(measureFor(of(80), test)).toBe('test');
    expect(measureFor(of(1), test)).toBe('cpu');
    expect(measureFor(of(null), test)).toBe('cpu');
    expect(measureFor(of(80), command)).toBe('cpu');
  });
});

describe('rows of timings', () => {
  const input = (kind: 'ends' | 'commit' | 'trial', after: string): ActivityInput<'timePairs'> => ({
    ...{ kind, oracle: command, overlay: [], todayTree: 't', pairs: 2, seed: 1, measure: null },
    before: commit('good'),
    after: commit(after),
  });
  const batch = (...pairs: TimingBatch['pairs']): TimingBatch => ({
    ...{ pairs, unfit: null, message: '', command: 'node bench.js', durationMs: 1 },
  });

  it('gather the batches of one comparison, by the measure that its first batch took', () => {
    let rows = withBatch([], input('ends', 'new'), batch(pair(time(100), time(150)), pair(time(110), time(165))));
    rows = withBatch(rows, input('commit', 'mid'), batch(pair(time(100), time(100))));
    rows = withBatch(rows, input('ends', 'new'), batch(pair(time(90), time(135))));
    expect(rows.map(({ kind, after }) => [kind, after.commit])).toEqual([
      ['ends', 'new'],
      ['commit', 'mid'],
    ]);
    expect(rows[0]).toMatchObject({
      measure: 'cpu',
      before: { samples: [100, 110, 90] },
      after: { samples: [150, 165, 135] },
      ratio: 1.5,
      verdict: null,
    });
  });

  it('leave out a batch that has no pairs', () => {
    expect(withBatch([], input('ends', 'new'), batch())).toEqual([]);
  });

  it('leave out what an experiment times, which stands with that', () => {
    expect(withBatch([], input('trial', 'new'), batch(pair(time(100), time(150))))).toEqual([]);
  });
});
