// Experiments: what a policy says is read into runs of known names or refused, whatever it is; and a prediction is judged by what the
// runs can tell, and by nothing else.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Experiment } from '../../../protocol/hypotheses.ts';
import type { ExperimentResult, HistoryCommit, ProbeResult } from '../../../protocol/investigation.ts';
import { judgeExperiment } from './judgeExperiment.ts';
import { type Case, type ReadExperiment, readExperiment } from './readExperiment.ts';

const commit = (id: string | null): HistoryCommit => ({
  commit: id,
  tree: `tree of ${id}`,
  parents: ['b'.repeat(40)],
  subject: 's',
  author: 'a',
  at: 0,
});
const result = (outcome: ProbeResult['outcome'], signature = '', message = ''): ExperimentResult => ({
  outcome,
  signature,
  message,
  command: 'node --test',
  durationMs: 1,
  cached: false,
  stack: [],
  output: '',
});
const hunk = (id: string) => ({ id, path: 'src/sum.js', startLine: 3, lines: ['-a', '+b'], today: null });
const about: Case = {
  oracle: { kind: 'test', file: 'test/sum.test.js', name: 'adds' },
  overlay: [{ path: 'test/sum.test.js', mode: '100644', blob: 'f'.repeat(40) }],
  todayTree: 'today',
  symptom: result('failed', 'wrong sum'),
  culprit: { commit: commit('a'.repeat(40)), baseTree: 'base', hunks: ['h1', 'h2', 'h3'].map(hunk) },
  commits: [commit(null), commit('a'.repeat(40)), commit(`${'c'.repeat(8)}${'1'.repeat(32)}`)],
  error: 0,
};

function read(given: unknown, known = about): ReadExperiment {
  const found = readExperiment(given, known);
  if ('refused' in found) throw new Error(found.refused);
  return found;
}
const refusal = (given: unknown, known = about): string => {
  const found = readExperiment(given, known);
  return 'refused' in found ? found.refused : 'it is taken';
};
const revert = (hunks: string[], expects = 'passes') => ({ action: 'revertHunks', hunks, expects });
const compare = (before: string, after: string, expects = 'differs') => ({
  action: 'compareTrees',
  before,
  after,
  expects,
});
const probe = (expects: string, text: string | null = null) => ({ action: 'addProbe', patch: 'p', expects, text });

describe('an experiment', () => {
  it('leaves the named hunks out of the culprit, or all of them', () => {
    expect(read(revert(['h2'])).runs).toMatchObject([{ hunks: { baseTree: 'base', ids: ['h1', 'h3'] }, patch: null }]);
    expect(read(revert([])).runs[0]?.hunks?.ids).toEqual([]);
  });

  it('takes commits by the names that are known, and by ids of those that were looked at', () => {
    const runs = read(compare('before', 'culprit')).runs.map((run) => run.commit.tree);
    expect(runs).toEqual(['base', `tree of ${'a'.repeat(40)}`]);
    expect(read(compare('today', 'ccccccc')).runs[1]?.commit.commit).toMatch(/^c{8}1/);
  });

  it('lays no test of today over a patch of it', () => {
    const edited = read({ action: 'runTest', file: null, name: null, edit: 'p', expects: 'fails' });
    expect(edited.runs).toMatchObject([{ overlay: [], oracle: about.oracle, patch: { kind: 'test' } }]);
    expect(read(probe('passes')).runs).toMatchObject([{ overlay: [], patch: { kind: 'probe' } }]);
  });

  it.each([
    ['another action', { action: 'shell', command: 'ls' }],
    ['a command beside an action', { ...revert(['h1']), command: 'ls' }],
    ['a hunk that there is not', revert(['h9'])],
    ['a commit that was not looked at', compare('today', 'd'.repeat(40))],
    ['an option in the place of a commit', compare('--output=x', 'today')],
    ['too short an id', compare('today', 'c')],
    ['a test without its file', { action: 'runTest', file: null, name: 'x', edit: null, expects: 'fails' }],
    ['a text that is not said', probe('prints', ' ')],
    ['an endless patch', { ...probe('passes'), patch: 'x'.repeat(20_001) }],
    ['nothing', null],
  ])('is refused with %s', (_name, given) => {
    expect(refusal(given)).not.toBe('it is taken');
  });

  it('has no hunks and no culprit to name where no single commit is known', () => {
    const unknown = { ...about, culprit: null };
    for (const given of [revert([]), compare('culprit', 'today'), compare('before', 'today')])
      expect(refusal(given, unknown)).not.toBe('it is taken');
  });

  it('is read or refused, and never breaks anything, whatever a policy says', () => {
    const said = fc.oneof(
      fc.anything(),
      fc.record({
        action: fc.constantFrom('runTest', 'revertHunks', 'addProbe', 'compareTrees', '__proto__'),
        hunks: fc.anything(),
        expects: fc.constantFrom('passes', 'differs', 'prints', ''),
        patch: fc.string(),
        text: fc.anything(),
        before: fc.string(),
        after: fc.anything(),
      }),
    );
    fc.assert(fc.property(said, (given) => typeof readExperiment(given, about) === 'object'));
  });
});

describe('a prediction', () => {
  const judged = (given: unknown, ...results: ExperimentResult[]) =>
    judgeExperiment(read(given), results, about).outcome;
  const symptom = result('failed', 'wrong sum');
  const other = result('failed', 'another');
  const untestable = result('untestable');

  it.each<[Experiment['expects'], ReturnType<typeof judged>[]]>([
    ['passes', ['cameTrue', 'didNot', 'inconclusive', 'inconclusive']],
    ['fails', ['didNot', 'cameTrue', 'inconclusive', 'inconclusive']],
    ['failsOtherwise', ['didNot', 'didNot', 'cameTrue', 'inconclusive']],
  ])('that it %s is judged by a pass, the symptom, another failure and no run', (expects, outcomes) => {
    const given = revert(['h1'], expects);
    expect([result('passed'), symptom, other, untestable].map((one) => judged(given, one))).toEqual(outcomes);
  });

  it('of a comparison needs both runs', () => {
    expect(judged(compare('before', 'culprit'), result('passed'), symptom)).toBe('cameTrue');
    expect(judged(compare('before', 'culprit', 'same'), result('passed'), symptom)).toBe('didNot');
    expect(judged(compare('before', 'culprit', 'same'), symptom, symptom)).toBe('cameTrue');
    expect(judged(compare('before', 'culprit'), symptom, untestable)).toBe('inconclusive');
    expect(judged(compare('before', 'culprit'), symptom)).toBe('inconclusive');
  });

  it('of another test takes any failure for the one that is meant', () => {
    const given = { action: 'runTest', file: 'test/other.test.js', name: null, edit: null, expects: 'fails' };
    expect(judged(given, other)).toBe('cameTrue');
  });

  it('of what is printed is only refuted by output that is there and whole', () => {
    const given = probe('prints', 'seen');
    expect(judged(given, { ...symptom, output: 'it was seen' })).toBe('cameTrue');
    expect(judged(given, { ...symptom, output: 'nothing' })).toBe('didNot');
    expect(judged(given, symptom)).toBe('inconclusive');
    expect(judged(given, { ...symptom, output: 'x'.repeat(8_000) })).toBe('inconclusive');
    expect(judged(given, { ...untestable, output: 'nothing' })).toBe('inconclusive');
  });
});
