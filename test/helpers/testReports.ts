// Reports of test runs as gates get them, without a run.
import type { TestReport, TestResult } from '../../src/protocol/testReport.ts';

export const testResult = (name: string, status: TestResult['status'], file = 'a.test.ts'): TestResult => ({
  ...{ id: `${file} > ${name}`, name, file, line: 3, status },
  ...(status === 'failed' ? { message: 'boom' } : {}),
});

export function testReport(tests: readonly TestResult[], change: Partial<TestReport> = {}): TestReport {
  const count = (status: TestResult['status']) => tests.filter((one) => one.status === status).length;
  const counts = { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
  return {
    ...{ runner: 'vitest', command: 'vitest run', exitCode: counts.failed > 0 ? 1 : 0, timedOut: false, perTest: true },
    ...{ tests: [...tests], counts, errors: [], outputTail: '', durationMs: 1 },
    containment: { contained: 'sandbox', detail: 'bubblewrap' },
    ...change,
  };
}
