// Runs test files of a worktree and tells what each test ran through, where the runner's language has a way to measure it.
import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { type Result, success } from '../../protocol/result.ts';
import type { TestReport, TestResult } from '../../protocol/testReport.ts';
import { scrubbedEnvironment } from '../environmentVariables.ts';
import { runContained, withScratch } from '../sandbox/runContained.ts';
import { readReport } from '../testRunner/reportFiles.ts';
import { type Instrument, type RunTestsOptions, runTests } from '../testRunner/runTests.ts';
import { goLine, isWholeGoTest, readGoCoverage } from './go.ts';
import { armScripts, recordsIn } from './javascript.ts';
import { armPytest, readPytest, readPythonCoverage } from './python.ts';
import { readRecords } from './readRecords.ts';
import type { CoverageRun, TestCoverage } from './testCoverage.ts';

export interface CoveredTests {
  readonly report: TestReport;
  /** Tests with what they ran through; a test that is not among them was not measured. */
  readonly failed: readonly TestCoverage[];
  readonly passed: readonly TestCoverage[];
  readonly functions: CoverageRun['functions'];
  /** Why nothing was measured; null when something was. */
  readonly why: string | null;
}

/** Go tests that are run one by one. */
const maxGoTests = 24;

/** @param mostTests of one process that are measured */
export async function coverTests(options: RunTestsOptions, mostTests: number): Promise<Result<CoveredTests>> {
  let records: string[] = [];
  let python: string | undefined;
  const instrument: Instrument = {
    arm: async (run) => (run.runner === 'pytest' ? await armPytest(run) : await armScripts(run, mostTests)),
    collect: async (scratch) => {
      records = await readAll(recordsIn(scratch));
      python = await readPytest(scratch);
    },
  };
  const ran = await runTests({ ...options, instrument });
  if (!ran.ok) return ran;
  const report = ran.value;
  const cwd = await realpath(options.cwd);
  const measured =
    report.runner === 'go'
      ? await coverGo(report, options)
      : success(report.runner === 'pytest' ? readPythonCoverage(python, cwd, report.tests) : readRecords(records, cwd));
  if (!measured.ok) return measured;
  return success(joined(report, measured.value));
}

function joined(report: TestReport, run: CoverageRun | undefined): CoveredTests {
  const status = new Map<string, TestResult['status']>();
  for (const { file = '', name, status: is } of report.tests) {
    const key = `${file}\n${name}`;
    if (status.get(key) !== 'failed') status.set(key, is);
  }
  const of = (wanted: TestResult['status']) =>
    (run?.tests ?? []).filter(({ file, name }) => status.get(`${file}\n${name}`) === wanted);
  const [failed, passed] = [of('failed'), of('passed')];
  const isMeasured = failed.length + passed.length > 0;
  return {
    report,
    failed,
    passed,
    functions: run?.functions ?? new Map(),
    why: isMeasured ? null : whyNot(report),
  };
}

function whyNot({ runner, errors }: TestReport): string {
  if (runner === 'pytest') return 'Coverage of Python needs coverage.py beside pytest (`pip install coverage`).';
  const [error] = errors;
  if (error !== undefined) return `The tests could not be measured: ${error}`;
  return `What tests of ${runner} run through cannot be measured one by one.`;
}

async function readAll(folder: string): Promise<string[]> {
  const names = (await readdir(folder).catch(() => [])).sort();
  const texts: string[] = [];
  for (const name of names) texts.push((await readReport(join(folder, name))) ?? '');
  return texts;
}

/** Failing tests first, then those of the same packages. */
async function coverGo(report: TestReport, options: RunTestsOptions): Promise<Result<CoverageRun>> {
  const whole = report.tests.filter(isWholeGoTest);
  const failed = whole.filter(({ status }) => status === 'failed');
  const packages = new Set(failed.map(({ name }) => name.split(' > ')[0]));
  const near = whole.filter(({ name, status }) => status === 'passed' && packages.has(name.split(' > ')[0]));
  const tests = [...failed, ...near].slice(0, failed.length === 0 ? 0 : maxGoTests);
  if (tests.length === 0) return success({ tests: [], functions: new Map() });
  const { config } = options;
  return await withScratch(async (scratch) => {
    const contained = await runContained({
      line: goLine(tests, scratch),
      cwd: options.cwd,
      sandbox: options.sandbox,
      scratch,
      visible: options.visible ?? [],
      cache: options.cache,
      env: scrubbedEnvironment({ CI: 'true' }),
      timeoutMs: config.timeoutSeconds * 1000,
      memoryMegabytes: config.memoryMegabytes,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    options.signal?.throwIfAborted();
    return contained.ok ? success(await readGoCoverage(tests, scratch, await realpath(options.cwd))) : contained;
  });
}
