// Runs the project's tests and reports what they said, one by one where the runner can say it by machine.
import { delimiter, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { RatchetConfig } from '../../protocol/config.ts';
import { type Result, success } from '../../protocol/result.ts';
import type { TestReport } from '../../protocol/testReport.ts';
import { scrubbedEnvironment } from '../environmentVariables.ts';
import type { ProcessResult } from '../process.ts';
import { runContained, whyStopped, withScratch } from '../sandbox/runContained.ts';
import { adapters } from './adapters.ts';
import { detectTestCommand } from './detect.ts';
import { LingeringWatch } from './lingering.ts';
import { narrowCommand } from './narrowCommand.ts';
import { partOfAll } from './partOfAll.ts';
import { prepareFiles, readReport, readWritten, shellQuote, stampsOf } from './reportFiles.ts';
import type { TestCommand } from './testCommand.ts';

export interface RunTestsOptions {
  /** The worktree. */
  readonly cwd: string;
  readonly config: RatchetConfig['tests'];
  readonly sandbox: RatchetConfig['sandbox'];
  /** Folders that links in the worktree lead to. */
  readonly visible?: readonly string[];
  /** Where tools may keep caches from one run to the next. */
  readonly cache?: string;
  /** Test files, relative to `cwd`; none means all. Ignored by runners that are only known by their exit code. */
  readonly files?: readonly string[];
  /** The name of the test that is asked about: the others are left out where the runner can be told so. */
  readonly only?: string;
  /** Variables beside those that every run has. */
  readonly variables?: Readonly<Record<string, string>>;
  /** What is put around the whole command: to measure, never to change what runs. */
  readonly around?: (line: string) => string;
  /** How long the runner may stay after its report is whole, in milliseconds. Then it is stopped as if it took too long. */
  readonly lingerMs?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (text: string) => void;
  readonly instrument?: Instrument;
}

/** Measures something beside the results, by another way to start the same command. */
export interface Instrument {
  /** The command and variables with which it measures; undefined when it cannot. It may write into the scratch folder. */
  arm(run: InstrumentedRun): Promise<Armed | undefined>;
  /** Reads what the run left in the scratch folder, which is removed then. */
  collect(scratch: string): Promise<void>;
}

export interface InstrumentedRun {
  readonly runner: TestReport['runner'];
  readonly command: string;
  readonly cwd: string;
  readonly scratch: string;
}

export interface Armed {
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Runners that take files beside what their command names, so that this has to go. */
const narrowed = new Set<TestReport['runner']>(['vitest', 'jest', 'mocha', 'node:test', 'pytest']);
const tailLength = 8_000;
/** Tools that work on after the runner, such as those that measure coverage, have ended by then. */
const defaultLingerMs = 120_000;
/** Bytes. Some runners report on stdout only, and a report that is cut at its front is not read. */
const outputLimit = 64 * 1024 * 1024;

/** Fails with `noTests` or `sandboxMissing` only; whatever a command does is a report. Cancellation is thrown. */
export async function runTests(options: RunTestsOptions): Promise<Result<TestReport>> {
  const detected = await detectTestCommand(options.cwd, options.config);
  if (!detected.ok) return detected;
  const { runner, command } = detected.value;
  const files = adapters[runner].takesFiles ? (options.files ?? []) : [];
  const line = files.length > 0 && narrowed.has(runner) ? narrowCommand(command, runner) : command;
  return await run(detected.value, { line, files }, options);
}

/**
 * Runs those of the files that the project's command runs by itself, and no others: what fails there fails when all are run.
 * `undefined` where the runner cannot be told so, or no such file is left.
 */
export async function runSome(
  files: readonly string[],
  options: Omit<RunTestsOptions, 'files'>,
): Promise<Result<{ readonly report: TestReport; readonly files: readonly string[] } | undefined>> {
  const detected = await detectTestCommand(options.cwd, options.config);
  if (!detected.ok) return detected;
  const part = await partOfAll(detected.value, files, options.cwd);
  if (part === undefined) return success(undefined);
  const ran = await run(detected.value, part, options);
  return ran.ok ? success({ report: ran.value, files: part.covered }) : ran;
}

async function run(
  { runner, command: whole }: TestCommand,
  { line, files }: { readonly line: string; readonly files: readonly string[] },
  options: RunTestsOptions,
): Promise<Result<TestReport>> {
  const adapter = adapters[runner];
  return await withScratch(async (scratch) => {
    const runFiles = await prepareFiles(scratch, adapter.helper);
    const globs =
      runner === 'junit'
        ? options.config.report === undefined
          ? []
          : [options.config.report]
        : (adapter.reportGlobs ?? []);
    const before = await stampsOf(options.cwd, globs);
    const names = files.map((file) => ` ${shellQuote(file)}`).join('');
    const armed = await options.instrument?.arm({ runner, command: line, cwd: options.cwd, scratch });
    const only = options.only === undefined ? '' : ` ${adapter.only?.(options.only) ?? ''}`;
    const command = `${adapter.command(armed?.command ?? line, runFiles)}${only}${names}`;
    options.onProgress?.(`Running ${whole}`);
    const parse = (report: string | undefined, stdout: string, reportFiles: ReadonlyMap<string, string>) =>
      adapter.parse({ cwd: options.cwd, command: whole, report, stdout, reportFiles });
    const { lingerMs = defaultLingerMs } = options;
    const isWhole = (report: string) => adapter.perTest && parse(report, '', new Map()).isComplete;
    const watch = new LingeringWatch(runFiles.report, lingerMs, isWhole, options.signal);
    const contained = await runContained({
      line: options.around?.(command) ?? command,
      cwd: options.cwd,
      sandbox: options.sandbox,
      scratch,
      visible: options.visible ?? [],
      cache: options.cache,
      env: testEnvironment(options.cwd, {
        ...adapter.environment?.(runFiles),
        ...armed?.environment,
        ...options.variables,
      }),
      maxOutputBytes: outputLimit,
      timeoutMs: options.config.timeoutSeconds * 1000,
      memoryMegabytes: options.config.memoryMegabytes,
      signal: watch.signal,
      onOutput: (text) => reportLine(text, options.onProgress),
    }).finally(() => watch.stop());
    options.signal?.throwIfAborted();
    if (!contained.ok) return contained;
    const { ran, containment } = contained.value;
    if (armed !== undefined) await options.instrument?.collect(scratch);
    const report = await readReport(runFiles.report);
    const reportFiles = await readWritten(options.cwd, globs, before);
    const parsed = parse(report, ran.stdout, reportFiles);
    const hasLingered = watch.hasLingered && ran.canceled;
    return success({
      runner,
      command: whole,
      exitCode: ran.exitCode,
      timedOut: ran.timedOut || hasLingered,
      perTest: adapter.perTest && parsed.isComplete,
      tests: parsed.tests,
      counts: {
        passed: parsed.tests.filter(({ status }) => status === 'passed').length,
        failed: parsed.tests.filter(({ status }) => status === 'failed').length,
        skipped: parsed.tests.filter(({ status }) => status === 'skipped').length,
      },
      errors: [
        ...parsed.errors,
        ...(hasLingered ? [lingered(lingerMs)] : []),
        ...processErrors(ran, options, adapter.perTest && !parsed.isComplete),
      ],
      outputTail: stripVTControlCharacters(`${ran.stdout}${ran.stderr}`).slice(-tailLength),
      durationMs: ran.durationMs,
      containment,
    });
  });
}

function testEnvironment(cwd: string, additions: Record<string, string> = {}): Record<string, string> {
  const path = [join(cwd, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
  // Nothing about colours: tests of command lines look at those variables.
  return scrubbedEnvironment({ PATH: path, CI: 'true', ...additions });
}

const lingered = (ms: number): string =>
  `The tests ended, and their process did not within ${Math.round(ms / 1000)} seconds more: something that they opened stays open, such as a server, a connection or a timer. It was stopped.`;

/** What went wrong outside of any test. */
function processErrors(ran: ProcessResult, { config, sandbox }: RunTestsOptions, hasNoReport: boolean): string[] {
  const stopped = whyStopped(ran, 'The tests', { ...config, sandbox });
  if (stopped !== null) return [stopped];
  return hasNoReport ? ['The test runner ended without a complete report.'] : [];
}

function reportLine(text: string, onProgress: ((text: string) => void) | undefined): void {
  const line = stripVTControlCharacters(text).trim().split('\n').at(-1)?.trim();
  if (line !== undefined && line !== '') onProgress?.(line.slice(0, 120));
}
