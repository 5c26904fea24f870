// Runners of JavaScript on real projects: vitest, jest, mocha, node:test and Playwright's own.
import { describeRunner, flatTap, junitStatuses } from '../helpers/runnerCases.ts';

const script = (test: string) => ({ 'package.json': JSON.stringify({ type: 'module', scripts: { test } }) });
const common = (test: string) => ({ ...script(test), '.gitignore': 'node_modules\n' });
/** Every framework here has `describe`, a test function and `skip`. */
const mixed = (head: string, name: string, test = 'it') => ({
  [`test/a${name}`]: `${head}
describe('sums', () => {
  ${test}('adds', () => {});
  ${test}('fails', () => { throw new Error('too large'); });
  describe('deep', () => {
    ${test}('adds', () => {});
    ${test}.skip('waits', () => {});
  });
});
${test}('stands alone', () => {});
${test}('has "quotes", $& and ünï', () => {});
`,
  [`test/b${name}`]: `${head}\n${test}('rejects', async () => { await Promise.reject(new Error('later')); });\n`,
});
const crash = (head: string, name: string, test = 'it') => ({
  [`test/a${name}`]: `${head}\n${test}('good', () => {});\n${test}('ends', () => { process.exit(0); });\n${test}('never', () => {});\n`,
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
const casesOf = (head: string, name: string, test?: string, fs?: string) => ({
  mixed: mixed(head, name, test),
  crash: crash(head, name, test),
  hang: hang(head, name, test),
  flaky: flaky(head, name, test, fs),
  none: { [`test/a${name}`]: `${head}\n` },
  usesPackages: true,
});

describeRunner('vitest', {
  runner: 'vitest',
  common: common('vitest'),
  ...casesOf("import { describe, it } from 'vitest';", '.test.js'),
  own: (run) => flatTap(run('vitest', 'run', '--reporter=tap-flat'), (name) => name.split(' > ').slice(1).join(' > ')),
  ofNone: 'failed',
});

describeRunner('jest', {
  runner: 'jest',
  common: {
    'package.json': JSON.stringify({ scripts: { test: 'jest' } }),
    'own.cjs': `module.exports = class { onTestResult(_, { testResults }) { for (const { ancestorTitles, title, status } of testResults) console.log('own ' + JSON.stringify([[...ancestorTitles, title].join(' > '), status])); } };\n`,
  },
  ...casesOf('', '.test.js', 'it', "const { existsSync, writeFileSync } = require('node:fs');"),
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
  ...casesOf('', '.js', 'it', "const { existsSync, writeFileSync } = require('node:fs');"),
  // Its reports know the whole title only.
  nameOf: (name) => name.replaceAll(' > ', ' '),
  own: (run) => flatTap(run('mocha', '--reporter', 'tap'), (name) => name),
  ofNone: 'unproven',
});

describeRunner('node:test', {
  runner: 'node:test',
  common: common('node --test'),
  ...casesOf("import { describe, it } from 'node:test';", '.test.js'),
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
  ...casesOf("import { test } from '@playwright/test';\nconst { describe } = test;", '.spec.js', 'test'),
  own: (run) => junitStatuses(run('playwright', 'test', '--reporter=junit'), (name) => name.replaceAll(' › ', ' > ')),
  ofNone: 'failed',
});
