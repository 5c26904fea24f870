// The engine against what breaks parsers and rules: a clear problem with the place, never a crash, never a silent pass.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { InvariantEngine } from '../../src/invariants/engine.ts';
import { DiskFacts } from '../../src/invariants/facts/diskFacts.ts';
import { importFacts } from '../../src/invariants/facts/importFacts.ts';
import { SourceFile, useFastTransfer } from '../../src/invariants/facts/script.ts';
import { selectFacts } from '../../src/invariants/facts/selectFacts.ts';
import { judgeExample } from '../../src/invariants/testRules.ts';
import type { InvariantRule } from '../../src/protocol/rules.ts';
import { engineEntry, newEngine } from '../helpers/gates.ts';
import { rule } from '../helpers/judgeRule.ts';

const engine = newEngine();
afterAll(async () => await engine.dispose());
const signal = new AbortController().signal;
const noEval = rule({ kind: 'select', files: ['**/*.ts'], selector: 'CallExpression[callee.name="eval"]' });

async function judge(of: InvariantRule, files: Record<string, string>, by = engine) {
  const judged = await judgeExample(of, { files }, by, signal);
  if (!judged.ok) throw new Error(judged.failure.message);
  return judged.value;
}

describe('files', () => {
  it('of ten megabytes are named and not parsed', async () => {
    const judged = await judge(noEval, {
      'big.ts': `export const x = '${'x'.repeat(10 * 1024 * 1024)}';\neval('1');\n`,
    });
    expect(judged).toMatchObject({
      violations: [],
      problems: [{ rule: 'r', path: 'big.ts', message: expect.stringContaining('too large') }],
    });
  });

  it('of one line are read to the end', async () => {
    const judged = await judge(noEval, { 'min.ts': `${'const a=1;'.repeat(50_000)}eval("1")` });
    expect(judged.violations).toMatchObject([{ path: 'min.ts', range: { startLine: 1, startColumn: 500_001 } }]);
  });

  it('with a syntax error, or that are no text, prove nothing', async () => {
    const judged = await judge(noEval, { 'a.ts': 'const = ;', 'b.ts': 'eval(1)\0\0' });
    expect(judged.violations).toEqual([]);
    expect(judged.problems.map(({ path }) => path)).toEqual(['a.ts', 'b.ts']);
  });

  it('nested a thousand deep do not end the engine', async () => {
    const judged = await judge(noEval, {
      'deep.ts': `export const a = ${'('.repeat(3_000)}eval(1)${')'.repeat(3_000)};`,
    });
    expect(judged.violations.length + judged.problems.length).toBeGreaterThan(0);
  });

  it('that import in a circle are followed once', async () => {
    const reach = rule({ kind: 'imports', from: ['a.ts'], reaches: ['npm:pg'] });
    const circle = {
      'a.ts': "import './b.ts';",
      'b.ts': "import './a.ts'; import './c.ts';",
      'c.ts': "import './b.ts'; import 'pg';",
    };
    expect((await judge(reach, circle)).violations).toHaveLength(1);
    const calls = rule({ kind: 'calls', files: ['a.ts'], targets: [{ module: 'npm:pg', names: ['query'] }] });
    const exports = {
      'a.ts': "import { q } from './b.ts'; q();",
      'b.ts': "export * from './c.ts'; export { q } from './c.ts';",
      'c.ts': "export * from './b.ts'; export { query as q } from 'pg';",
    };
    expect((await judge(calls, exports)).violations).toHaveLength(1);
  });

  it('with names that lead to themselves are read', async () => {
    const calls = rule({ kind: 'calls', files: ['**'], targets: [{ global: ['fetch'] }] });
    const text = 'let a = b, b = a; a = fetch || a; a();\nconst { c } = c; c();\nlet d = d.d.d; d.d();';
    expect((await judge(calls, { 'a.ts': text })).violations).toHaveLength(1);
  });
});

describe('a rule', () => {
  it('that takes for ever is stopped in that file, and the others are judged', async () => {
    const impatient = new InvariantEngine({ entry: engineEntry, ruleMs: 1_500 });
    const slow = rule({ kind: 'metric', files: ['**/*.txt'], measure: { regex: '(a+)+$' }, max: 0 });
    const judged = await judge(slow, { 'slow.txt': `${'a'.repeat(40)}b`, 'fine.txt': 'aaa' }, impatient);
    expect(judged.problems).toEqual([
      { rule: 'r', path: 'slow.txt', message: 'rule r took longer than 1.5 seconds in slow.txt and was stopped.' },
    ]);
    expect(judged.violations.map(({ path }) => path)).toEqual(['fine.txt']);
    await impatient.dispose();
  });

  it('that matches no file proves nothing', async () => {
    const nowhere = rule({ kind: 'select', files: ['nowhere/**'], selector: 'Literal' });
    expect((await judge(nowhere, { 'a.ts': '1' })).problems[0]?.message).toContain('matches no file');
  });
});

describe('facts on disk', () => {
  it('are used again by another child, and damage is a miss', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ratchet-facts-'));
    const once = async () => {
      const own = new InvariantEngine({ entry: engineEntry, cacheDirectory: folder });
      const judged = await judge(noEval, { 'a.ts': 'eval(1);' }, own);
      await own.dispose();
      return judged.violations.length;
    };
    expect(await once()).toBe(1);
    const [name = ''] = readdirSync(folder);
    const path = join(folder, name);
    const kept = readFileSync(path, 'utf8');
    expect(kept).toContain('eval(1)');
    // What stands there is believed only when its checksum is right.
    writeFileSync(path, kept.replace('eval(1)', 'eval(2)'));
    expect(await once()).toBe(1);
    const [, key = '', json = ''] = kept.trim().split('\t');
    const maker = selectFacts(['CallExpression[callee.name="eval"]']).key;
    const facts = new DiskFacts(folder);
    facts.put(maker, key, JSON.parse(json.replace(/^\[.*\]$/, '[]')));
    await facts.flush();
    expect(await once()).toBe(0);
    rmSync(folder, { recursive: true });
  });

  it('keep their bound', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ratchet-facts-'));
    for (let round = 0; round < 20; round += 1) {
      const facts = new DiskFacts(folder, { file: 4_000, folder: 10_000 });
      for (const maker of ['a', 'b', 'c', 'd', `m${round}`]) {
        await facts.get(maker, `${round}`);
        facts.put(maker, `${round}`, 'x'.repeat(700));
      }
      await facts.flush();
    }
    const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    expect(bytes).toBeLessThanOrEqual(10_000);
    expect(bytes).toBeGreaterThan(0);
    rmSync(folder, { recursive: true });
  });
});

describe('the two ways of the parser', () => {
  it('give the same facts', async () => {
    const text =
      "import type { A } from './a';\nexport * from './b';\nconst c = await import('./c');\nclass D extends require('./d') {}\nvi.mock('./e');\n";
    const read = () => importFacts.make(new SourceFile('x.ts', text));
    useFastTransfer(false);
    const plain = await read();
    useFastTransfer(true);
    expect(await read()).toEqual(plain);
    expect(plain.map(({ specifier }) => specifier)).toEqual(['./a', './b', './c', './d', './e']);
  });
});
