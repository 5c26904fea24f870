import { parseXml, XmlElement } from '@rgrove/parse-xml';
import { describe, expect, it } from 'vitest';
import type { CheckDocument } from '../protocol/cliDocuments.ts';
import type { Verdict } from '../protocol/verdict.ts';
import { githubOf, junitOf, sarifOf } from './checkFormats.ts';

const verdict = (change: Partial<Verdict>): Verdict => ({
  gate: 'invariants',
  status: 'passed',
  summary: 'fine',
  findings: [],
  baseTree: 'a',
  candidateTree: 'b',
  configDigest: 'c',
  durationMs: 1500,
  cached: false,
  ...change,
});
const nasty = '::error::a "quoted" <b>\u0000 & 100%\r\nsecond';
const document: CheckDocument = {
  status: 'failed',
  baseTree: 'a',
  candidateTree: 'b',
  changes: [],
  verdicts: [
    verdict({
      status: 'failed',
      findings: [
        {
          gate: 'invariants',
          rule: 'layers/gym',
          severity: 'error',
          message: nasty,
          path: 'src/a file,b.ts',
          range: { startLine: 3, startColumn: 5, endLine: 3, endColumn: 9 },
          fingerprint: 'f00',
        },
        { gate: 'invariants', rule: 'style/x', severity: 'warning', message: 'careful' },
      ],
    }),
    verdict({ gate: 'tests', status: 'unproven', summary: '::warning::No test was found.' }),
    verdict({ gate: 'integrity' }),
  ],
};

describe('the forms of a check', () => {
  it('SARIF names rule, level, place and fingerprint, and a gate that proved nothing', () => {
    const log = JSON.parse(sarifOf(document, '1.2.3'));
    expect(log.version).toBe('2.1.0');
    const [run] = log.runs;
    expect(run.tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual([
      'layers/gym',
      'style/x',
      'tests/unproven',
    ]);
    expect(run.results).toMatchObject([
      {
        ruleId: 'layers/gym',
        ruleIndex: 0,
        level: 'error',
        message: { text: nasty },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'src/a%20file%2Cb.ts' },
              region: { startLine: 3, startColumn: 5, endLine: 3, endColumn: 9 },
            },
          },
        ],
        partialFingerprints: { 'ratchet/v1': 'f00' },
      },
      { ruleId: 'style/x', level: 'warning' },
      { ruleId: 'tests/unproven', level: 'error' },
    ]);
  });

  it('JUnit is well-formed whatever the text is, and counts what failed', () => {
    const root = parseXml(junitOf(document)).root;
    const suites = root?.children.filter((child) => child instanceof XmlElement) ?? [];
    expect(suites.map(({ attributes }) => attributes)).toMatchObject([
      { name: 'invariants', tests: '3', failures: '2', errors: '0', time: '1.500' },
      { name: 'tests', tests: '1', failures: '1' },
      { name: 'integrity', tests: '1', failures: '0' },
    ]);
    expect(junitOf(document)).toContain('&lt;b&gt; &amp; 100%&#13;&#10;second');
  });

  it('commands of GitHub are one line each, and text cannot give one of its own', () => {
    const lines = githubOf(document).split('\n');
    expect(lines).toEqual([
      '::error file=src/a file%2Cb.ts,line=3,endLine=3,title=layers/gym::::error::a "quoted" <b>\u0000 & 100%25%0D%0Asecond',
      '::warning title=style/x::careful',
      '::error title=tests/unproven::::warning::No test was found.',
      'invariants failed: fine',
      'tests unproven: ::warning::No test was found.',
      'integrity passed: fine',
      'ratchet: failed',
    ]);
    for (const line of lines.slice(3)) expect(line.startsWith('::')).toBe(false);
  });
});
