// Which functions grew, from made-up profiles: the one that did, not the one that jitters, and the caller only where it changed.
import { describe, expect, it } from 'vitest';
import type { FunctionTime } from '../../../protocol/timing.ts';
import { grownFunctions } from './compareProfiles.ts';

const of = (name: string, selfMs: number, totalMs = selfMs, line = 1, path = 'src/a.js'): FunctionTime => ({
  ...{ path, name, line, selfMs, totalMs },
});
/** Five profiles; the n-th is given its number for what jitters. */
const five = (make: (run: number) => FunctionTime[]): FunctionTime[][] => [0, 1, 2, 3, 4].map(make);
const jitter = [4, -6, 9, 0, -3];

describe('functions that grew', () => {
  it('names the one that takes longer, with its times and lines of both sides', () => {
    const before = five((run) => [of('main', 10 + (jitter[run] ?? 0), 60), of('slow', 20, 20, 7)]);
    const after = five((run) => [of('main', 10 - (jitter[run] ?? 0), 100), of('slow', 60 + run, 60 + run, 9)]);
    expect(grownFunctions(before, after, new Set())).toEqual([
      {
        ...{ path: 'src/a.js', name: 'slow', line: 9, lineBefore: 7 },
        ...{ selfBefore: 20, selfAfter: 62, totalBefore: 20, totalAfter: 62 },
      },
    ]);
  });

  it('names nothing where one run alone is slow', () => {
    const before = five((run) => [of('main', 50 + (jitter[run] ?? 0))]);
    const after = five((run) => [of('main', 50 - (jitter[run] ?? 0) + (run === 2 ? 400 : 0))]);
    expect(grownFunctions(before, after, new Set(['src/a.js']))).toEqual([]);
  });

  it('tells a new function from an old one, and adds the changed function that only calls more', () => {
    const before = five(() => [of('outer', 5, 25, 3), of('inner', 20, 20, 4, 'lib/b.js')]);
    const after = five((run) => [
      of('outer', 5, 65 + run, 3),
      of('inner', 40 + run, 40 + run, 4, 'lib/b.js'),
      of('fresh', 20 + run, 20 + run, 8),
    ]);
    const names = (changed: string[]) => grownFunctions(before, after, new Set(changed)).map(({ name }) => name);
    expect(names([])).toEqual(['inner', 'fresh']);
    expect(names(['src/a.js'])).toEqual(['inner', 'fresh', 'outer']);
    expect(grownFunctions(before, after, new Set()).map(({ lineBefore }) => lineBefore)).toEqual([4, null]);
  });

  it('says nothing without profiles', () => {
    expect(grownFunctions([], [], new Set())).toEqual([]);
  });
});
