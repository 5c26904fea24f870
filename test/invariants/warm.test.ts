// A tree that is known already and changes in one file: what is found must be what a judge that begins anew finds.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
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

const rulesOver = (files: readonly string[]) =>
  [
    { id: 'imports', kind: 'imports', from: files, forbid: ['npm:pg'] },
    { id: 'writes', kind: 'calls', files, targets: [{ member: ['save'] }] },
    { id: 'env', kind: 'select', files, selector: 'Identifier[name="env"]' },
  ].map((rule) => invariantRuleSchema.parse({ message: 'm', rationale: 'w', ...rule }));
const texts = ["import 'pg';\n", 'db.save();\n', 'env;\nenv;\n', "import './gone.ts';\n", '\n'];

function request(root: string, files: Record<string, string>, rules = [query]) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const listed = Object.entries(files).map(([path, text]) => ({
    path,
    blob: createHash('sha1').update(text).digest('hex'),
  }));
  return { kind: 'judgeRules' as const, id: 1, root, files: listed, rules };
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
  it('is judged as if it were new, after any edits of files and rules', async () => {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'ratchet-warm-')));
    folders.push(root);
    const paths = Array.from({ length: 150 }, (_, index) => `src/f${String(index).padStart(3, '0')}.ts`);
    const edit = fc.record({ path: fc.constantFrom(...paths), text: fc.constantFrom(...texts) });
    const step = fc.record({
      edits: fc.array(edit, { maxLength: 25 }),
      skipped: fc.option(fc.constantFrom(...paths)),
      over: fc.constantFrom(['**/*.ts'], ['src/f0*.ts'], ['src/f*0.ts', 'src/f1*.ts']),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const warm = new RuleJudge(undefined);
        // Facts are known by content: each file has one of its own.
        const files = Object.fromEntries(
          paths.map((path, index) => [path, `${texts[index % texts.length]}// ${path}\n`]),
        );
        for (const { edits, skipped, over } of steps) {
          for (const { path, text } of edits) files[path] = `${text}// ${path}\n`;
          const skip = skipped === null ? [] : [{ rule: 'writes', path: skipped }];
          const asked = { ...request(root, files, rulesOver(over)), skip };
          expect(await warm.judge(asked)).toEqual(await new RuleJudge(undefined).judge(asked));
        }
      }),
      { numRuns: 15 },
    );
  });
});
