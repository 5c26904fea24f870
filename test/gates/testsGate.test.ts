import { describe, expect, it } from 'vitest';
import { judgeReports } from '../../src/gates/tests.ts';
import { testReport as report, testResult as test } from '../helpers/testReports.ts';

const green = report([test('one', 'passed'), test('two', 'passed')]);

describe('judgeReports', () => {
  it('passes what passes, and says how it was before', () => {
    expect(
      judgeReports(report([test('one', 'passed'), test('two', 'passed'), test('three', 'passed')]), green),
    ).toMatchObject({
      status: 'passed',
      summary: '3 tests passed, 0 failed (before: 2 passed, 0 failed)',
      findings: [],
    });
  });

  it('fails on a failed test, also one that failed before', () => {
    const judged = judgeReports(
      report([test('one', 'failed'), test('two', 'passed')]),
      report([test('one', 'failed'), test('two', 'passed')]),
    );
    expect(judged).toMatchObject({
      status: 'failed',
      findings: [
        { rule: 'tests/failed', path: 'a.test.ts', message: expect.stringContaining('as it does on the base') },
      ],
    });
  });

  it.each([
    [
      'an error outside of any test',
      report([test('one', 'passed'), test('two', 'passed')], { errors: ['unhandled rejection'] }),
    ],
    ['a bad exit code with green tests', report([test('one', 'passed'), test('two', 'passed')], { exitCode: 1 })],
    ['a killed run', report([test('one', 'passed'), test('two', 'passed')], { exitCode: null, timedOut: true })],
    ['a test that vanished', report([test('one', 'passed')])],
    ['a test that is skipped now', report([test('one', 'passed'), test('two', 'skipped')])],
    [
      'a report that is cut short',
      report([], { perTest: false, errors: ['The test runner ended without a complete report.'] }),
    ],
  ])('fails on %s, and says so beside the numbers', (_name, candidate) => {
    const judged = judgeReports(candidate, green);
    expect(judged.status).toBe('failed');
    expect(judged.findings.length).toBeGreaterThan(0);
    expect(judged.summary).toMatch(/outside of tests|not run|command failed|exit code/);
  });

  it.each([
    ['no test at all', report([])],
    ['only skipped tests', report([test('new', 'skipped')])],
    [
      'a command whose output says that nothing ran',
      report([], { runner: 'command', perTest: false, outputTail: 'No tests found, exiting with code 0' }),
    ],
  ])('is unproven on %s', (_name, candidate) => {
    expect(judgeReports(candidate, undefined).status).toBe('unproven');
  });

  it('passes a command by its exit code, and says that it knows no more', () => {
    const judged = judgeReports(report([], { runner: 'command', perTest: false, outputTail: 'all fine' }), undefined);
    expect(judged).toMatchObject({ status: 'passed', summary: expect.stringContaining('cannot be read one by one') });
  });
});
