// Runners that are known by what they print or write: TAP and JUnit XML from real producers, and any command by its exit code.
import { describe, expect, it } from 'vitest';
import { judgeReports } from '../../src/gates/tests.ts';
import { describeRunner, flatTap, junitStatuses, limit, runFiles } from '../helpers/runnerCases.ts';

const tape = (lines: readonly string[], exit = 0) =>
  `console.log(${JSON.stringify(lines.join('\n'))});\nprocess.exitCode = ${exit};\n`;
const nodeTest = "import { describe, it } from 'node:test';\nimport { existsSync, writeFileSync } from 'node:fs';\n";

describeRunner('TAP', {
  runner: 'tap',
  tests: { runner: 'tap', command: 'node --test-reporter=tap run.mjs' },
  mixed: {
    'run.mjs': `${nodeTest}
describe('sums', () => {
  it('adds', () => {});
  it('fails', () => { throw new Error('too large'); });
  describe('deep', () => {
    it('adds', () => {});
    it.skip('waits', () => {});
    it.todo('later');
  });
});
it('stands alone', () => {});
`,
  },
  failed: { name: 'sums > fails', file: 'run.mjs', line: 6, message: 'too large' },
  own: (run) =>
    junitStatuses(run('node', '--test-reporter=junit', 'run.mjs'), (name, suites) => [...suites, name].join(' > ')),
  broken: { 'run.mjs': "console.log('TAP version 13');\nimport './missing.mjs';\n" },
  brokenBy: 'missing.mjs',
  crash: { 'run.mjs': "console.log('TAP version 13\\n1..3\\nok 1 - good');\nprocess.exit(0);\n" },
  hang: { 'run.mjs': "console.log('TAP version 13\\n1..2\\nok 1 - good');\nfor (;;);\n" },
  flaky: {
    'run.mjs': `${nodeTest}it('steady', () => {});\nit('flips', () => {\n  if (existsSync('seen')) return;\n  writeFileSync('seen', '');\n  throw new Error('the first time');\n});\n`,
  },
  none: { 'run.mjs': tape(['TAP version 13', '1..0']) },
  ofNone: 'unproven',
});

const vitest = "import { describe, it } from 'vitest';\nimport { existsSync, writeFileSync } from 'node:fs';\n";

describeRunner('JUnit XML', {
  runner: 'junit',
  usesPackages: true,
  common: { 'package.json': '{ "type": "module" }' },
  tests: {
    ...{ runner: 'junit', command: 'vitest run --reporter=junit --outputFile=out/report.xml', report: 'out/*.xml' },
  },
  mixed: {
    'a.test.js': `${vitest}describe('sums', () => {\n  it('adds', () => {});\n  it('fails', () => { throw new Error('too large'); });\n  it.skip('waits', () => {});\n  it.todo('later');\n});\nit('has "quotes", <b> & ünï', () => {});\n`,
    'b.test.js': `${vitest}it('stands alone', () => {});\n`,
  },
  failed: { name: 'a.test.js > sums > fails', message: 'too large' },
  own: (run) => flatTap(run('vitest', 'run', '--reporter=tap-flat'), (name) => name),
  broken: { 'a.test.js': `${vitest}it('good', () => {});\n`, 'b.test.js': "import './missing.js';\n" },
  brokenBy: 'missing.js',
  crash: { 'a.test.js': `${vitest}it('good', () => {});\nit('ends', () => { process.exit(0); });\n` },
  hang: { 'a.test.js': `${vitest}it('good', () => {});\nit('hangs', () => { for (;;); });\n` },
  flaky: {
    'a.test.js': `${vitest}it('steady', () => {});\nit('flips', () => {\n  if (existsSync('seen')) return;\n  writeFileSync('seen', '');\n  throw new Error('the first time');\n});\n`,
  },
  none: { 'a.test.js': `${vitest}\n` },
  ofNone: 'failed',
});

describe('any command', () => {
  const judge = async (text: string, timeoutSeconds?: number) => {
    const report = await runFiles({ 'check.mjs': text }, { tests: { command: 'node check.mjs' } }, timeoutSeconds);
    expect(report).toMatchObject({ runner: 'command', perTest: false, tests: [] });
    return { ...judgeReports(report, undefined), report };
  };
  it.each([
    [
      'passes by its exit code, and says that it knows no more',
      "console.log('fine');",
      'passed',
      'cannot be read one by one',
    ],
    ['fails by its exit code', 'process.exitCode = 3;', 'failed', 'exit code 3'],
    ['fails when it is killed', "process.kill(process.pid, 'SIGKILL');", 'failed', ''],
    ['fails when it cannot start', 'import "./missing.mjs";', 'failed', 'exit code 1'],
    ['proves nothing where it says that there was no test', "console.log('0 tests');", 'unproven', 'no test ran'],
  ])('%s', { timeout: limit }, async (_, text, status, summary) => {
    expect(await judge(text)).toMatchObject({ status, summary: expect.stringContaining(summary) });
  });
  it('is stopped when it hangs', { timeout: limit }, async () => {
    const { status, report } = await judge('for (;;);', 2);
    expect([status, report.timedOut]).toEqual(['failed', true]);
  });
});
