// Experiments of a slowdown: what a policy says is read into two known trees or refused, whatever it is; and a prediction is judged by
// the verdict and the interval, so that what cannot be told counts for nothing.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryCommit } from '../../../protocol/investigation.ts';
import type { TimingVerdict } from '../../../protocol/timing.ts';
import type { Comparison } from '../timing/timedRuns.ts';
import { judgeTimed } from './judgeTimed.ts';
import { type ReadTimed, readTimed, type SlowCase } from './readTimed.ts';

const commit = (name: string): HistoryCommit => ({
  ...{ commit: name.repeat(40), tree: `tree of ${name}`, parents: ['b'.repeat(40)] },
  ...{ subject: name, author: 'a', at: 0 },
});
const hunk = (id: string) => ({ id, path: 'src/work.js', startLine: 3, lines: ['-a', '+b'], today: null });
const culprit = { commit: commit('c'), before: commit('b'), baseTree: 'base', hunks: ['h1', 'h2', 'h3'].map(hunk) };
const about: SlowCase = {
  oracle: { kind: 'command', command: 'node bench.js' },
  ...{ todayTree: 'today', ratio: 4, culprit, commits: [commit('d'), commit('c'), commit('b'), commit('a')] },
};

function read(given: unknown, known = about): ReadTimed {
  const found = readTimed(given, known);
  if ('refused' in found) throw new Error(found.refused);
  return found;
}
const refusal = (given: unknown, known = about): string => {
  const found = readTimed(given, known);
  return 'refused' in found ? found.refused : 'it is taken';
};
const revert = (hunks: unknown, expects = 'faster') => ({ action: 'revertHunks', hunks, expects });
const compare = (before: string, after: string, expects = 'slower') => ({
  ...{ action: 'compareTrees', before, after, expects },
});
const patch = (text: string, expects = 'faster') => ({ action: 'tryPatch', patch: text, expects });

describe('an experiment of a slowdown', () => {
  it('times the culprit against the same without the named hunks, or without all', () => {
    expect(read(revert(['h2']))).toMatchObject({
      before: { change: { kind: 'hunks', baseTree: 'base', ids: ['h1', 'h3'] } },
      after: { commit: culprit.commit },
      expects: 'slower',
    });
    expect(read(revert([]))).toMatchObject({ before: { change: { ids: [] } } });
  });

  it('puts what is expected to be slower after the other, whichever way round it was said', () => {
    const slower = read(compare('before', 'culprit'));
    expect(slower).toMatchObject({ before: { commit: culprit.before }, after: { commit: culprit.commit } });
    const { before, after, expects } = read(compare('culprit', 'before', 'faster'));
    expect({ before, after, expects }).toEqual({ before: slower.before, after: slower.after, expects: 'slower' });
    expect(read(compare('today', 'aaaaaaa', 'same'))).toMatchObject({
      ...{ before: { commit: { tree: 'today' } }, after: { commit: commit('a') }, expects: 'same' },
    });
  });

  it('times the working copy against the same with a patch', () => {
    expect(read(patch('p'))).toMatchObject({
      before: { change: { kind: 'patch', text: 'p' } },
      ...{ after: { commit: { commit: null, tree: 'today' } }, expects: 'slower', patch: 'p' },
    });
  });

  it.each([
    ['an action of a failure', { action: 'runTest', file: null, name: null, edit: null, expects: 'fails' }],
    ['a command beside an action', { ...revert(['h1']), command: 'ls' }],
    ['a number of runs of its own', { ...revert(['h1']), pairs: 1 }],
    ['what cannot be predicted of it', revert(['h1'], 'slower')],
    ['a hunk that there is not', revert(['h9'])],
    ['a commit that was not looked at', compare('today', 'e'.repeat(40))],
    ['an option in the place of a commit', compare('--output=x', 'today')],
    ['a commit against itself', compare('culprit', 'c'.repeat(40))],
    ['an endless patch', patch('x'.repeat(20_001))],
    ['nothing', null],
  ])('is refused with %s', (_name, given) => {
    expect(refusal(given)).not.toBe('it is taken');
  });

  it('has no hunks to name where they are not all known, and no culprit where there is not one', () => {
    expect(refusal(revert([]), { ...about, culprit: { ...culprit, hunks: [] } })).not.toBe('it is taken');
    const unknown = { ...about, culprit: null };
    for (const given of [revert([]), compare('culprit', 'today'), compare('before', 'today')])
      expect(refusal(given, unknown)).not.toBe('it is taken');
    expect(refusal(compare('aaaaaaa', 'today'), unknown)).toBe('it is taken');
  });

  it('is read or refused, and never breaks anything, whatever a policy says', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('today', 'culprit', 'before', 'ccccccc', '__proto__'));
    const said = fc.oneof(
      fc.anything(),
      fc.record(
        {
          action: fc.constantFrom('revertHunks', 'compareTrees', 'tryPatch', 'addProbe', '__proto__'),
          hunks: fc.oneof(fc.array(fc.constantFrom('h1', 'h2', 'h9', 'constructor')), fc.anything()),
          expects: fc.constantFrom('faster', 'slower', 'same', ''),
          patch: fc.oneof(fc.string(), fc.anything()),
          before: text,
          after: fc.oneof(text, fc.anything()),
        },
        { requiredKeys: ['action'] },
      ),
    );
    fc.assert(
      fc.property(said, fc.boolean(), (given, isCulpritKnown) => {
        const found = readTimed(given, isCulpritKnown ? about : { ...about, culprit: null });
        return 'refused' in found ? found.refused !== '' : found.text !== '';
      }),
    );
  });
});

describe('a prediction of times', () => {
  const row = { commit: null, subject: '', samples: [100, 101, 99, 100] };
  const compared = (verdict: TimingVerdict, low: number, high: number): Comparison => {
    const ratio = Math.sqrt(low * high);
    const after = { ...row, samples: row.samples.map((sample) => sample * ratio) };
    const timing = { kind: 'trial' as const, measure: 'cpu' as const, before: row, after, ratio, low, high };
    return { kind: 'compared', verdict, command: 'node bench.js', timing: { ...timing, verdict, visibleAbove: 1.1 } };
  };
  const unfit: Comparison = { kind: 'unfit', side: 'before', message: 'exit 1', command: 'node bench.js' };
  const judged = (expects: ReadTimed['expects'], one: Comparison) => judgeTimed(expects, one, about.ratio).outcome;

  // Half of the slowdown is 2 times here.
  it.each<[string, Comparison, ReturnType<typeof judged>, ReturnType<typeof judged>]>([
    ['slower', compared('slower', 3.8, 4.2), 'cameTrue', 'didNot'],
    ['slower by a small part of it', compared('slower', 1.1, 1.3), 'didNot', 'cameTrue'],
    ['slower by a part that may be small', compared('slower', 1.2, 2.4), 'inconclusive', 'inconclusive'],
    ['slower by most of it, as far as is seen', compared('slower', 1.8, 3), 'cameTrue', 'didNot'],
    ['faster', compared('faster', 0.4, 0.5), 'didNot', 'didNot'],
    ['no different, and nothing large is left room for', compared('same', 0.97, 1.02), 'didNot', 'cameTrue'],
    ['no different, with room for half of it', compared('same', 0.9, 2.1), 'inconclusive', 'inconclusive'],
    ['no different, with room for as much the other way', compared('same', 0.4, 1.1), 'inconclusive', 'inconclusive'],
    ['not known', compared('same', Number.NaN, Number.NaN), 'inconclusive', 'inconclusive'],
    ['not to be timed', unfit, 'inconclusive', 'inconclusive'],
  ])('where it is %s', (_name, one, slower, same) => {
    expect([judged('slower', one), judged('same', one)]).toEqual([slower, same]);
  });

  it('says how much of the slowdown was seen', () => {
    expect(judgeTimed('slower', compared('slower', 1.9, 2.1), 4).detail).toContain('about 50 % of the slowdown');
    expect(judgeTimed('same', compared('same', 0.97, 1.02), 4).detail).toContain(
      ': -0.5 % CPU time (-3.0 % to +2.0 %, ',
    );
  });

  it('never comes true both ways, and is judged alike whatever the ratio', () => {
    const bound = fc.double({ min: 0.01, max: 100, noNaN: true });
    const verdict = fc.constantFrom<TimingVerdict>('slower', 'same', 'faster');
    fc.assert(
      fc.property(verdict, bound, bound, fc.double({ min: 1.02, max: 50, noNaN: true }), (seen, one, other, ratio) => {
        const timed = compared(seen, Math.min(one, other), Math.max(one, other));
        const [slower, same] = [judgeTimed('slower', timed, ratio), judgeTimed('same', timed, ratio)];
        expect([slower.outcome, same.outcome].filter((came) => came === 'cameTrue').length).toBeLessThan(2);
        expect(slower.outcome === 'inconclusive').toBe(same.outcome === 'inconclusive');
      }),
    );
  });
});
