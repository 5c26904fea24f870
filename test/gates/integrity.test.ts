// The integrity gate: every way to weaken the judges is seen, and honest work is let through.
import { afterAll, describe, expect, it } from 'vitest';
import { integrityGate } from '../../src/gates/integrity.ts';
import { newEngine, withChange } from '../helpers/gates.ts';

const engine = newEngine();
afterAll(async () => await engine.dispose());

const testFile = `import { expect, it, describe } from 'vitest';
import { sum } from './sum.ts';
describe('sum', () => {
  it('adds', () => {
    expect(sum(1, 1)).toBe(2);
    expect(sum(2, 2)).toBe(4);
  });
  it('subtracts', () => {
    expect(sum(2, -1)).toBe(1);
  });
});
`;
const base = {
  'src/sum.ts': 'export const sum = (a: number, b: number): number => a + b;\n',
  'src/sum.test.ts': testFile,
  'package.json': JSON.stringify({ scripts: { test: 'vitest run', build: 'tsc' }, jest: { bail: true } }, null, 2),
  'tsconfig.json': '{ // strict\n "compilerOptions": { "strict": true, "noUnusedLocals": true, }, }',
  '.github/workflows/ci.yml': 'on: push\n',
  '.ratchet/config.yml': 'version: 1\n',
  'tool.py': 'x = 1\n',
};

async function rulesFor(change: Record<string, string | null>): Promise<string[]> {
  const judged = await withChange(base, change, (context) => integrityGate.judge(context), engine);
  const errors = judged.findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule);
  expect(judged.status, judged.summary).toBe(errors.length > 0 ? 'failed' : 'passed');
  return errors;
}

describe('integrity, weakened', () => {
  const replaced = (from: string, to: string) => ({ 'src/sum.test.ts': testFile.replace(from, to) });
  const weakened: Record<string, [Record<string, string | null>, string]> = {
    'a deleted test file': [{ 'src/sum.test.ts': null }, 'integrity/deleted-test-file'],
    'a removed test': [
      replaced(/ {2}it\('subtracts'[\s\S]*?\}\);\n/.exec(testFile)?.[0] ?? '', ''),
      'integrity/removed-test',
    ],
    'a test that cannot fail': [
      replaced('expect(sum(2, -1)).toBe(1)', 'expect(true).toBe(true)'),
      'integrity/cannot-fail',
    ],
    'a value compared with itself by a name': [
      replaced('expect(sum(2, -1)).toBe(1)', 'const expected = sum(2, -1);\n    expect(sum(2, -1)).toBe(expected)'),
      'integrity/cannot-fail',
    ],
    'a value compared with itself after something else': [
      replaced(
        'expect(sum(2, -1)).toBe(1)',
        'const expected = sum(2, -1);\n    String(expected);\n    expect(sum(2, -1)).toBe(expected)',
      ),
      'integrity/loosened-assertion',
    ],
    'a weaker matcher': [
      replaced('expect(sum(2, -1)).toBe(1)', 'expect(sum(2, -1)).toBeDefined()'),
      'integrity/loosened-assertion',
    ],
    'an expectation that changes alone': [
      replaced('expect(sum(2, -1)).toBe(1)', 'expect(sum(2, -1)).toBe(3)'),
      'integrity/changed-expectation',
    ],
    'a mock of what is tested': [
      replaced("describe('sum'", "vi.mock('./sum.ts', () => ({ sum: () => 2 }));\ndescribe('sum'"),
      'integrity/mocked-subject',
    ],
    'it.skip': [replaced("it('subtracts'", "it.skip('subtracts'"), 'integrity/skipped-test'],
    xit: [replaced("it('subtracts'", "xit('subtracts'"), 'integrity/skipped-test'],
    'it.todo': [replaced("it('subtracts'", "it.todo('subtracts'"), 'integrity/skipped-test'],
    'describe.skip': [replaced("describe('sum'", "describe.skip('sum'"), 'integrity/skipped-test'],
    'skipIf(true)': [replaced("it('subtracts'", "it.skipIf(true)('subtracts'"), 'integrity/skipped-test'],
    'an option': [replaced("it('subtracts', ", "it('subtracts', { skip: true }, "), 'integrity/skipped-test'],
    'it.only': [replaced("it('adds'", "it.only('adds'"), 'integrity/focused-test'],
    'a new focused test': [
      { 'src/new.test.ts': "it.only('x', () => { expect(1).toBe(1); });" },
      'integrity/focused-test',
    ],
    'an emptied test': [replaced('    expect(sum(2, -1)).toBe(1);\n', ''), 'integrity/emptied-test'],
    'fewer assertions': [replaced('    expect(sum(2, 2)).toBe(4);\n', ''), 'integrity/fewer-assertions'],
    'ts-ignore': [{ 'src/sum.ts': `// @ts-ignore\n${base['src/sum.ts']}` }, 'integrity/new-suppression'],
    'eslint-disable': [
      { 'src/new.ts': '/* eslint-disable no-console */\nconsole.log(1);\n' },
      'integrity/new-suppression',
    ],
    'biome-ignore': [{ 'src/new.ts': '// biome-ignore lint: no\nexport const x = 1;\n' }, 'integrity/new-suppression'],
    noqa: [{ 'tool.py': 'x = 1  # noqa\n' }, 'integrity/new-suppression'],
    CI: [{ '.github/workflows/ci.yml': 'on: never\n' }, 'integrity/gate-configuration'],
    'our configuration': [
      { '.ratchet/config.yml': 'version: 1\ngates: { tests: off }\n' },
      'integrity/gate-configuration',
    ],
    'a runner configuration': [
      { 'vitest.config.ts': 'export default { test: { passWithNoTests: true } };' },
      'integrity/gate-configuration',
    ],
    'a linter configuration': [{ 'eslint.config.js': 'export default [];' }, 'integrity/gate-configuration'],
    'the test script': [
      { 'package.json': base['package.json'].replace('vitest run', 'true') },
      'integrity/test-script',
    ],
    'runner settings': [
      { 'package.json': base['package.json'].replace('"bail": true', '"bail": false') },
      'integrity/test-configuration',
    ],
    strictness: [
      { 'tsconfig.json': '{ "compilerOptions": { "strict": false, "noUnusedLocals": true } }' },
      'integrity/loosened-compiler',
    ],
  };
  for (const [name, [change, rule]] of Object.entries(weakened))
    it(`sees ${name}`, async () => {
      expect(await rulesFor(change)).toContain(rule);
    });
});

describe('integrity, honest', () => {
  const honest: Record<string, Record<string, string | null>> = {
    'a feature with tests': {
      'src/sum.ts': 'export const sum = (...all: number[]): number => all.reduce((a, b) => a + b, 0);\n',
      'src/sum.test.ts': testFile.replace(
        "  it('subtracts'",
        "  it('adds many', () => {\n    expect(sum(1, 2, 3)).toBe(6);\n  });\n  it('subtracts'",
      ),
    },
    'a renamed test': { 'src/sum.test.ts': testFile.replace("'subtracts'", "'takes one number from another'") },
    'a test that something stays as it was': {
      'src/log.test.ts': `import { expect, it } from 'vitest';
import { add, list } from './log.ts';
it('is not changed by a reader', () => {
  const before = list('x');
  add('y');
  expect(list('x')).toEqual(before);
});
`,
    },
    'a function of the name of a factory': {
      'src/of.test.ts': `import { expect, it } from 'vitest';
import { of } from './of.ts';
it('is found', () => {
  expect(of('h1')).toBe('heading');
  expect(of('h2')).toBeUndefined();
});
`,
    },
    'a word in a string': {
      'src/sum.ts': `export const text = '// @ts-ignore eslint-disable';\n${base['src/sum.ts']}`,
    },
    'a new script': { 'package.json': base['package.json'].replace('"build"', '"start": "node .",\n "build"') },
    'a test that moves to another file': {
      'src/sum.test.ts': testFile.replace(/ {2}it\('subtracts'[\s\S]*?\}\);\n/, ''),
      'src/other.test.ts':
        "import { expect, it, describe } from 'vitest';\ndescribe('sum', () => {\n  it('subtracts', () => {\n    expect(sum(2, -1)).toBe(1);\n  });\n});\n",
    },
    'a stricter compiler': {
      'tsconfig.json': '{ "compilerOptions": { "strict": true, "noUnusedLocals": true, "noImplicitReturns": true } }',
    },
    nothing: {},
  };
  for (const [name, change] of Object.entries(honest))
    it(`lets ${name} through`, async () => {
      expect(await rulesFor(change)).toEqual([]);
    });

  it('takes no name for a value, no list for what it began as, and no name of one test for that of another', async () => {
    const more = `import { expect, it } from 'vitest';
import { sum } from './sum.ts';
it('a', () => {
  const from = sum(1, 1);
  expect(from).toBeGreaterThan(1);
});
it('b', () => {
  const seen: number[] = [];
  seen.push(sum(1, 1));
  expect(seen).toEqual([]);
});
it('c', () => {
  const four = 4;
  expect(sum(2, 2)).toBe(four);
});
it('d', () => {
  const four = sum(2, 2);
  expect(four).toBe(4);
});
`;
    const change = { 'src/more.test.ts': more };
    const judged = await withChange(base, change, (context) => integrityGate.judge(context), engine);
    expect(judged.findings).toEqual([]);
  });

  it('says so when a changed file cannot be read as code', async () => {
    const judged = await withChange(
      base,
      { 'src/sum.ts': 'export const = ;' },
      (context) => integrityGate.judge(context),
      engine,
    );
    expect(judged.status).toBe('unproven');
    expect(judged.findings[0]).toMatchObject({
      path: 'src/sum.ts',
      message: expect.stringContaining('cannot be parsed'),
    });
  });

  it('says so when a changed file is no text', async () => {
    const judged = await withChange(
      base,
      { 'src/sum.ts': `${base['src/sum.ts']}\0` },
      (context) => integrityGate.judge(context),
      engine,
    );
    expect(judged.status).toBe('unproven');
    expect(judged.findings[0]).toMatchObject({ path: 'src/sum.ts', rule: 'integrity/unread' });
  });

  it('names the line in other languages', async () => {
    const judged = await withChange(
      base,
      { 'tool.py': 'x = 1\ndef broken(:\n', 'a.go': 'package a\nfunc {\n', 'a.rs': 'fn (\n', 'A.java': 'class {' },
      (context) => integrityGate.judge(context),
      engine,
    );
    expect(judged.status).toBe('unproven');
    expect(judged.findings.map(({ path }) => path).sort()).toEqual(['A.java', 'a.go', 'a.rs', 'tool.py']);
    expect(judged.findings.find(({ path }) => path === 'tool.py')?.range?.startLine).toBe(2);
  });

  it('gives every finding a fingerprint', async () => {
    const judged = await withChange(
      base,
      { 'src/sum.test.ts': testFile.replaceAll("  it('", "  it.skip('"), 'tool.py': 'x = 1  # noqa\n' },
      (context) => integrityGate.judge(context),
      engine,
    );
    const prints = judged.findings.map(({ fingerprint }) => fingerprint);
    expect(prints).toHaveLength(3);
    expect(new Set(prints).size).toBe(3);
    expect(prints.every((print) => /^[0-9a-f]{16}$/.test(print ?? ''))).toBe(true);
  });
});
