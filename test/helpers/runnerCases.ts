// The cases that every runner's adapter has to stand, on a real project of that framework: what it tells of each test against
// what the framework tells by another reporter, and what it makes of crashes, hangs, flaky tests and no test at all.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { parseXml, XmlElement } from '@rgrove/parse-xml';
import { describe, expect, it } from 'vitest';
import { judgeReports, testsGate } from '../../src/gates/tests.ts';
import { shareFolder } from '../../src/gym/dependencyFolders.ts';
import { scrubbedEnvironment } from '../../src/gym/environmentVariables.ts';
import { adapters } from '../../src/gym/testRunner/adapters.ts';
import { type RunTestsOptions, runSome, runTests } from '../../src/gym/testRunner/runTests.ts';
import { configSchema } from '../../src/protocol/config.ts';
import { type Result, success } from '../../src/protocol/result.ts';
import type { TestReport, TestRunnerName } from '../../src/protocol/testReport.ts';
import { gateContext, newEngine } from './gates.ts';
import type { Files } from './repository.ts';

export type Statuses = Readonly<Record<string, 'passed' | 'failed' | 'skipped'>>;

export interface RunnerCases {
  readonly runner: TestRunnerName;
  /** Why nothing can be run on this machine. */
  readonly missing?: string | false;
  /** Files of every case. */
  readonly common?: Files;
  readonly tests?: Record<string, unknown>;
  readonly sandbox?: Record<string, unknown>;
  /** Links in the packages of this project. */
  readonly usesPackages?: boolean;
  /** Tests that pass, fail and are skipped. */
  readonly mixed: Files;
  /** The framework's own word on `mixed`, by the names that the adapter gives. */
  readonly own: (run: OwnRun) => Statuses;
  /** What is told of one failed test of `mixed`. */
  readonly failed: { readonly name: string; readonly file?: string; readonly line?: number; readonly message: string };
  /** A test file of `mixed`, and the names of its tests, for runners that can run some files. */
  readonly part?: { readonly file: string; readonly names: readonly string[] };
  /** Tests, and a file that cannot be loaded or compiled. */
  readonly broken: Files;
  /** A word of why it cannot be, which the findings have to tell. */
  readonly brokenBy: string;
  /** A passing test, and then one that ends the process with exit code 0. */
  readonly crash: Files;
  /** Tests that pass, and a rejection that nobody handles after the first of them has passed. */
  readonly late?: Files;
  /** Never comes to an end, and never gives the word back to the runner. */
  readonly hang: Files;
  /** `steady` passes; `flips` fails when there is no file `seen` yet, which it writes. */
  readonly flaky: Files;
  readonly none: Files;
  /** What the framework's own report can say of a name. */
  readonly nameOf?: (name: string) => string;
  /** What a person sees where there is no test: `unproven`, or `failed` where the framework itself says that this is wrong. */
  readonly ofNone: 'unproven' | 'failed';
  /** Seconds after which a hanging run is stopped. */
  readonly hangSeconds?: number;
}

/** Runs a command of the framework in the project and gives what it printed, both streams; exit codes are no matter. */
export type OwnRun = (command: string, ...args: string[]) => string;

export const limit = 400_000;
const packages = resolve(import.meta.dirname, '../../node_modules');

export const isThere = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore', timeout: 60_000 }).status === 0;

interface Project {
  readonly cwd: string;
  readonly run: (files?: readonly string[], seconds?: number) => Promise<TestReport>;
  readonly runOnly: (file: string, name: string) => Promise<TestReport>;
  readonly runPart: (files: readonly string[]) => Promise<{ report: TestReport; files: readonly string[] }>;
}

function mustBe<T>(given: Result<T>): T {
  if (!given.ok) throw new Error(given.failure.message);
  return given.value;
}

type Kind = Pick<RunnerCases, 'common' | 'tests' | 'sandbox' | 'usesPackages'> & Pick<RunTestsOptions, 'lingerMs'>;

async function withProject<T>(cases: Kind, files: Files, use: (project: Project) => Promise<T>): Promise<T> {
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'ratchet-runner-')));
  try {
    for (const [path, text] of Object.entries({ ...cases.common, ...files })) {
      mkdirSync(dirname(join(cwd, path)), { recursive: true });
      writeFileSync(join(cwd, path), text);
      // A report must not look as if this run had written it.
      utimesSync(join(cwd, path), 1_000_000, 1_000_000);
    }
    if (cases.usesPackages === true) await shareFolder('node_modules', { root: dirname(packages), worktree: cwd });
    const optionsOf = (timeoutSeconds = 250): RunTestsOptions => {
      const { tests, sandbox } = configSchema.parse({
        tests: { ...cases.tests, timeoutSeconds },
        sandbox: cases.sandbox ?? {},
      });
      const visible = cases.usesPackages === true ? [dirname(packages)] : [];
      return {
        cwd,
        config: tests,
        sandbox,
        visible,
        ...(cases.lingerMs === undefined ? {} : { lingerMs: cases.lingerMs }),
      };
    };
    return await use({
      cwd,
      run: async (files = [], seconds) => mustBe(await runTests({ ...optionsOf(seconds), files })),
      runOnly: async (file, name) => mustBe(await runTests({ ...optionsOf(), files: [file], only: name })),
      runPart: async (files) => {
        const part = mustBe(await runSome(files, optionsOf()));
        if (part === undefined) throw new Error('The runner cannot run a part of its tests.');
        return part;
      },
    });
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

/** One run of a project of these files. */
export const runFiles = async (files: Files, kind: Kind = {}, seconds?: number): Promise<TestReport> =>
  await withProject(kind, files, async ({ run }) => await run([], seconds));

function ownRun(cwd: string): OwnRun {
  const path = [join(cwd, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
  return (command, ...args) => {
    const env = scrubbedEnvironment({ PATH: path, CI: 'true', PYTHONDONTWRITEBYTECODE: '1' });
    const ran = spawnSync(command, args, { cwd, env, encoding: 'utf8', timeout: 120_000 });
    if (ran.error !== undefined) throw ran.error;
    return `${ran.stdout}\n${ran.stderr}`;
  };
}

/** Of the common cases: nothing in it may mean something to a shell or a pattern. */
const oddName = 'has "quotes", $& and ünï';
const verdictOf = (report: TestReport) => judgeReports(report, undefined).status;

export function describeRunner(title: string, cases: RunnerCases): void {
  const isMissing = cases.missing !== undefined && cases.missing !== false;
  describe.skipIf(isMissing)(isMissing ? `${title} (skipped: ${cases.missing})` : title, () => {
    it('tells the same of each test as the framework itself', { timeout: limit }, async () => {
      const { report, own } = await withProject(cases, cases.mixed, async ({ cwd, run }) => ({
        report: await run(),
        own: cases.own(ownRun(cwd)),
      }));
      expect(report).toMatchObject({ runner: cases.runner, perTest: true, errors: [] });
      const { nameOf = (name) => name } = cases;
      expect(Object.fromEntries(report.tests.map(({ name, status }) => [nameOf(name), status]))).toEqual(own);
      expect(new Set(Object.values(own))).toEqual(new Set(['passed', 'failed', 'skipped']));
      expect(report.tests).toHaveLength(Object.keys(own).length);
      expect(verdictOf(report)).toBe('failed');
      const { name: failedName, message, ...place } = cases.failed;
      const failed = report.tests.find(({ name }) => name === failedName);
      expect(failed).toMatchObject({ ...place, status: 'failed', message: expect.stringContaining(message) });
    });

    const { part } = cases;
    if (part !== undefined)
      it('runs the tests of one file alone', { timeout: limit }, async () => {
        const ran = await withProject(cases, cases.mixed, async ({ runPart }) => await runPart([part.file]));
        expect(ran.files).toEqual([part.file]);
        expect(ran.report.tests.map(({ name }) => name)).toEqual(part.names);
      });

    if (adapters[cases.runner].only !== undefined)
      it('leaves out all tests but one', { timeout: limit }, async () => {
        const { name, file = '' } = cases.failed;
        const { report, odd } = await withProject(cases, cases.mixed, async ({ runOnly }) => ({
          report: await runOnly(file, name),
          odd: await runOnly(file, oddName),
        }));
        const ran = ({ tests }: TestReport) => tests.filter(({ status }) => status !== 'skipped');
        expect(ran(report).map((test) => [test.name, test.status])).toEqual([[name, 'failed']]);
        expect(ran(odd).map((test) => [test.name, test.status])).toEqual([[oddName, 'passed']]);
      });

    it('fails when a file cannot be loaded, whatever the others say', { timeout: limit }, async () => {
      const report = await withProject(cases, cases.broken, async ({ run }) => await run());
      expect(JSON.stringify(judgeReports(report, undefined).findings)).toContain(cases.brokenBy);
      expect(verdictOf(report)).toBe('failed');
    });

    it('does not pass when a test ends the process, though well', { timeout: limit }, async () => {
      const report = await withProject(cases, cases.crash, async ({ run }) => await run());
      expect(verdictOf(report)).toBe('failed');
    });

    const { late } = cases;
    if (late !== undefined)
      it('does not pass when something breaks after its test has passed', { timeout: limit }, async () => {
        const report = await withProject(cases, late, async ({ run }) => await run());
        expect(verdictOf(report)).toBe('failed');
      });

    it('stops a test that hangs, and fails', { timeout: limit }, async () => {
      const seconds = cases.hangSeconds ?? 3;
      const started = performance.now();
      const report = await withProject(cases, cases.hang, async ({ run }) => await run([], seconds));
      expect(report).toMatchObject({ timedOut: true, exitCode: null });
      expect(report.errors.join()).toContain(`longer than ${seconds} seconds`);
      expect(verdictOf(report)).toBe('failed');
      expect(performance.now() - started).toBeLessThan((seconds + 10) * 1000);
    });

    it('tells a flaky test from a broken one', { timeout: limit }, async () => {
      const engine = newEngine();
      const result = await withProject(cases, cases.flaky, async ({ run }) => {
        const runs = {
          runTests: async (_tree: string, _signal: AbortSignal, files: readonly string[] = []) =>
            success(await run(files)),
        };
        const files = { list: async () => [], read: async () => undefined, changed: async () => [] };
        return await testsGate.judge(gateContext({ baseTree: 'a', candidateTree: 'a', files, engine, ...runs }));
      });
      expect(result.findings).toMatchObject([
        { rule: 'tests/flaky', message: expect.stringMatching(/flips.* 1 of 2 times/) },
      ]);
      expect(result).toMatchObject({ status: 'passed', summary: expect.stringContaining('1 of them flaky') });
    });

    it('proves nothing without a test', { timeout: limit }, async () => {
      const report = await withProject(cases, cases.none, async ({ run }) => await run());
      expect(verdictOf(report)).toBe(cases.ofNone);
    });
  });
}

/** TAP without subtests, of which the names are made by `nameOf`. */
export function flatTap(text: string, nameOf: (name: string) => string): Statuses {
  const points = [...text.matchAll(/^(not ok|ok) +\d+(?: -)? (.*?)( # (?:SKIP|TODO|time).*)?$/gm)];
  return Object.fromEntries(
    points.map(([, word, name = '', rest = '']) => [
      nameOf(name),
      /^ # (?:SKIP|TODO)/.test(rest) ? 'skipped' : word === 'ok' ? 'passed' : 'failed',
    ]),
  );
}

/** Test cases of JUnit XML by their names and those of the suites around them. */
export function junitStatuses(text: string, nameOf: (name: string, suites: readonly string[]) => string): Statuses {
  const statuses: Record<string, 'passed' | 'failed' | 'skipped'> = {};
  const visit = (element: XmlElement, suites: readonly string[]): void => {
    for (const child of element.children) {
      if (!(child instanceof XmlElement)) continue;
      const { name = '' } = child.attributes;
      const has = (tag: string) => child.children.some((inner) => inner instanceof XmlElement && inner.name === tag);
      if (child.name === 'testsuite') visit(child, [...suites, name]);
      else if (child.name === 'testcase')
        statuses[nameOf(name, suites)] =
          has('failure') || has('error') ? 'failed' : has('skipped') ? 'skipped' : 'passed';
    }
  };
  const end = text.lastIndexOf('</testsuites>') + '</testsuites>'.length;
  const { root } = parseXml(text.slice(text.indexOf('<testsuites'), end));
  if (root !== null) visit(root, []);
  return statuses;
}
