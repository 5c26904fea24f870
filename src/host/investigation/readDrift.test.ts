import { describe, expect, it } from 'vitest';
import { invariantRuleSchema } from '../../protocol/rules.ts';
import { narrowed } from './readDrift.ts';

const rule = (more: Record<string, unknown>) =>
  invariantRuleSchema.parse({ id: 'r', message: 'm', rationale: 'w', ...more });

describe('a rule that is narrowed to a file', () => {
  it('speaks of the names that it spoke of before, and of nothing else', () => {
    const calls = rule({ kind: 'calls', files: ['app/**'], except: ['app/old/**'], targets: [{ global: ['fetch'] }] });
    const names = ['app/routes/[id].ts', 'app/old/id.ts', 'lib/id.ts'];
    expect(narrowed(calls, names)).toEqual({ ...calls, files: ['app/routes/\\[id\\].ts'] });
    expect(narrowed(calls, ['lib/id.ts'])).toBeUndefined();
  });

  it('keeps who may be imported', () => {
    const imports = rule({ kind: 'imports', from: ['app/**'], forbid: ['server/**'] });
    expect(narrowed(imports, ['app/a.ts'])).toEqual({ ...imports, from: ['app/a.ts'] });
  });

  it('is left out when it is not about single files', () => {
    expect(narrowed(rule({ kind: 'files', mustNotExist: ['a.ts'] }), ['a.ts'])).toBeUndefined();
  });
});
