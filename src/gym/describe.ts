// Reports and verdicts in words, for the policy's observations.
import type { TestReport } from '../protocol/testReport.ts';
import type { Verdict } from '../protocol/verdict.ts';

const maxListed = 20;

export function describeReport(report: TestReport): string {
  const { counts } = report;
  const head = report.perTest
    ? `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped (${report.command}, exit code ${report.exitCode}).`
    : `${report.command} ended with exit code ${report.exitCode}; its results cannot be read one by one.`;
  const failed = report.tests.filter(({ status }) => status === 'failed');
  const listed = failed.slice(0, maxListed).map((test) => `FAILED ${test.id}\n${test.message ?? ''}`);
  const more = failed.length > maxListed ? [`(${failed.length - maxListed} more failed)`] : [];
  const tail = failed.length === 0 && report.exitCode !== 0 ? [report.outputTail.slice(-3_000)] : [];
  const guard =
    report.containment.contained === 'sandbox' ? [] : [`Run without a sandbox: ${report.containment.detail}`];
  return [head, ...guard, ...report.errors.map((error) => `ERROR ${error}`), ...listed, ...more, ...tail].join('\n');
}

export function describeVerdicts(verdicts: readonly Verdict[]): string {
  return verdicts
    .flatMap((verdict) => [
      `${verdict.gate}: ${verdict.status}. ${verdict.summary}`,
      ...verdict.findings.slice(0, maxListed).map((finding) => {
        const place =
          finding.path === undefined
            ? ''
            : ` (${finding.path}${finding.range === undefined ? '' : `:${finding.range.startLine}`})`;
        return `  ${finding.severity} ${finding.rule}: ${finding.message}${place}`;
      }),
    ])
    .join('\n');
}
