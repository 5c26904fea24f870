// Flaky or broken: what the tests gate says when a test fails, and passes when it is run again on the same files.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FlakyTests } from '../../src/gates/flakyTests.ts';
import type { GateContext } from '../../src/gates/gate.ts';
import { testsGate } from '../../src/gates/tests.ts';
import { defaultConfig } from '../../src/protocol/config.ts';
import { success } from '../../src/protocol/result.ts';
import type { TestReport, TestResult } from '../../src/protocol/testReport.ts';

type Status = TestResult['status'];
/** What each test of `a.test.ts` does in the runs that follow one another; the last one goes on. */
type Course = Readonly<Record<string, readonly Status[]>>;

let commonDir: string;
beforeEach(() => {
  commonDir = mkdtempSync(join(tmpdir(), 'ratchet-flaky-'));
});
afterEach(() => rmSync(commonDir, { recursive: true, force: true }));

function reportOf(course: Course, run: number): TestReport {
  const tests = Object.entries(course).map(([name, statuses]): TestResult => {
    const status = statuses[Math.min(run, statuses.length - 1)] ?? 'passed';
    return { id: `a.test.ts > ${name}`, name, file: 'a.test.ts', status, message: 'boom' };
  });
  const count = (status: Status) => tests.filter((test) => test.status === status).length;
  const counts = { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
  const exitCode = counts.failed > 0 ? 1 : 0;
  const containment = { contained: 'sandbox', detail: 'bubblewrap' } as const;
  const common = { runner: 'vitest', command: 'vitest run', timedOut: false, perTest: true, containment } as const;
  return { ...common, exitCode, tests, counts, errors: [], outputTail: '', durationMs: 1 };
}

async function judge(base: Course, candidate: Course, reruns = 2) {
  const runs = { base: 0, candidate: 0 };
  const asked: (readonly string[])[] = [];
  const config = defaultConfig();
  const context = {
    baseTree: 'base',
    candidateTree: 'candidate',
    config: { ...config, tests: { ...config.tests, reruns, related: 'off' as const } },
    flakyTests: new FlakyTests(commonDir),
    runTests: async (tree: string, _signal: AbortSignal, files: readonly string[] = []) => {
      if (files.length > 0) asked.push(files);
      if (tree === 'base') return success(reportOf(base, runs.base++));
      return success(reportOf(candidate, runs.candidate++));
    },
    signal: new AbortController().signal,
    onProgress: () => undefined,
  } satisfies Partial<GateContext>;
  const result = await testsGate.judge(context as Partial<GateContext> as GateContext);
  return { result, runs, asked };
}

const steady = { one: ['passed'], two: ['passed'] } as const;

describe('a test that fails', () => {
  it('is broken when it fails again, and only its file is run for that', async () => {
    const { result, runs, asked } = await judge(steady, { one: ['failed'], two: ['passed'] });
    expect(result).toMatchObject({ status: 'failed', findings: [{ rule: 'tests/failed' }] });
    expect(runs).toEqual({ base: 1, candidate: 3 });
    expect(asked).toEqual([['a.test.ts'], ['a.test.ts']]);
  });

  it('is newly flaky when it passes again and never failed on the base: that is a failure', async () => {
    const { result } = await judge(steady, { one: ['failed', 'passed'], two: ['passed'] });
    expect(result).toMatchObject({ status: 'failed', summary: expect.stringContaining('1 of them flaky') });
    expect(result.findings).toMatchObject([
      {
        rule: 'tests/newly-flaky',
        severity: 'error',
        message: expect.stringContaining('1 of 2 times on the same files, and none of 3 on the base'),
      },
    ]);
  });

  it('is a warning when the base is flaky as well, and is remembered', async () => {
    const flaky = { one: ['failed', 'passed'], two: ['passed'] } as const;
    const { result } = await judge({ one: ['passed', 'failed'], two: ['passed'] }, flaky);
    expect(result).toMatchObject({ status: 'passed', findings: [{ rule: 'tests/flaky', severity: 'warning' }] });
    const next = await judge(steady, flaky);
    expect(next.result).toMatchObject({ status: 'passed', findings: [{ rule: 'tests/flaky' }] });
    expect(next.runs.base).toBe(1);
  });

  it('is not excused by another one that is flaky', async () => {
    const { result } = await judge(
      { one: ['failed'], two: ['passed'] },
      { one: ['failed', 'passed'], two: ['failed', 'failed'] },
    );
    expect(result.status).toBe('failed');
    expect(result.findings.map(({ rule }) => rule).sort()).toEqual(['tests/failed', 'tests/flaky']);
  });

  it('that a change made flaky is not remembered, so that it fails the next time too', async () => {
    const made = { one: ['failed', 'passed'], two: ['passed'] } as const;
    await judge(steady, made);
    expect((await judge(steady, made)).result.status).toBe('failed');
  });

  it('is not run again where that is switched off', async () => {
    const { result, runs } = await judge(steady, { one: ['failed', 'passed'], two: ['passed'] }, 0);
    expect([result.status, runs.candidate]).toEqual(['failed', 1]);
  });
});

describe('what is remembered', () => {
  it('is nothing where the file is damaged', async () => {
    const flaky = new FlakyTests(commonDir);
    await flaky.remember(new Map([['a', { passed: 1, failed: 1 }]]));
    expect([...(await flaky.known()).keys()]).toEqual(['a']);
    const path = join(commonDir, 'ratchet', 'flakyTests.json');
    writeFileSync(path, '{"version":1,"tests":[{');
    expect((await flaky.known()).size).toBe(0);
  });

  it('adds up', async () => {
    const flaky = new FlakyTests(commonDir);
    await flaky.remember(new Map([['a', { passed: 1, failed: 1 }]]));
    await flaky.remember(new Map([['a', { passed: 2, failed: 3 }]]));
    expect((await flaky.known()).get('a')).toMatchObject({ passed: 3, failed: 4 });
  });
});
