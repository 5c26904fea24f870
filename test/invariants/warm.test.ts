// A tree that is known already and changes in one file: what is found must be what a judge that begins anew finds.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { RuleJudge } from '../../src/invariants/judgeRules.ts';
import { invariantRuleSchema } from '../../src/protocol/rules.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const query = invariantRuleSchema.parse({
  ...{ id: 'no-query', message: 'm', rationale: 'w', kind: 'calls' },
  files: ['a.ts'],
  targets: [{ module: 'npm:pg', names: ['query'] }],
});

function request(root: string, files: Record<string, string>) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const listed = Object.entries(files).map(([path, text]) => ({
    path,
    blob: createHash('sha1').update(text).digest('hex'),
  }));
  return { kind: 'judgeRules' as const, id: 1, root, files: listed, rules: [query] };
}

describe('a tree that changes in one file', () => {
  it('is judged anew where a chain of re-exports begins to lead to the target', async () => {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'ratchet-warm-')));
    folders.push(root);
    const before = {
      'a.ts': "import { q } from './b.ts';\nq();\n",
      'b.ts': "export { q } from './c.ts';\n",
      'c.ts': 'export const q = () => 1;\n',
    };
    const warm = new RuleJudge(undefined);
    expect(await warm.judge(request(root, before))).toEqual({ violations: [], problems: [] });
    const after = { ...before, 'c.ts': "export { query as q } from 'pg';\n" };
    const judged = await warm.judge(request(root, after));
    expect(judged).toEqual(await new RuleJudge(undefined).judge(request(root, after)));
    expect(judged.violations).toMatchObject([{ path: 'a.ts' }]);
  });
});
