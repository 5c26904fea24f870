// Runners of other languages on small real projects: each adapter against the real toolchain, where the machine has it.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { judgeReports } from '../../src/gates/tests.ts';
import { runTests } from '../../src/gym/testRunner/runTests.ts';
import { configSchema } from '../../src/protocol/config.ts';
import type { TestReport } from '../../src/protocol/testReport.ts';

type Files = Readonly<Record<string, string>>;
const limit = 120_000;

function has(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore', timeout: 30_000 }).status === 0;
}
const tools = {
  pytest: has('python3', '-m', 'pytest', '--version'),
  python: has('python3', '--version'),
  go: has('go', 'version'),
  cargo: has('cargo', '--version'),
};

// One for the whole suite, as a worktree has one: what Go compiles once, it need not compile again.
const cache = realpathSync(mkdtempSync(join(tmpdir(), 'ratchet-runner-cache-')));
afterAll(() => rmSync(cache, { recursive: true, force: true }));

async function run(files: Files, tests: Record<string, unknown> = {}): Promise<TestReport> {
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'ratchet-runner-')));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, path)), { recursive: true });
      writeFileSync(join(cwd, path), text);
      // An old report must look old, also where a test writes the new one within the same tick.
      utimesSync(join(cwd, path), 1_000_000, 1_000_000);
    }
    const { tests: config, sandbox } = configSchema.parse({ tests });
    const report = await runTests({ cwd, config, sandbox, cache });
    if (!report.ok) throw new Error(report.failure.message);
    return report.value;
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

const statuses = (report: TestReport): Record<string, string> =>
  Object.fromEntries(report.tests.map(({ id, status }) => [id, status]));
const verdict = (report: TestReport): string => judgeReports(report, undefined).status;

describe.skipIf(!tools.pytest)('pytest (needs Python with pytest)', () => {
  const good = 'import pytest\n\ndef test_good():\n    assert 1 == 1\n';
  it('tells tests one by one, with file and line', { timeout: limit }, async () => {
    const report = await run({
      'tests/test_sums.py': `${good}\n@pytest.mark.skip(reason="later")\ndef test_later():\n    pass\n\nclass TestMore:\n    @pytest.mark.parametrize("n", [1, 2])\n    def test_small(self, n):\n        assert n < 2, "too large"\n`,
    });
    expect(report).toMatchObject({ runner: 'pytest', perTest: true, exitCode: 1, errors: [] });
    expect(statuses(report)).toEqual({
      'tests/test_sums.py > test_good': 'passed',
      'tests/test_sums.py > test_later': 'skipped',
      'tests/test_sums.py > TestMore > test_small[1]': 'passed',
      'tests/test_sums.py > TestMore > test_small[2]': 'failed',
    });
    const failed = report.tests.find(({ status }) => status === 'failed');
    expect(failed).toMatchObject({ file: 'tests/test_sums.py', line: 11 });
    expect(failed?.message).toContain('too large');
    expect(verdict(report)).toBe('failed');
  });
  it('proves nothing without a test', { timeout: limit }, async () => {
    expect(verdict(await run({ 'pytest.ini': '[pytest]\n', 'test_none.py': 'x = 1\n' }))).toBe('unproven');
  });
  it('fails on a file that does not load, and on a crash after a green test', { timeout: limit }, async () => {
    const broken = await run({ 'test_a.py': good, 'test_b.py': 'import pytest\nimport no_such_module\n' });
    expect(broken.errors.join()).toContain('no_such_module');
    expect(verdict(broken)).toBe('failed');
    const crashed = await run({ 'test_a.py': `${good}\ndef test_crash():\n    import os\n    os._exit(0)\n` });
    expect(crashed.perTest).toBe(false);
    expect(verdict(crashed)).toBe('failed');
  });
});

describe.skipIf(!tools.python)('unittest (needs Python)', () => {
  const head =
    'import unittest\n\nclass Sums(unittest.TestCase):\n    def test_good(self):\n        self.assertEqual(1, 1)\n';
  it('tells tests one by one, with file and line', { timeout: limit }, async () => {
    const report = await run({
      'tests/test_sums.py': `${head}    def test_bad(self):\n        self.assertEqual(1, 2)\n    @unittest.skip("later")\n    def test_later(self):\n        pass\n    def test_parts(self):\n        for n in (1, 2):\n            with self.subTest(n=n):\n                self.assertLess(n, 2)\n`,
    });
    expect(report).toMatchObject({ runner: 'unittest', perTest: true, exitCode: 1 });
    expect(statuses(report)).toEqual({
      'tests/test_sums.py > Sums > test_good': 'passed',
      'tests/test_sums.py > Sums > test_bad': 'failed',
      'tests/test_sums.py > Sums > test_later': 'skipped',
      'tests/test_sums.py > Sums > test_parts': 'failed',
    });
    expect(report.tests.find(({ name }) => name.endsWith('test_bad'))).toMatchObject({ line: 6 });
  });
  it('passes nothing on a crash, a module that does not load, or no test', { timeout: limit }, async () => {
    const crashed = await run({
      'test_a.py': `${head}    def test_x(self):\n        import os\n        os._exit(0)\n`,
    });
    expect(crashed.perTest).toBe(false);
    expect(verdict(crashed)).toBe('failed');
    const broken = await run({ 'test_a.py': head, 'test_b.py': 'import unittest\nimport no_such_module\n' });
    expect(broken.errors.join()).toContain('no_such_module');
    expect(verdict(broken)).toBe('failed');
    expect(verdict(await run({ 'test_a.py': 'import unittest\n' }))).not.toBe('passed');
  });
});

describe.skipIf(!tools.go)('go test (needs Go)', () => {
  const module = { 'go.mod': 'module example.org/sums\n\ngo 1.18\n', 'sums.go': 'package sums\n' };
  const head = 'package sums\n\nimport (\n\t"os"\n\t"testing"\n)\n\nvar _ = os.Args\n\n';
  const good = 'func TestGood(t *testing.T) {}\n';
  it('tells tests one by one', { timeout: limit }, async () => {
    const report = await run({
      ...module,
      'sums_test.go': `${head}${good}func TestLater(t *testing.T) { t.Skip("later") }\nfunc TestMany(t *testing.T) {\n\tt.Run("one", func(t *testing.T) {})\n\tt.Run("two", func(t *testing.T) { t.Fatal("too large") })\n}\n`,
    });
    expect(report).toMatchObject({ runner: 'go', perTest: true, exitCode: 1, errors: [] });
    expect(statuses(report)).toEqual({
      'example.org/sums > TestGood': 'passed',
      'example.org/sums > TestLater': 'skipped',
      'example.org/sums > TestMany': 'failed',
      'example.org/sums > TestMany > one': 'passed',
      'example.org/sums > TestMany > two': 'failed',
    });
    expect(report.tests.find(({ id }) => id.endsWith('two'))?.message).toContain('too large');
  });
  it('passes nothing on a crash, a file that does not compile, or no test', { timeout: limit }, async () => {
    const crashed = await run({ ...module, 'a_test.go': `${head}${good}func TestX(t *testing.T) { os.Exit(1) }\n` });
    expect(crashed.errors).not.toEqual([]);
    expect(verdict(crashed)).toBe('failed');
    const broken = await run({ ...module, 'a_test.go': `${head}${good}func TestX() { no }\n` });
    expect(verdict(broken)).toBe('failed');
    expect(verdict(await run(module))).toBe('unproven');
  });
});

describe.skipIf(!tools.cargo)('cargo test (needs Rust)', () => {
  const manifest = { 'Cargo.toml': '[package]\nname = "sums"\nversion = "0.1.0"\nedition = "2021"\n' };
  const inModule = (body: string) => `#[cfg(test)]\nmod tests {\n${body}\n}\n`;
  it('tells tests one by one', { timeout: limit }, async () => {
    const report = await run({
      ...manifest,
      'src/lib.rs': inModule(
        '    #[test]\n    fn good() {}\n    #[test]\n    #[ignore]\n    fn later() {}\n    #[test]\n    fn bad() {\n        panic!("too large");\n    }',
      ),
      'tests/whole.rs': '#[test]\nfn whole() {}\n',
    });
    expect(report).toMatchObject({ runner: 'cargo', perTest: true, errors: [] });
    expect(statuses(report)).toEqual({
      'sums > tests > good': 'passed',
      'sums > tests > later': 'skipped',
      'sums > tests > bad': 'failed',
      'whole > whole': 'passed',
    });
    expect(report.tests.find(({ status }) => status === 'failed')).toMatchObject({ file: 'src/lib.rs', line: 10 });
  });
  it('passes nothing on a crash, code that does not compile, or no test', { timeout: limit }, async () => {
    const crashed = await run({
      ...manifest,
      'src/lib.rs': inModule('    #[test]\n    fn good() {}\n    #[test]\n    fn crash() { std::process::exit(0); }'),
    });
    expect(verdict(crashed)).toBe('failed');
    expect(verdict(await run({ ...manifest, 'src/lib.rs': 'fn x( {}\n' }))).toBe('failed');
    expect(verdict(await run({ ...manifest, 'src/lib.rs': 'pub fn x() {}\n' }))).toBe('unproven');
  });
});

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
