// The second thread: what two threads find is what one finds, and what a thread took along when it ended is made all the same.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { blobOf } from '../../src/invariants/blobOf.ts';
import { type FactHelper, FactStore } from '../../src/invariants/facts/factStore.ts';
import { importFacts } from '../../src/invariants/facts/importFacts.ts';
import { factThread } from '../../src/invariants/factThread.ts';
import { RuleJudge } from '../../src/invariants/judgeRules.ts';
import { invariantRuleSchema } from '../../src/protocol/rules.ts';
import { engineEntry } from '../helpers/gates.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'ratchet-threads-')));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const texts = [
  "import { join } from 'node:path';\nconsole.log(join('a', 'b'));\n",
  'const { log } = console;\nexport const f = (x: any) => log(x);\n',
  'export const write = async (m: Model) => { const c = m.create; await c<number>(1); };\n',
  "export * from './f1.ts';\nimport('./f2.ts');\nrequire('./f3.ts');\n",
  'export const = console;\n',
];
const files = Array.from({ length: 320 }, (_, number) => {
  const path = `src/f${number}.ts`;
  const text = `${texts[number % texts.length]}// ${number}\n`;
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  return { path, blob: blobOf(text) };
});
const rules = [
  { id: 'imports', kind: 'imports', from: ['src/**'], forbid: ['src/**', 'node:*'] },
  { id: 'console', kind: 'calls', files: ['src/**'], targets: [{ global: ['console.*'] }] },
  { id: 'writes', kind: 'calls', files: ['src/**'], targets: [{ member: ['create'] }] },
  { id: 'any', kind: 'select', files: ['src/**'], selector: 'TSAnyKeyword' },
  { id: 'lines', kind: 'metric', files: ['src/**'], measure: 'lines', max: 3 },
].map((given) => invariantRuleSchema.parse({ message: 'm', rationale: 'w', ...given }));

describe('a second thread', () => {
  it('finds what one thread finds', async () => {
    const alone = await new RuleJudge(undefined).judge({ kind: 'judgeRules', id: 1, root, files, rules });
    const together = new RuleJudge(undefined, factThread(engineEntry, 200));
    expect(await together.judge({ kind: 'judgeRules', id: 1, root, files, rules })).toEqual(alone);
    expect(alone.violations.length).toBeGreaterThan(320);
    expect(alone.problems.length).toBeGreaterThan(60);
  }, 60_000);

  const everything = async (helper: FactHelper): Promise<void> => {
    const store = new FactStore(helper);
    const work = files.map((file) => ({ file, makers: [{ maker: importFacts, rule: '' }] }));
    await store.prepareAll(work, { root, read: undefined }, undefined);
    expect(files.filter((file) => store.isMissing(file, [importFacts]))).toEqual([]);
  };

  it('that ends with what it took leaves nothing unmade', async () => {
    let taken = 0;
    await everything({
      least: 200,
      help: async (work, next) => {
        taken = Math.min(work.length, 64);
        Atomics.add(next, 0, taken);
        return await Promise.reject(new Error('The thread ended.'));
      },
    });
    expect(taken).toBe(64);
  });

  it('is asked for many files alone', async () => {
    let asked = 0;
    const helper: FactHelper = {
      least: 200,
      help: async () => {
        asked += 1;
        return await Promise.resolve([]);
      },
    };
    const store = new FactStore(helper);
    const few = files.slice(0, 20).map((file) => ({ file, makers: [{ maker: importFacts, rule: '' }] }));
    await store.prepareAll(few, { root, read: undefined }, undefined);
    expect(asked).toBe(0);
    await everything(helper);
    expect(asked).toBe(1);
  });
});
