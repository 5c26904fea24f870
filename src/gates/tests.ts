// The tests gate: the project's own tests on the candidate, and on the base to tell what the change did.
// Nothing passes by absence: no test executed is `unproven`.
import type { TestReport, TestResult } from '../protocol/testReport.ts';
import type { Finding } from '../protocol/verdict.ts';
import { type Flaky, findFlaky } from './findFlaky.ts';
import { proveFix } from './fixProof.ts';
import { type Gate, type GateContext, type GateResult, withContainment } from './gate.ts';
import { judgeRegressionTest } from './regressionTest.ts';
import { isSureError, isSureFailure, runRelated, withoutOthers } from './relatedTests.ts';

export const testsGate: Gate = {
  name: 'tests',
  version: 4,
  // A verdict without a sandbox is not asked for again once there is one.
  configOf: ({ tests, sandbox, prepare, dependencyFolders }, { containment, proof }) => ({
    ...{ tests, sandbox, prepare, dependencyFolders },
    ...(proof === undefined ? {} : { proof: proof.asked }),
    contained: containment.contained,
  }),
  async judge(context) {
    const { proof } = context;
    if (proof?.kind === 'regressionTest') return await judgeRegressionTest(context, proof);
    const judged = await judgeTests(context);
    return proof === undefined ? judged : await proveFix(context, proof, judged);
  },
};

async function judgeTests(context: GateContext): Promise<GateResult> {
  const early = await judgeRelated(context);
  if (early !== undefined) return early;
  const candidate = await run(context, context.candidateTree, 'Tests on the change');
  if (!candidate.ok) {
    const status = candidate.reason === 'noTests' ? 'unproven' : 'errored';
    return { status, summary: candidate.message, findings: [] };
  }
  const base =
    context.baseTree === context.candidateTree ? candidate : await run(context, context.baseTree, 'Tests on the base');
  const baseReport = base.ok ? base.report : undefined;
  const { containment } = candidate.report;
  const flaky = await findFlaky(context, candidate.report, baseReport);
  const result = judgeReports(candidate.report, baseReport, flaky);
  return { ...result, summary: withContainment(result.summary, containment), containment };
}

type Ran =
  | { readonly ok: true; readonly report: TestReport }
  | { readonly ok: false; readonly reason: string; readonly message: string };

async function run(context: GateContext, tree: string, label: string): Promise<Ran> {
  context.onProgress(label);
  const ran = await context.runTests(tree, context.signal);
  return ran.ok ? { ok: true, report: ran.value } : { ok: false, ...ran.failure };
}

/** `failed` when tests that have to do with the change fail for sure; nothing else is ever said without running all tests. */
async function judgeRelated(context: GateContext): Promise<GateResult | undefined> {
  const related = await runRelated(context);
  if (related === undefined) return undefined;
  const { report, base } = related;
  const flaky = await findFlaky(context, report, base, related.files);
  const broken = report.tests.filter(({ id, status }) => status === 'failed' && flaky.get(id)?.before !== true);
  const isSure = broken.some((test) => isSureFailure(related, test)) || isSureError(related);
  const result = judgeReports(report, base, flaky);
  if (!isSure || result.status !== 'failed') return undefined;
  const { containment } = report;
  return { ...result, summary: withContainment(withoutOthers(result.summary, related), containment), containment };
}

/** Exported for its tests: the whole decision, from two reports and what running failed tests again has shown. */
export function judgeReports(
  candidate: TestReport,
  base: TestReport | undefined,
  flaky: ReadonlyMap<string, Flaky> = new Map(),
): GateResult {
  const findings = [
    ...failedTests(candidate, base, flaky),
    ...outsideErrors(candidate),
    ...vanishedTests(candidate, base),
  ];
  const executed = candidate.counts.passed + candidate.counts.failed;
  const before = beforeText(base);
  const hasErrors = findings.some(({ severity }) => severity === 'error');
  if (!hasErrors && foundNothing(candidate))
    return { status: 'unproven', summary: `No test was found (${candidate.command}).`, findings };
  // Only failures that were there before the change explain a bad exit code and still let it pass.
  const isExplained = findings.some(({ rule }) => rule === 'tests/flaky');
  if (candidate.timedOut || hasErrors || (candidate.exitCode !== 0 && !isExplained)) {
    if (!hasErrors) findings.push(exitFinding(candidate));
    const summary = `${counts(candidate)}${flakyText(flaky)}${besides(findings)}${before}`;
    return { status: 'failed', summary, findings };
  }
  if (!candidate.perTest) {
    if (showsNoTest(candidate.outputTail))
      return {
        status: 'unproven',
        summary: `${candidate.command} ended well, but its output says that no test ran.`,
        findings,
      };
    const summary = `${candidate.command} ended with exit code 0; its results cannot be read one by one.`;
    return { status: 'passed', summary, findings };
  }
  if (executed === 0) return { status: 'unproven', summary: `No test was executed (${candidate.command}).`, findings };
  return { status: 'passed', summary: `${counts(candidate)}${flakyText(flaky)}${before}`, findings };
}

const flakyText = (flaky: ReadonlyMap<string, Flaky>): string =>
  flaky.size === 0 ? '' : `, ${flaky.size} of them flaky`;

/** What fails without being a failed test: else a number of zero failures would stand for it. */
function besides(findings: readonly Finding[]): string {
  const number = (...rules: string[]) => findings.filter(({ rule }) => rules.includes(rule)).length;
  const [errors, missing, exits] = [
    number('tests/error'),
    number('tests/vanished', 'tests/skipped'),
    number('tests/exit'),
  ];
  return [
    ...(errors === 0 ? [] : [`, ${errors} ${errors === 1 ? 'error' : 'errors'} outside of tests`]),
    ...(missing === 0 ? [] : [`, ${missing} that passed before not run`]),
    ...(exits === 0 ? [] : [', and the command failed']),
  ].join('');
}

function counts({ counts: { passed, failed, skipped }, perTest, command, exitCode }: TestReport): string {
  if (!perTest && passed + failed === 0)
    return `${command} ended with ${exitCode === null ? 'no exit code' : `exit code ${exitCode}`}`;
  return `${passed} ${passed === 1 ? 'test' : 'tests'} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function beforeText(base: TestReport | undefined): string {
  if (base === undefined) return ' (the base could not be tested)';
  if (!base.perTest) return ` (before: exit code ${base.exitCode})`;
  return ` (before: ${base.counts.passed} passed, ${base.counts.failed} failed)`;
}

function failedTests(
  candidate: TestReport,
  base: TestReport | undefined,
  flaky: ReadonlyMap<string, Flaky>,
): Finding[] {
  const failedBefore = new Set(base?.tests.filter(({ status }) => status === 'failed').map(({ id }) => id));
  return candidate.tests
    .filter(({ status }) => status === 'failed')
    .map((test) => ({
      gate: 'tests' as const,
      ...howItFails(test, flaky.get(test.id), failedBefore.has(test.id)),
      test: test.name,
      ...placeOf(test),
      ...(test.stack === undefined ? {} : { evidence: test.stack }),
    }));
}

function howItFails(
  { name, message = 'no message' }: TestResult,
  flaky: Flaky | undefined,
  failedBefore: boolean,
): Pick<Finding, 'rule' | 'severity' | 'message'> {
  if (flaky === undefined) {
    const text = `${name} fails${failedBefore ? ', as it does on the base' : ''}: ${message}`;
    return { rule: 'tests/failed', severity: 'error', message: text };
  }
  const often = `${name} is flaky: it fails ${flaky.failed} of ${flaky.failed + flaky.passed} times on the same files`;
  if (flaky.before)
    return { rule: 'tests/flaky', severity: 'warning', message: `${often}, and did so before the change: ${message}` };
  const onBase = flaky.baseRuns === 0 ? 'and was not known to' : `and none of ${flaky.baseRuns} on the base`;
  return { rule: 'tests/newly-flaky', severity: 'error', message: `${often}, ${onBase}: ${message}` };
}

function placeOf(test: TestResult): Pick<Finding, 'path' | 'range'> {
  if (test.file === undefined) return {};
  if (test.line === undefined) return { path: test.file };
  return { path: test.file, range: { startLine: test.line, startColumn: 1, endLine: test.line + 1, endColumn: 1 } };
}

/** Where the report is cut short, what was printed is all there is to read. */
const outsideErrors = ({ errors, perTest, outputTail }: TestReport): Finding[] =>
  errors.map((message) => ({
    ...{ gate: 'tests', rule: 'tests/error', severity: 'error', message },
    ...(perTest || outputTail.trim() === '' ? {} : { evidence: outputTail.slice(-2_000) }),
  }));

/** A test that passed and is not there any more proves less than before. A renamed test is one of these, and a new one. */
function vanishedTests(candidate: TestReport, base: TestReport | undefined): Finding[] {
  if (base === undefined || !base.perTest || !candidate.perTest) return [];
  const after = new Map(candidate.tests.map((test) => [test.id, test]));
  return base.tests
    .filter(
      ({ id, status }) =>
        status === 'passed' && (after.get(id)?.status ?? 'gone') !== 'passed' && after.get(id)?.status !== 'failed',
    )
    .map((test) => {
      const isSkipped = after.get(test.id)?.status === 'skipped';
      const message = isSkipped
        ? `${test.name} passed before and is skipped now.`
        : `${test.name} passed before and is not run any more (a renamed test counts as gone).`;
      return {
        gate: 'tests',
        rule: isSkipped ? 'tests/skipped' : 'tests/vanished',
        severity: 'error',
        message,
        ...placeOf(test),
      };
    });
}

function exitFinding(report: TestReport): Finding {
  const how = report.exitCode === null ? 'was stopped' : `ended with exit code ${report.exitCode}`;
  const message = `${report.command} ${how}, though no test reported a failure.`;
  return { gate: 'tests', rule: 'tests/exit', severity: 'error', message, evidence: report.outputTail.slice(-2_000) };
}

const showsNoTest = (output: string): boolean =>
  /\bno tests? (?:found|ran|executed|to run)\b|\b0 (?:tests|passing|specs)\b|collected 0 items|^# tests 0$/im.test(
    output,
  );

/** pytest, and unittest of Python 3.12 and later, end with 5 when there is no test: nothing went wrong, nothing was shown. */
const foundNothing = ({ runner, exitCode, perTest, tests, timedOut }: TestReport): boolean =>
  (runner === 'pytest' || runner === 'unittest') && exitCode === 5 && perTest && tests.length === 0 && !timedOut;
