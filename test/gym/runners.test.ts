// Reports that any command can give: TAP by its output and JUnit XML by its files, whole and damaged; and what Maven writes.
import { describe, expect, it } from 'vitest';
import { judgeReports } from '../../src/gates/tests.ts';
import type { TestReport } from '../../src/protocol/testReport.ts';
import type { Files } from '../helpers/repository.ts';
import { runFiles } from '../helpers/runnerCases.ts';

const run = async (files: Files, tests: Record<string, unknown>): Promise<TestReport> =>
  await runFiles(files, { tests });
const verdict = (report: TestReport): string => judgeReports(report, undefined).status;

describe('TAP, by configuration', () => {
  const tap = async (lines: readonly string[], exit = 0) =>
    await run(
      { 'tap.mjs': `console.log(${JSON.stringify(lines.join('\n'))});\nprocess.exitCode = ${exit};\n` },
      { runner: 'tap', command: 'node tap.mjs' },
    );
  it('tells tests one by one', async () => {
    const report = await tap(
      ['TAP version 13', 'ok 1 - good', 'not ok 2 - bad', 'ok 3 - later # SKIP no network', '1..3'],
      1,
    );
    expect(report.tests.map(({ status }) => status)).toEqual(['passed', 'failed', 'skipped']);
    expect(verdict(report)).toBe('failed');
  });
  it.each([
    ['its plan is longer than its tests', ['1..3', 'ok 1 - good']],
    ['it bails out', ['1..1', 'ok 1 - good', 'Bail out! no disk']],
    ['it has no plan', ['ok 1 - good']],
    ['it has no test', ['1..0']],
    ['it says nothing', ['hello']],
  ])('does not pass where %s', async (_, lines) => {
    expect(verdict(await tap(lines))).not.toBe('passed');
  });
  it('passes where plan and tests agree', async () => {
    expect(verdict(await tap(['1..1', 'ok 1 - good']))).toBe('passed');
  });
});

describe('JUnit XML, by configuration', () => {
  const xml = (cases: string) =>
    `<?xml version="1.0"?><testsuites><testsuite name="s">${cases}</testsuite></testsuites>`;
  const writing = async (text: string, old: Files = {}) =>
    await run(
      {
        ...old,
        'w.mjs': `import { writeFileSync } from 'node:fs';\nwriteFileSync('out.xml', ${JSON.stringify(text)});\n`,
      },
      { runner: 'junit', command: 'node w.mjs', report: '*.xml' },
    );
  it('tells tests one by one', async () => {
    const report = await writing(
      xml(
        '<testcase classname="C" name="a" file="a.rb" line="3" time="0.5"/><testcase name="b"><failure message="m">at b</failure></testcase><testcase name="c"><skipped/></testcase>',
      ),
    );
    expect(report.tests.map(({ status }) => status)).toEqual(['passed', 'failed', 'skipped']);
    expect(report.tests[0]).toMatchObject({ id: 'a.rb > C > a', line: 3, durationMs: 500 });
  });
  it('passes whole and green reports, and takes only what this run wrote', async () => {
    const green = xml('<testcase name="a"/>');
    expect(verdict(await writing(green))).toBe('passed');
    const old = await run(
      { 'old.xml': green, 'n.mjs': '' },
      { runner: 'junit', command: 'node n.mjs', report: '*.xml' },
    );
    expect(old.tests).toEqual([]);
    expect(verdict(old)).toBe('failed');
  });
  it.each([
    ['is cut', '<testsuites><testsuite><testcase name="a"/>'],
    ['is no JUnit', '<html/>'],
    ['is empty', ''],
    ['expands entities', '<!DOCTYPE t [<!ENTITY a "b">]><testsuite><testcase name="&a;"/></testsuite>'],
    ['counts a failure that no test shows', '<testsuite failures="1"><testcase name="a"/></testsuite>'],
    ['has no test', '<testsuites/>'],
  ])('does not pass a report that %s', async (_, text) => {
    expect(verdict(await writing(text))).not.toBe('passed');
  });
});

describe('Maven, from a recorded report (a run needs plugins from the network)', () => {
  const report = `<testsuite name="org.example.SumsTest" tests="2" failures="1"><testcase name="good" classname="org.example.SumsTest" time="0.01"/><testcase name="bad" classname="org.example.SumsTest"><failure message="expected: 1" type="X">X: expected: 1\n\tat org.example.SumsTest.bad(SumsTest.java:12)\n</failure></testcase></testsuite>`;
  it('finds file and line by class and stack', async () => {
    const mvnw = `#!/bin/sh\nmkdir -p target/surefire-reports\ncat > target/surefire-reports/TEST-org.example.SumsTest.xml <<'X'\n${report}\nX\nexit 1\n`;
    const ran = await run(
      { 'pom.xml': '<project/>', mvnw, 'src/test/java/org/example/SumsTest.java': 'class SumsTest {}\n' },
      { command: 'sh mvnw test', runner: 'maven' },
    );
    expect(ran.runner).toBe('maven');
    expect(ran.tests.map(({ status }) => status)).toEqual(['passed', 'failed']);
    expect(ran.tests[1]).toMatchObject({ file: 'src/test/java/org/example/SumsTest.java', line: 12 });
  });
});
