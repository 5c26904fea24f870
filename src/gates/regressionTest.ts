// That a regression test is one: nothing but tests changed, and what is new fails with the regression and passes without it. What is
// run is run twice, since a test that cannot decide catches nothing.
import { isNamedAsTest, isTestPath } from '../gym/history/findTests.ts';
import type { TestReport, TestResult } from '../protocol/testReport.ts';
import type { Finding } from '../protocol/verdict.ts';
import { type GateContext, type GateResult, withContainment } from './gate.ts';
import type { RegressionPort } from './proof.ts';

export interface RegressionReports {
  /** Without the new tests. */
  readonly before: TestReport;
  readonly with: readonly TestReport[];
  readonly without: readonly TestReport[];
}

export async function judgeRegressionTest(context: GateContext, port: RegressionPort): Promise<GateResult> {
  const { baseTree, candidateTree, files, signal, onProgress } = context;
  const changes = await files.changed(baseTree, candidateTree);
  const others = changes.filter(({ path }) => !isTestPath(path));
  if (others.length > 0)
    return failed(
      'Only tests may change',
      others.map(({ path }) => notATest(path)),
    );
  const written = changes.filter(({ kind }) => kind !== 'deleted').map(({ path }) => path);
  if (written.length === 0) return { status: 'unproven', summary: 'No test was written.', findings: [] };
  const trees = await port.layOver(written);
  if (!trees.ok) return { status: 'errored', summary: trees.failure.message, findings: [] };
  // What only tests use can change what other tests say, so then all of them run.
  const isAlone = changes.every(({ path, kind }) => kind === 'added' && isNamedAsTest(path));
  const asked = isAlone ? written : [];
  const run = async (label: string, tree: string): Promise<TestReport | GateResult> => {
    onProgress(label);
    const ran = await context.runTests(tree, signal, asked);
    return ran.ok ? ran.value : { status: 'errored', summary: `${label}: ${ran.failure.message}`, findings: [] };
  };
  // A file that is new has no tests before.
  const before = isAlone ? undefined : await run('Tests without the new ones', trees.value.before);
  const reports: TestReport[] = [];
  for (const [label, tree] of [
    ['New tests with the regression', trees.value.with],
    ['New tests without the regression', trees.value.without],
    ['New tests with the regression, again', trees.value.with],
    ['New tests without the regression, again', trees.value.without],
  ] as const) {
    const ran = await run(label, tree);
    if ('status' in ran) return ran;
    reports.push(ran);
  }
  if (before !== undefined && 'status' in before) return before;
  const [first, second, third, fourth] = reports;
  if (first === undefined || second === undefined || third === undefined || fourth === undefined)
    throw new Error('Both trees are tested twice.');
  const result = judgeReports(
    { before: before ?? { ...first, tests: [], errors: [] }, with: [first, third], without: [second, fourth] },
    port.asked.commit.commit?.slice(0, 10) ?? 'what is not committed',
    trees.value.isToday,
  );
  return { ...result, summary: withContainment(result.summary, first.containment), containment: first.containment };
}

/** Exported for its tests: the whole decision. */
export function judgeReports(reports: RegressionReports, culprit: string, isToday: boolean): GateResult {
  const all = [...reports.with, ...reports.without];
  if (all.some(({ perTest }) => !perTest))
    return unproven('The results of the tests cannot be read one by one, so nobody knows which one catches it.');
  if (all.some(({ timedOut }) => timedOut)) return unproven('The tests took too long.');
  const unreadable = [...new Set(reports.without.flatMap(({ errors }) => errors))];
  if (unreadable.length > 0)
    return failed(
      'The new tests do not load',
      unreadable.map((message) => finding('tests/error', message)),
    );
  const known = new Set(reports.before.tests.map(({ id }) => id));
  const fresh = [...new Set(all.flatMap(({ tests }) => tests.map(({ id }) => id)))].filter((id) => !known.has(id));
  const judged = fresh.map((id) => ({ id, with: seen(reports.with, id), without: seen(reports.without, id) }));
  const catching = judged.filter((one) => is(one.with, 'failed') && is(one.without, 'passed'));
  const findings = [
    ...judged.flatMap(({ id, with: broken, without }) => problemsOf(id, broken, without)),
    ...brokenBefore(reports),
  ];
  if (findings.some(({ severity }) => severity === 'error'))
    return failed(`${catching.length} of ${fresh.length} new tests tell the regression`, findings);
  if (fresh.length === 0) return unproven('No new test was executed.');
  const place = isToday ? 'as the code is today' : 'in that commit, since they are others today';
  const names = catching.map(({ id }) => `"${id.split(' > ').slice(1).join(' > ') || id}"`).join(', ');
  return {
    status: 'passed',
    summary: `${names} ${catching.length === 1 ? 'fails' : 'fail'} with ${culprit} and ${catching.length === 1 ? 'passes' : 'pass'} without its lines, ${place}`,
    findings,
  };
}

const seen = (reports: readonly TestReport[], id: string): (TestResult | undefined)[] =>
  reports.map(({ tests }) => tests.find((test) => test.id === id));
const is = (runs: readonly (TestResult | undefined)[], status: TestResult['status']): boolean =>
  runs.length > 0 && runs.every((run) => run?.status === status);

function problemsOf(
  id: string,
  broken: readonly (TestResult | undefined)[],
  without: readonly (TestResult | undefined)[],
): Finding[] {
  const test = [...broken, ...without].find((run) => run !== undefined);
  const name = test?.name ?? id;
  const about = (rule: string, message: string): Finding[] => [
    { ...finding(rule, message), test: name, ...(test?.file === undefined ? {} : { path: test.file }) },
  ];
  if (without.some((run) => run?.status === 'failed')) {
    const why = without.find((run) => run?.status === 'failed')?.message ?? 'no message';
    return about('tests/not-by-cause', `${name} fails without the regression as well: ${why}`);
  }
  if (!is(without, 'passed')) return about('tests/not-run', `${name} is not run without the regression.`);
  if (is(broken, 'passed'))
    return about('tests/catches-nothing', `${name} passes with the regression: it catches nothing.`);
  if (!is(broken, 'failed')) return about('tests/newly-flaky', `${name} does not fail every time with the regression.`);
  return [];
}

/** Tests that passed before must not be broken by what was written beside them. */
function brokenBefore({ before, with: [now] }: RegressionReports): Finding[] {
  const passing = new Set(now?.tests.filter(({ status }) => status === 'passed').map(({ id }) => id));
  return before.tests
    .filter(({ id, status }) => status === 'passed' && !passing.has(id))
    .map(({ name, file }) => ({
      ...finding('tests/vanished', `${name} passed before and does not any more.`),
      test: name,
      ...(file === undefined ? {} : { path: file }),
    }));
}

const finding = (rule: string, message: string): Finding => ({ gate: 'tests', rule, severity: 'error', message });
const notATest = (path: string): Finding => ({
  ...finding('tests/not-a-test', `${path} is no test, and nothing else may change for a regression test.`),
  path,
});
const failed = (summary: string, findings: Finding[]): GateResult => ({ status: 'failed', summary, findings });
const unproven = (summary: string): GateResult => ({ status: 'unproven', summary, findings: [] });
