import { describe, expect, it } from 'vitest';
import type { Finding } from '../protocol/verdict.ts';
import { applyAcceptances, formatAcceptance, readAcceptances, withFingerprints } from './acceptances.ts';

const finding: Finding = {
  gate: 'integrity',
  rule: 'integrity/removed-test',
  severity: 'error',
  message: 'The test "a" was removed.',
  path: 'a.test.ts',
};
const [{ fingerprint = '' } = finding] = withFingerprints([finding]);
const acceptance = {
  fingerprint,
  gate: 'integrity',
  rule: finding.rule,
  path: 'a.test.ts',
  message: finding.message,
  reason: 'The feature it tested is gone.',
  by: 'A Person <a@example.org>',
  on: '2026-01-31',
} as const;
const failed = { status: 'failed', summary: '1 way to weaken.', findings: [finding] } as const;
const result = { ...failed, findings: [...failed.findings] };

describe('an acceptance', () => {
  it('makes its finding a warning with the reason, and the gate passes', () => {
    const read = readAcceptances(formatAcceptance(acceptance));
    expect(applyAcceptances('integrity', result, read)).toMatchObject({
      status: 'passed',
      summary: '1 way to weaken. 1 accepted by a person.',
      findings: [{ severity: 'warning', message: expect.stringContaining('The feature it tested is gone.') }],
    });
  });

  it.each([
    ['nothing is accepted', ''],
    ['another finding is accepted', formatAcceptance({ ...acceptance, fingerprint: '0123456789abcdef' })],
    ['the rule is another one', formatAcceptance({ ...acceptance, rule: 'integrity/skipped-test' })],
  ])('does not help when %s', (_name, text) => {
    expect(applyAcceptances('integrity', result, readAcceptances(text)).status).toBe('failed');
  });

  it('does not count where the candidate is a policy’s', () => {
    expect(applyAcceptances('integrity', result, undefined)).toMatchObject({
      status: 'failed',
      findings: [{ fingerprint }],
    });
  });

  it('is never one of the tests gate', () => {
    const tests = { ...result, findings: [{ ...finding, gate: 'tests' as const }] };
    const read = readAcceptances(formatAcceptance(acceptance));
    expect(applyAcceptances('tests', tests, read)).toEqual(tests);
    expect(readAcceptances(JSON.stringify({ ...acceptance, gate: 'tests' })).problems).toHaveLength(1);
  });

  it('without a reason, or one that cannot be read, fails the gate', () => {
    const passed = { status: 'passed', summary: 'fine', findings: [] } as const;
    for (const line of [JSON.stringify({ ...acceptance, reason: 'ok' }), '{', 'null', '[]'])
      expect(applyAcceptances('integrity', { ...passed, findings: [] }, readAcceptances(line))).toMatchObject({
        status: 'failed',
        findings: [{ rule: 'integrity/acceptance-format' }],
      });
  });

  it('may be written down: that alone is no weakening', () => {
    const edit = { ...finding, rule: 'integrity/gate-configuration', path: '.ratchet/accepted.jsonl' };
    const judged = applyAcceptances('integrity', { ...result, findings: [edit] }, readAcceptances(''));
    expect(judged).toMatchObject({ status: 'passed', findings: [{ severity: 'info' }] });
    const config = { ...edit, path: '.ratchet/config.yml' };
    expect(applyAcceptances('integrity', { ...result, findings: [config] }, readAcceptances('')).status).toBe('failed');
  });

  it('never makes good what proved nothing or broke', () => {
    for (const status of ['unproven', 'errored'] as const)
      expect(
        applyAcceptances('integrity', { ...result, status }, readAcceptances(formatAcceptance(acceptance))).status,
      ).toBe(status);
  });
});

describe('fingerprints', () => {
  it('tell equal findings apart, and keep what a gate gave', () => {
    const [first, second, third] = withFingerprints([finding, finding, { ...finding, fingerprint: 'own' }]);
    expect(first?.fingerprint).toBe(fingerprint);
    expect(second?.fingerprint).not.toBe(fingerprint);
    expect(third?.fingerprint).toBe('own');
  });
});
