import { describe, expect, it } from 'vitest';
import type { ProbeResult } from '../protocol/investigation.ts';
import { failure, success } from '../protocol/result.ts';
import { judgeFix } from './fixProof.ts';

const judged = { status: 'passed' as const, summary: '3 tests passed', findings: [] };
const ran = (outcome: ProbeResult['outcome']) =>
  success<ProbeResult>({
    ...{ outcome, message: outcome === 'passed' ? '' : 'boom', signature: '', command: 'node check.mjs' },
    ...{ durationMs: 1, cached: false, stack: [] },
  });

describe('judgeFix', () => {
  it('passes what failed before and passes now, and says so', () => {
    expect(judgeFix('"adds"', ran('failed'), ran('passed'), judged)).toMatchObject({
      status: 'passed',
      summary: '3 tests passed. "adds" failed before the change and passes with it',
    });
  });

  it('fails what still fails, with what it says', () => {
    const result = judgeFix('"adds"', ran('failed'), ran('failed'), judged);
    expect(result.status).toBe('failed');
    expect(result.findings).toMatchObject([{ rule: 'tests/not-mended', message: expect.stringContaining('boom') }]);
  });

  it('proves nothing where the symptom was not there, or cannot be run', () => {
    for (const [before, after] of [
      [ran('passed'), ran('passed')],
      [ran('untestable'), ran('passed')],
      [ran('failed'), ran('untestable')],
      [failure('noTests', 'none'), ran('passed')],
      [ran('failed'), failure('noTests', 'none')],
    ] as const)
      expect(judgeFix('"adds"', before, after, judged).status).toBe('unproven');
  });
});
