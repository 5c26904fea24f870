import { describe, expect, it } from 'vitest';
import { judgeReports } from '../../src/gates/regressionTest.ts';
import type { TestResult } from '../../src/protocol/testReport.ts';
import { testReport as report, testResult as test } from '../helpers/testReports.ts';

const old = test('old', 'passed');
const runs = (broken: TestResult['status'], without: TestResult['status'], again = broken) => ({
  before: report([old]),
  with: [report([old, test('new', broken)]), report([old, test('new', again)])],
  without: [report([old, test('new', without)]), report([old, test('new', without)])],
});
const rulesOf = (reports: Parameters<typeof judgeReports>[0]) =>
  judgeReports(reports, 'abc', true).findings.map(({ rule }) => rule);

describe('judgeReports', () => {
  it('passes what fails with the regression and passes without it', () => {
    expect(judgeReports(runs('failed', 'passed'), 'abc', true)).toMatchObject({
      status: 'passed',
      summary: '"new" fails with abc and passes without its lines, as the code is today',
      findings: [],
    });
  });

  it('fails what catches nothing, what fails for another reason, and what cannot decide', () => {
    expect(rulesOf(runs('passed', 'passed'))).toEqual(['tests/catches-nothing']);
    expect(rulesOf(runs('failed', 'failed'))).toEqual(['tests/not-by-cause']);
    expect(rulesOf(runs('failed', 'passed', 'passed'))).toEqual(['tests/newly-flaky']);
    expect(rulesOf(runs('failed', 'skipped'))).toEqual(['tests/not-run']);
  });

  it('does not take an old test for a new one, nor nothing for something', () => {
    const before = report([old, test('new', 'failed')]);
    expect(judgeReports({ ...runs('failed', 'passed'), before }, 'abc', true)).toMatchObject({ status: 'unproven' });
    const none = { before: report([old]), with: [report([old])], without: [report([old])] };
    expect(judgeReports(none, 'abc', true).status).toBe('unproven');
  });

  it('fails where a test that passed is broken, or the file does not load', () => {
    const broken = runs('failed', 'passed');
    const first = report([test('old', 'failed'), test('new', 'failed')]);
    expect(rulesOf({ ...broken, with: [first, ...broken.with.slice(1)] })).toContain('tests/vanished');
    const unread = report([], { errors: ['a.test.ts does not load'] });
    expect(rulesOf({ ...broken, without: [unread, unread] })).toEqual(['tests/error']);
  });

  it('proves nothing where tests cannot be told apart', () => {
    const blind = report([], { perTest: false });
    expect(judgeReports({ ...runs('failed', 'passed'), with: [blind, blind] }, 'abc', true).status).toBe('unproven');
  });
});
