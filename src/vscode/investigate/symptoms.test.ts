import { describe, expect, it } from 'vitest';
import type { Finding, Verdict } from '../../protocol/verdict.ts';
import { failingTests, lineOfTest, symptomOf } from './symptoms.ts';

const failed: Finding = {
  ...{ gate: 'tests', rule: 'tests/failed', severity: 'error', message: 'rounds fails: 1 is not 2' },
  ...{ test: 'money > rounds', path: 'test/money.test.ts' },
  range: { startLine: 4, startColumn: 1, endLine: 5, endColumn: 1 },
};
const rule: Finding = {
  ...{ gate: 'invariants', rule: 'domain/no-clock', severity: 'error', message: 'No clock.', path: 'src/a.ts' },
};

describe('symptomOf', () => {
  it('takes a failing test as that test, and a broken rule as the drift of it', () => {
    expect(symptomOf(failed)).toEqual({
      symptom: { kind: 'test', file: 'test/money.test.ts', name: 'money > rounds' },
      good: null,
    });
    expect(symptomOf(rule)).toEqual({ symptom: { kind: 'drift', rule: 'domain/no-clock' }, good: null });
  });

  it('knows nothing to look for in the history where a finding is about neither', () => {
    expect(symptomOf({ ...failed, test: undefined })).toBeUndefined();
    expect(symptomOf({ ...rule, gate: 'integrity' })).toBeUndefined();
    expect(symptomOf({ ...rule, path: undefined })).toBeUndefined();
  });
});

describe('failingTests', () => {
  it('leaves out what is excused, and what is no test', () => {
    const excused: Finding = { ...failed, rule: 'tests/flaky', severity: 'warning' };
    const verdict: Verdict = {
      ...{ gate: 'tests', status: 'failed', summary: '', findings: [excused, failed, rule] },
      ...{ baseTree: 'a', candidateTree: 'b', configDigest: 'c', durationMs: 1, cached: false },
    };
    expect(failingTests([verdict])).toEqual([{ name: 'money > rounds', path: 'test/money.test.ts', line: 4 }]);
  });
});

describe('lineOfTest', () => {
  const test = { name: 'money > rounds', path: 'a.test.ts', line: 4 };

  it('finds the title that is nearest to where the test was', () => {
    expect(lineOfTest(test, "it('rounds')\n\n\n\n\nit('rounds')\n", true)).toBe(5);
    expect(lineOfTest({ ...test, line: undefined }, "\nit('rounds')", true)).toBe(1);
  });

  it('takes the known line where there is no title, and none once the text is another', () => {
    const text = '\n\n\nit.each(rows)(title)\n';
    expect(lineOfTest(test, text, false)).toBe(3);
    expect(lineOfTest(test, text, true)).toBeUndefined();
    expect(lineOfTest({ ...test, line: 40 }, text, false)).toBeUndefined();
    expect(lineOfTest({ ...test, line: undefined }, text, false)).toBeUndefined();
  });
});
