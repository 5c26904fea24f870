// Tells flaky from broken: a test that failed is run again on the same files. One that passes then is flaky.
import type { TestReport } from '../protocol/testReport.ts';

/** How often one test passed and failed on the same files. */
export interface Outcomes {
  readonly passed: number;
  readonly failed: number;
}

export type Rerun = (files: readonly string[]) => Promise<TestReport | undefined>;

/** More failures than this at once are a broken change, and are not worth the time. */
const maxSuspects = 20;

/** The outcomes of each failed test, the first run included. Stops as soon as every one has passed once. */
export async function rerunFailures(
  report: TestReport,
  limit: number,
  rerun: Rerun,
): Promise<ReadonlyMap<string, Outcomes>> {
  const suspects = report.tests.filter(({ status }) => status === 'failed');
  // A crash, a time limit or an error outside of the tests says nothing about single tests.
  const isAboutTests = report.perTest && !report.timedOut && report.errors.length === 0;
  if (!isAboutTests || suspects.length === 0 || suspects.length > maxSuspects) return new Map();
  const outcomes = new Map<string, Outcomes>(suspects.map(({ id }) => [id, { passed: 0, failed: 1 }]));
  for (let count = 0; count < limit; count += 1) {
    const open = suspects.filter(({ id }) => outcomes.get(id)?.passed === 0);
    if (open.length === 0 || !(await addRun(outcomes, await rerun(filesOf(open))))) break;
  }
  return outcomes;
}

/** Whether any of these tests, which passed once, fails on the same files as well. Stops as soon as every one has failed. */
export async function rerunPassed(
  ids: readonly string[],
  report: TestReport,
  limit: number,
  rerun: Rerun,
): Promise<ReadonlyMap<string, Outcomes>> {
  const tests = report.tests.filter(({ id, status }) => ids.includes(id) && status === 'passed');
  const outcomes = new Map<string, Outcomes>(tests.map(({ id }) => [id, { passed: 1, failed: 0 }]));
  for (let count = 0; count < limit; count += 1) {
    const open = tests.filter(({ id }) => outcomes.get(id)?.failed === 0);
    if (open.length === 0 || !(await addRun(outcomes, await rerun(filesOf(open))))) break;
  }
  return outcomes;
}

/** Files to run again; all tests when one of them is not known by its file. */
const filesOf = (tests: TestReport['tests']): readonly string[] =>
  tests.some(({ file }) => file === undefined) ? [] : [...new Set(tests.flatMap(({ file }) => file ?? []))];

async function addRun(outcomes: Map<string, Outcomes>, report: TestReport | undefined): Promise<boolean> {
  if (report === undefined || !report.perTest) return false;
  for (const { id, status } of report.tests) {
    const known = outcomes.get(id);
    if (known === undefined || status === 'skipped') continue;
    outcomes.set(id, { ...known, [status]: known[status] + 1 });
  }
  return true;
}
