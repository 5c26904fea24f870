// Runners of JavaScript on real projects: vitest, jest, mocha, node:test and Playwright's own.
import { describe, expect, it } from 'vitest';
import { judgeReports } from '../../src/gates/tests.ts';
import { readReport } from '../../src/gym/history/runOracle.ts';
import type { Files } from '../helpers/repository.ts';
import { describeRunner, flatTap, junitStatuses, limit, runFiles } from '../helpers/runnerCases.ts';

const script = (test: string) => ({ 'package.json': JSON.stringify({ type: 'module', scripts: { test } }) });
const common = (test: string) => ({ ...script(test), '.gitignore': 'node_modules\n' });
/** Every framework here has `describe`, a test function and `skip`. */
const mixed = (head: string, name: string, test = 'it', todo = '') => ({
  [`test/a${name}`]: `${head}
describe('sums', () => {
  ${test}('adds', () => {});
  ${test}('fails', () => { throw new Error('too large'); });
  describe('deep', () => {
    ${test}('adds', () => {});
    ${test}.skip('waits', () => {});${todo}
  });
});
${test}('stands alone', () => {});
${test}('has "quotes", $& and ünï', () => {});
`,
  [`test/b${name}`]: `${head}\n${test}('rejects', async () => { await Promise.reject(new Error('later')); });\n`,
});
const crash = (head: string, name: string, test = 'it') => ({
  [`test/a${name}`]: `${head}\n${test}('good', () => {});\n${test}('ends', () => { process.exit(0); });\n${test}('never', () => {});\n`,
  [`test/b${name}`]: `${head}\n${test}('good elsewhere', () => {});\n`,
});
const hang = (head: string, name: string, test = 'it') => ({
  [`test/a${name}`]: `${head}\n${test}('good', () => {});\n${test}('hangs', () => { for (;;); });\n`,
});
const flaky = (
  head: string,
  name: string,
  test = 'it',
  fs = "import { existsSync, writeFileSync } from 'node:fs';",
) => ({
  [`test/a${name}`]: `${head}\n${fs}\n${test}('steady', () => {});\n${test}('flips', () => {\n  if (existsSync('seen')) return;\n  writeFileSync('seen', '');\n  throw new Error('the first time');\n});\n`,
});
const late = (head: string, name: string, test = 'it') => ({
  [`test/a${name}`]: `${head}\n${test}('good', () => { setTimeout(() => { Promise.reject(new Error('too late')); }, 20); });\n${test}('waits', async () => { await new Promise((done) => setTimeout(done, 200)); });\n`,
});
const broken = (head: string, name: string, test = 'it') => ({
  [`test/a${name}`]: `${head}\n${test}('good', () => {});\n`,
  [`test/b${name}`]: `${head}\n${test}('good', () => {});\nthrow new Error('no such thing');\n`,
});
const casesOf = (
  head: string,
  name: string,
  { test, fs, todo }: { test?: string; fs?: string; todo?: string } = {},
) => ({
  mixed: mixed(head, name, test, todo),
  part: { file: `test/b${name}`, names: ['rejects'] },
  broken: broken(head, name, test),
  brokenBy: 'no such thing',
  crash: crash(head, name, test),
  late: late(head, name, test),
  hang: hang(head, name, test),
  flaky: flaky(head, name, test, fs),
  none: { [`test/a${name}`]: `${head}\n` },
  usesPackages: true,
});

const required = "const { existsSync, writeFileSync } = require('node:fs');";
const todo = "\n    it.todo('later');";

describeRunner('vitest', {
  runner: 'vitest',
  common: common('vitest'),
  ...casesOf("import { describe, it } from 'vitest';", '.test.js', { todo }),
  failed: { name: 'sums > fails', file: 'test/a.test.js', message: 'too large' },
  own: (run) => flatTap(run('vitest', 'run', '--reporter=tap-flat'), (name) => name.split(' > ').slice(1).join(' > ')),
  ofNone: 'failed',
});

describeRunner('jest', {
  runner: 'jest',
  common: {
    'package.json': JSON.stringify({ scripts: { test: 'jest' } }),
    'own.cjs': `module.exports = class { onTestResult(_, { testResults }) { for (const { ancestorTitles, title, status } of testResults) console.log('own ' + JSON.stringify([[...ancestorTitles, title].join(' > '), status])); } };\n`,
  },
  ...casesOf('', '.test.js', { fs: required, todo }),
  failed: { name: 'sums > fails', file: 'test/a.test.js', line: 4, message: 'too large' },
  own: (run) =>
    Object.fromEntries(
      [...run('jest', '--reporters=./own.cjs').matchAll(/^own (.*)$/gm)].map(([, json = '']) => {
        const [name, status] = JSON.parse(json);
        return [name, status === 'passed' || status === 'failed' ? status : 'skipped'];
      }),
    ),
  ofNone: 'failed',
});

describeRunner('mocha', {
  runner: 'mocha',
  common: { 'package.json': JSON.stringify({ scripts: { test: 'mocha' } }) },
  ...casesOf('', '.js', { fs: required }),
  // Its reports know the whole title only.
  nameOf: (name) => name.replaceAll(' > ', ' '),
  failed: { name: 'sums > fails', file: 'test/a.js', message: 'too large' },
  own: (run) => flatTap(run('mocha', '--reporter', 'tap'), (name) => name),
  ofNone: 'unproven',
});

describeRunner('node:test', {
  runner: 'node:test',
  common: common('node --test'),
  ...casesOf("import { describe, it } from 'node:test';", '.test.js', { todo }),
  failed: { name: 'sums > fails', file: 'test/a.test.js', line: 4, message: 'too large' },
  own: (run) =>
    // This reporter escapes names twice.
    junitStatuses(run('node', '--test', '--test-reporter=junit'), (name, suites) =>
      [...suites, name].join(' > ').replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
    ),
  ofNone: 'unproven',
});

describeRunner("Playwright's test runner", {
  runner: 'playwright',
  common: common('playwright test'),
  ...casesOf("import { test } from '@playwright/test';\nconst { describe } = test;", '.spec.js', { test: 'test' }),
  failed: { name: 'sums > fails', file: 'test/a.spec.js', line: 5, message: 'too large' },
  own: (run) => junitStatuses(run('playwright', 'test', '--reporter=junit'), (name) => name.replaceAll(' › ', ' > ')),
  ofNone: 'failed',
});

describe('node:test, a file that ends its process', () => {
  const head = "import { test } from 'node:test';\n";
  const green = { 'test/green.test.mjs': `${head}test('good', () => {});\n` };
  const verdictOf = async (files: Files, command = 'node --test') => {
    const report = await runFiles({ ...common(command), ...green, ...files });
    return [judgeReports(report, undefined).status, report.errors.join()];
  };
  it('fails when that is while a test runs, though its first tests have passed', { timeout: limit }, async () => {
    const later = `${head}test('good', () => {});\ntest('waits', async () => {\n  await new Promise((done) => setTimeout(done, 200));\n  process.exit(0);\n});\n`;
    expect(await verdictOf({ 'test/a.test.mjs': later })).toEqual([
      'failed',
      expect.stringContaining('its test waits'),
    ]);
  });
  it('is fine where it has no test, or none that the command asks for', { timeout: limit }, async () => {
    const others = {
      'test/helper.mjs':
        "import { test } from 'node:test';\nexport const twice = (name) => {\n  test(name, () => {});\n};\n",
      'test/script.test.mjs': "import assert from 'node:assert';\nassert.ok(true);\n",
      'test/windows.test.mjs': `${head}if (process.platform === 'none') {\n  test('there', () => {});\n}\n`,
    };
    expect(await verdictOf(others)).toEqual(['passed', '']);
    const asked = 'node --test --test-name-pattern=good';
    expect(await verdictOf({ 'test/a.test.mjs': `${head}test('other', () => {});\n` }, asked)).toEqual(['passed', '']);
  });
});

const runMocha = async (files: Files, test = 'mocha') =>
  await runFiles({ 'package.json': JSON.stringify({ scripts: { test } }), ...files }, { usesPackages: true });

describe('mocha, a rejection that nobody handles at once', () => {
  const judge = async (test: string) => {
    const report = await runMocha({ 'test/a.js': test });
    return [judgeReports(report, undefined).status, report.outputTail];
  };
  const waits = "it('waits', async () => { await new Promise((done) => setTimeout(done, 100)); });\n";
  it('is named where it fails the run', { timeout: limit }, async () => {
    const [status, tail] = await judge(`it('good', () => { Promise.reject(new Error('too late')); });\n${waits}`);
    expect([status, tail]).toEqual(['failed', expect.stringContaining('nobody handled: Error: too late')]);
  });
  it('is fine when it is handled later, or somebody listens', { timeout: limit }, async () => {
    const later = `it('good', () => { const late = Promise.reject(new Error('x')); setTimeout(() => late.catch(() => {}), 20); });\n`;
    expect(await judge(`${later}${waits}`)).toEqual(['passed', expect.anything()]);
    const listens = `process.on('unhandledRejection', () => {});\nit('good', () => { Promise.reject(new Error('x')); });\n`;
    expect(await judge(`${listens}${waits}`)).toEqual(['passed', expect.anything()]);
  });
});

describe('mocha, where tests replace what they find', () => {
  it('still tells of each test how it ended', { timeout: limit }, async () => {
    const test = `it('good', () => { process.env = {}; require('fs').writeFileSync = () => {}; });
it('bad', () => { throw new Error('too large'); });
`;
    const report = await runMocha({ 'test/a.js': test });
    expect(report.tests.map(({ name, status }) => [name, status])).toEqual([
      ['good', 'passed'],
      ['bad', 'failed'],
    ]);
  });
});

describe('mocha, where names of tests are alike', () => {
  it('takes no failure of one for that of another', { timeout: limit }, async () => {
    const test = `describe('a', () => {
  it('b c', () => { throw new Error('too large'); });
  describe('b', () => { it('c', () => {}); });
});
`;
    const report = await runMocha({ 'test/a.js': test });
    expect(report.tests.map(({ name, status }) => [name, status])).toEqual([
      ['a > b c', 'failed'],
      ['a b > c', 'passed'],
    ]);
  });
});

describe('mocha, its tests in several processes', () => {
  it('tells of each test how it ended, and why', { timeout: limit }, async () => {
    const test = "it('good', () => {});\nit('bad', () => { throw new Error('too large'); });\n";
    const report = await runMocha({ 'test/a.js': test, 'test/b.js': test }, 'mocha --parallel');
    const told = report.tests.map(({ id, status, message = '' }) => [id, status, message.includes('too large')]);
    expect(told.sort()).toEqual([
      ['test/a.js > bad', 'failed', true],
      ['test/a.js > good', 'passed', false],
      ['test/b.js > bad', 'failed', true],
      ['test/b.js > good', 'passed', false],
    ]);
  });
});

describe('mocha, where tests leave a server open', () => {
  const opens = `const { createServer } = require('node:http');
it('good', () => { createServer().listen(0); });
it('bad', () => { throw new Error('no'); });
`;
  const files = { 'package.json': '{ "scripts": { "test": "mocha" } }', 'test/a.js': opens };
  it('is stopped soon, and what it said of each test counts', { timeout: limit }, async () => {
    const report = await runFiles(files, { usesPackages: true, lingerMs: 500 });
    expect(report.tests.map(({ status }) => status)).toEqual(['passed', 'failed']);
    expect(report.durationMs).toBeLessThan(60_000);
    expect(report.errors.join()).toContain('something that they opened stays open');
    const oracle = (name: string) => readReport(report, { kind: 'test', file: 'test/a.js', name }, '/').outcome;
    expect([oracle('good'), oracle('bad')]).toEqual(['passed', 'failed']);
  });
  it('never passes the gate', { timeout: limit }, async () => {
    const green = { ...files, 'test/a.js': opens.replace("throw new Error('no');", '') };
    const report = await runFiles(green, { usesPackages: true, lingerMs: 500 });
    expect(judgeReports(report, undefined).status).toBe('failed');
  });
  it('is not stopped while it writes no report', { timeout: limit }, async () => {
    const slow = "it('slow', async () => { await new Promise((done) => setTimeout(done, 1_500)); });\n";
    const report = await runFiles({ ...files, 'test/a.js': slow }, { usesPackages: true, lingerMs: 1 });
    expect([report.exitCode, report.timedOut, report.counts.passed]).toEqual([0, false, 1]);
  });
});
