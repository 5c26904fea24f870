// Related tests first: what the tests gate runs when a change touches some files, with a real engine and a real runner, and
// what it makes of failures that only show when the related tests run alone.
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { GateContext } from '../../src/gates/gate.ts';
import { testsGate } from '../../src/gates/tests.ts';
import { runSome, runTests } from '../../src/gym/testRunner/runTests.ts';
import { configSchema } from '../../src/protocol/config.ts';
import { success } from '../../src/protocol/result.ts';
import type { TestReport, TestResult } from '../../src/protocol/testReport.ts';
import { newEngine, withChange } from '../helpers/gates.ts';
import type { Files } from '../helpers/repository.ts';

const engine = newEngine();
afterAll(() => engine.dispose());

const limit = 120_000;
const head = "import { test } from 'node:test';\nimport assert from 'node:assert';\n";
const base = {
  'package.json': JSON.stringify({ type: 'module', scripts: { test: 'node --test "test/*.test.mjs"' } }),
  'src/sum.mjs': "export { add } from './add.mjs';\n",
  'src/add.mjs': 'export const add = (a, b) => a + b;\n',
  'src/name.mjs': "export const name = () => 'Ada';\n",
  'test/total.test.mjs': `${head}import { add } from '../src/sum.mjs';\ntest('adds', () => assert.equal(add(1, 2), 3));\n`,
  'test/name.test.mjs': `${head}import { name } from '../src/name.mjs';\ntest('names', () => assert.equal(name(), 'Ada'));\n`,
  'test/other.test.mjs': `${head}test('holds', () => {});\n`,
};

/** Judges a change of `base` by the real runner, and says which tests each run on the candidate has run. */
async function judge(change: Readonly<Record<string, string | null>>, tests: object = {}, files: Files = base) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ratchet-related-')));
  try {
    return await withChange(
      files,
      change,
      async (given, root) => {
        const config = configSchema.parse({ tests: { reruns: 0, ...tests } });
        const runs: string[][] = [];
        const note = (tree: string, report: TestReport | undefined) => {
          if (tree === given.candidateTree && report !== undefined)
            runs.push(report.tests.map(({ name }) => name).sort());
        };
        const place = (tree: string) => {
          const cwd = join(folder, tree);
          if (tree === given.candidateTree) cpSync(root, cwd, { recursive: true });
          else writeFiles(cwd, files);
          return { cwd, config: config.tests, sandbox: config.sandbox };
        };
        const context: GateContext = {
          ...given,
          config,
          runTests: async (tree, _signal, asked = []) => {
            const ran = await runTests({ ...place(tree), files: asked });
            note(tree, ran.ok ? ran.value : undefined);
            return ran;
          },
          runSome: async (tree, _signal, asked) => {
            const ran = await runSome(asked, place(tree));
            note(tree, ran.ok ? ran.value?.report : undefined);
            return ran;
          },
        };
        return { result: await testsGate.judge(context), runs };
      },
      engine,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeFiles(cwd: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), text);
  }
}

describe('a change with tests that have to do with it', () => {
  it('fails by them alone when they fail, and says that the others were not run', { timeout: limit }, async () => {
    // Through two imports: the test imports sum.mjs, which has its function from add.mjs.
    const { result, runs } = await judge({ 'src/add.mjs': 'export const add = (a, b) => a - b;\n' });
    expect(runs).toEqual([['adds']]);
    expect(result.status).toBe('failed');
    expect(result.summary).toBe(
      'Related tests first: 0 tests passed, 1 failed (before: 1 passed, 0 failed), in test/total.test.mjs. They fail, so the other tests were not run.',
    );
    expect(result.findings).toMatchObject([{ rule: 'tests/failed', path: 'test/total.test.mjs', severity: 'error' }]);
  });

  it('fails by them alone when they do not load', { timeout: limit }, async () => {
    const { result, runs } = await judge({ 'src/add.mjs': 'export const plus = 1;\n' });
    expect(runs).toHaveLength(1);
    expect(result.findings.map(({ rule }) => rule)).toContain('tests/error');
    expect(result).toMatchObject({ status: 'failed', summary: expect.stringContaining('were not run') });
  });

  it('fails by another test though they pass: all tests run', { timeout: limit }, async () => {
    const { result, runs } = await judge(
      {
        'src/add.mjs': 'export const add = (a, b) => b + a;\n',
        // Found over no import.
        'package.json': JSON.stringify({
          type: 'module',
          scripts: { test: 'node --test "test/*.test.mjs"' },
          broken: true,
        }),
      },
      {},
      {
        ...base,
        'test/other.test.mjs': `${head}import { readFileSync } from 'node:fs';\ntest('holds', () => assert.ok(!readFileSync('package.json', 'utf8').includes('broken')));\n`,
      },
    );
    expect(runs).toEqual([['adds'], ['adds', 'holds', 'names']]);
    expect(result).toMatchObject({
      status: 'failed',
      findings: [{ rule: 'tests/failed', path: 'test/other.test.mjs' }],
    });
    expect(result.summary).not.toContain('not run');
  });

  it('passes only when all tests have run', { timeout: limit }, async () => {
    const { result, runs } = await judge({ 'src/add.mjs': 'export const add = (a, b) => b + a;\n' });
    expect(runs).toEqual([['adds'], ['adds', 'holds', 'names']]);
    expect(result).toMatchObject({
      status: 'passed',
      summary: '3 tests passed, 0 failed (before: 3 passed, 0 failed)',
    });
  });

  it('runs everything at once where that is switched off', { timeout: limit }, async () => {
    const { result, runs } = await judge(
      { 'src/add.mjs': 'export const add = (a, b) => a - b;\n' },
      { related: 'off' },
    );
    expect(runs).toEqual([['adds', 'holds', 'names']]);
    expect(result.status).toBe('failed');
  });

  it('still sees a test that is gone elsewhere', { timeout: limit }, async () => {
    const { result, runs } = await judge({
      'src/add.mjs': 'export const add = (a, b) => b + a;\n',
      'test/other.test.mjs': 'export {};\n',
    });
    expect(runs.at(-1)).toEqual(['adds', 'names']);
    expect(result).toMatchObject({ status: 'failed', findings: [{ rule: 'tests/vanished' }] });
  });

  it('is unproven where no test is executed, the related ones included', { timeout: limit }, async () => {
    const skipped = "import { test } from 'node:test';\nimport '../src/add.mjs';\ntest.skip('later', () => {});\n";
    const { result } = await judge(
      { 'src/add.mjs': 'export const add = 1;\n' },
      {},
      {
        'package.json': base['package.json'],
        'src/add.mjs': base['src/add.mjs'],
        'test/a.test.mjs': skipped,
        'test/b.test.mjs': "import { test } from 'node:test';\ntest.skip('much later', () => {});\n",
      },
    );
    expect(result.status).toBe('unproven');
  });

  it('never runs a file that the command leaves out', { timeout: limit }, async () => {
    const { result, runs } = await judge({ 'test/fixtures/bad.test.mjs': "throw new Error('a fixture');\n" });
    expect(runs).toEqual([['adds', 'holds', 'names']]);
    expect(result.status).toBe('passed');
  });
});

/** Runs that are given: what the related tests show alone, and all tests together. */
async function judgeGiven({
  alone,
  aloneOnBase,
  all,
  runner = 'mocha',
  reruns = 0,
}: {
  readonly alone: Partial<TestReport>;
  readonly aloneOnBase: Partial<TestReport>;
  readonly all: Partial<TestReport>;
  readonly runner?: TestReport['runner'];
  readonly reruns?: number;
}) {
  return await withChange(
    { 'test/a.js': "require('../a.js');\n", 'test/b.js': '', 'a.js': '' },
    { 'a.js': '1;\n' },
    async (given) => {
      let runs = 0;
      const reportOf = (part: Partial<TestReport>) => reportWith({ runner, ...part });
      const context: GateContext = {
        ...given,
        config: configSchema.parse({ tests: { reruns } }),
        runTests: async () => {
          runs += 1;
          return success(reportOf(all));
        },
        runSome: async (tree, _signal, files) =>
          success({ files, report: reportOf(tree === given.candidateTree ? alone : aloneOnBase) }),
      };
      return { result: await testsGate.judge(context), runs };
    },
    engine,
  );
}

const testOf = (name: string, status: TestResult['status']): TestResult => ({
  id: `test/a.js > ${name}`,
  ...{ name, file: 'test/a.js', status },
});
function reportWith(part: Partial<TestReport>): TestReport {
  const tests = part.tests ?? [];
  const count = (status: TestResult['status']) => tests.filter((test) => test.status === status).length;
  const counts = { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
  return {
    ...{ runner: 'mocha', command: 'mocha', timedOut: false, perTest: true, tests, counts, errors: [], outputTail: '' },
    ...{ exitCode: counts.failed > 0 ? 1 : 0, durationMs: 1, containment: { contained: 'sandbox', detail: '' } },
    ...part,
  };
}
const [passed, failed] = [{ tests: [testOf('one', 'passed')] }, { tests: [testOf('one', 'failed')] }];

describe('a failure of tests that share a process', () => {
  it('is none while they fail alone on the base too: they may need what other files set up', async () => {
    const { result, runs } = await judgeGiven({ alone: failed, aloneOnBase: failed, all: passed });
    expect([result.status, runs]).toEqual(['passed', 2]);
  });
  it('is one when they pass alone on the base', async () => {
    const { result, runs } = await judgeGiven({ alone: failed, aloneOnBase: passed, all: failed });
    expect([result.status, runs]).toEqual(['failed', 0]);
  });
  it('of a new test is one when another of its file passes alone', async () => {
    const alone = { tests: [testOf('one', 'passed'), testOf('two', 'failed')] };
    const { result, runs } = await judgeGiven({ alone, aloneOnBase: passed, all: alone });
    expect([result.status, runs]).toEqual(['failed', 0]);
    const lonely = await judgeGiven({ alone: { tests: [testOf('two', 'failed')] }, aloneOnBase: {}, all: alone });
    expect([lonely.result.status, lonely.runs]).toEqual(['failed', 2]);
  });
});

describe('a failed test that is not known by its file', () => {
  it('is run again among the related ones, and not among all', async () => {
    const { file: _, ...test } = testOf('one', 'failed');
    const alone = { tests: [test] };
    const { result, runs } = await judgeGiven({ alone, aloneOnBase: passed, all: alone, runner: 'go', reruns: 2 });
    expect([result.status, runs]).toEqual(['failed', 0]);
  });
});

describe('a run of related tests that says nothing', () => {
  it.each([
    ['no test was found by these names', { exitCode: 1, errors: ['Error: No tests found.'] }],
    ['the report is missing', { exitCode: 1, perTest: false, errors: ['ended without a complete report'] }],
    ['only the exit code is bad', { ...passed, exitCode: 1 }],
  ])('leaves the verdict to all tests: %s', async (_, alone) => {
    const { result, runs } = await judgeGiven({ alone, aloneOnBase: passed, all: passed, runner: 'vitest' });
    expect([result.status, runs]).toEqual(['passed', 2]);
  });
  it('is a failure when it takes too long, which it does not on the base', async () => {
    const slow = { timedOut: true, exitCode: null, perTest: false, errors: ['The tests took longer than 3 seconds.'] };
    const { result, runs } = await judgeGiven({ alone: slow, aloneOnBase: passed, all: passed });
    expect([result.status, runs]).toEqual(['failed', 0]);
    const always = await judgeGiven({ alone: slow, aloneOnBase: slow, all: passed });
    expect([always.result.status, always.runs]).toEqual(['passed', 2]);
  });
});
