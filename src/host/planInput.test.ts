import { describe, expect, it } from 'vitest';
import { defaultConfig, type RatchetConfig } from '../protocol/config.ts';
import type { Proof } from '../protocol/proof.ts';
import { gatesOfPlan } from './planInput.ts';

const config = (gates: Partial<RatchetConfig['gates']>): RatchetConfig => {
  const standard = defaultConfig();
  return { ...standard, gates: { ...standard.gates, ...gates } };
};
const fix: Proof = { kind: 'fix', oracle: { kind: 'command', command: 'node check.mjs' }, files: [] };
const commit = { commit: 'a', tree: 'b', parents: [], subject: '', author: '', at: 0 };
const test: Proof = { kind: 'regressionTest', commit, hunkIds: ['h'] };

describe('gatesOfPlan', () => {
  it('is what the configuration says, as long as nothing is to be shown', () => {
    const { gates, requiredGates } = gatesOfPlan(config({ tests: 'off', contract: 'required' }), undefined);
    expect(gates).not.toContain('tests');
    expect(requiredGates).toContain('contract');
  });

  it('always asks the tests for what they are to show, also where they are off', () => {
    const asked = config({ tests: 'off', contract: 'required' });
    expect(gatesOfPlan(asked, fix).requiredGates).toEqual(expect.arrayContaining(['tests', 'contract']));
    const { gates, requiredGates } = gatesOfPlan(asked, test);
    expect([gates, requiredGates].every((names) => names.includes('tests') && !names.includes('contract'))).toBe(true);
  });
});
