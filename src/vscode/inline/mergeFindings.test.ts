import { describe, expect, it } from 'vitest';
import type { Finding } from '../../protocol/verdict.ts';
import { mergeFindings } from './mergeFindings.ts';

const finding = (rule: string, fingerprint?: string, gate: Finding['gate'] = 'invariants'): Finding => ({
  ...{ gate, rule, severity: 'error', message: `${rule} ${fingerprint}` },
  ...(fingerprint === undefined ? {} : { fingerprint }),
});
const live = { rules: new Set(['a', 'b']), findings: [finding('a', '1'), finding('b', '2')] };

describe('findings of a check and of the text as it is now', () => {
  it('are told once', () => {
    expect(mergeFindings([finding('a', '1')], live, true)).toEqual(live.findings);
    expect(mergeFindings([finding('a', '1')], live, false)).toEqual(live.findings);
  });

  it('are outdated where the rule has judged again, in the working copy', () => {
    const mended = finding('a', 'mended');
    expect(mergeFindings([mended], live, true)).toEqual(live.findings);
    expect(mergeFindings([mended], live, false)).toEqual([mended, ...live.findings]);
  });

  it('stay where the rule has not judged again: of other rules, of other gates, and what was not verified', () => {
    const others = [finding('circles', '3'), finding('a', '4', 'integrity'), finding('a')];
    expect(mergeFindings(others, live, true)).toEqual([...others, ...live.findings]);
  });
});
