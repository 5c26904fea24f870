// What `ratchet check` writes for machines of CI: SARIF 2.1.0, JUnit XML, and the workflow commands of GitHub Actions.
// Pure: a document in, text out. Text of the repository is escaped as each form asks.
import type { CheckDocument } from '../protocol/cliDocuments.ts';
import type { Finding, Verdict } from '../protocol/verdict.ts';

export const checkFormats = ['text', 'json', 'sarif', 'junit', 'github'] as const;
export type CheckFormat = (typeof checkFormats)[number];

const levels = { error: 'error', warning: 'warning', info: 'note' } as const;

/** A gate that did not pass has a result of its own, so that no reader takes a run without findings for a good one. */
function findingsOf(verdict: Verdict): Finding[] {
  const { gate, status, summary, findings } = verdict;
  const isSaid = status === 'passed' || (status === 'failed' && findings.some(({ severity }) => severity === 'error'));
  if (isSaid) return findings;
  return [...findings, { gate, rule: `${gate}/${status}`, severity: 'error', message: summary }];
}

/** https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; code scanning of GitHub reads it. */
export function sarifOf({ verdicts }: CheckDocument, version: string): string {
  const findings = verdicts.flatMap(findingsOf);
  const rules = [...new Set(findings.map(({ rule }) => rule))].sort();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Ratchet', version, rules: rules.map((id) => ({ id })) } },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: verdicts.every(({ status }) => status !== 'errored') }],
        results: findings.map((finding) => ({
          ruleId: finding.rule,
          ruleIndex: rules.indexOf(finding.rule),
          level: levels[finding.severity],
          message: { text: finding.message },
          ...(finding.path === undefined ? {} : { locations: [locationOf(finding.path, finding)] }),
          ...(finding.fingerprint === undefined ? {} : { partialFingerprints: { 'ratchet/v1': finding.fingerprint } }),
        })),
      },
    ],
  };
  return JSON.stringify(log, null, 2);
}

function locationOf(path: string, { range }: Finding) {
  const uri = path.split('/').map(encodeURIComponent).join('/');
  const { startLine, startColumn, endLine, endColumn } = range ?? {};
  return {
    physicalLocation: {
      artifactLocation: { uri, uriBaseId: '%SRCROOT%' },
      ...(range === undefined ? {} : { region: { startLine, startColumn, endLine, endColumn } }),
    },
  };
}

/** One test suite a gate; the gate itself is a test case, and so is each of its findings. */
export function junitOf({ verdicts }: CheckDocument): string {
  const suites = verdicts.map((verdict) => {
    const { gate, status, summary, durationMs } = verdict;
    const seconds = (durationMs / 1000).toFixed(3);
    const outcome =
      status === 'passed'
        ? ''
        : status === 'errored'
          ? `<error message="${xml(summary)}"/>`
          : `<failure type="${status}" message="${xml(summary)}"/>`;
    const own = `    <testcase classname="ratchet.${gate}" name="${gate}" time="${seconds}">${outcome}</testcase>`;
    const cases = verdict.findings.map(junitCase);
    const failing = verdict.findings.filter(({ severity }) => severity === 'error').length;
    const failures = failing + (status === 'failed' || status === 'unproven' ? 1 : 0);
    const errors = status === 'errored' ? 1 : 0;
    const attributes = `name="${gate}" tests="${cases.length + 1}" failures="${failures}" errors="${errors}" time="${seconds}"`;
    return [`  <testsuite ${attributes}>`, own, ...cases, '  </testsuite>'].join('\n');
  });
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites name="ratchet">', ...suites, '</testsuites>'].join(
    '\n',
  );
}

function junitCase({ gate, rule, severity, message, path, range }: Finding): string {
  const place = path === undefined ? '' : `${path}${range === undefined ? '' : `:${range.startLine}`}`;
  const name = xml([rule, place].filter((part) => part !== '').join(' '));
  // Warnings are told, and break nothing.
  const body =
    severity === 'error'
      ? `<failure type="${xml(rule)}" message="${xml(message)}"/>`
      : `<system-out>${xml(message)}</system-out>`;
  return `    <testcase classname="ratchet.${gate}" name="${name}">${body}</testcase>`;
}

/** What XML 1.0 cannot hold at all is left out. */
const notXml = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};
const xml = (text: string): string =>
  text.replace(notXml, '').replace(/[&<>"\n\r\t]/g, (character) => entities[character] ?? character);

/** https://docs.github.com/actions/reference/workflow-commands-for-github-actions: annotations on the changed lines. */
export function githubOf({ verdicts, status }: CheckDocument): string {
  const commands = { error: 'error', warning: 'warning', info: 'notice' } as const;
  const lines = verdicts.flatMap(findingsOf).map((finding) => {
    const { range } = finding;
    const properties = [
      ...(finding.path === undefined ? [] : [`file=${property(finding.path)}`]),
      ...(range === undefined ? [] : [`line=${range.startLine}`, `endLine=${range.endLine}`]),
      `title=${property(finding.rule)}`,
    ];
    return `::${commands[finding.severity]} ${properties.join(',')}::${data(finding.message)}`;
  });
  const summary = verdicts.map((verdict) => `${verdict.gate} ${verdict.status}: ${verdict.summary}`);
  return [...lines, ...summary.map(plainLine), `ratchet: ${status}`].join('\n');
}

const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
/** A line that is no command: text of a repository must not be able to give one. */
const plainLine = (text: string): string => text.replace(/[\r\n]+/g, ' ').replace(/^(\s*)::/, '$1: :');
