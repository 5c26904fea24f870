// Asks an oracle in a folder whether the symptom is there. What cannot be tested is no failure: it says nothing.
import { join } from 'node:path';
import type { RatchetConfig } from '../../protocol/config.ts';
import { keptOutput, type Oracle, type ProbeResult, type TestOracle } from '../../protocol/investigation.ts';
import { type Result, success } from '../../protocol/result.ts';
import type { TestReport, TestResult } from '../../protocol/testReport.ts';
import { scrubbedEnvironment } from '../environmentVariables.ts';
import { runContained, whyStopped, withScratch } from '../sandbox/runContained.ts';
import { adapters } from '../testRunner/adapters.ts';
import { runTests } from '../testRunner/runTests.ts';
import { framesOf, loadFailureOf, signatureOf } from './failureSignature.ts';

export interface OracleRun {
  readonly cwd: string;
  /** Folders that commands must see wherever they lie, and one for the caches of tools. */
  readonly visible: readonly string[];
  readonly cache: string;
  readonly tests: RatchetConfig['tests'];
  readonly sandbox: RatchetConfig['sandbox'];
  readonly oracle: Oracle;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

/** `isFinal`: the same files would give the same again, as far as the oracle is steady. `output`: the end of what was printed. */
export type OracleAnswer = ProbeResult & { readonly isFinal: boolean; readonly output: string };

/** As `git bisect run` has it: the command says by this that it cannot test. A shell says 126 and 127 when there is no command. */
const cannotTest = new Set([125, 126, 127]);
const tailLength = 2_000;
/** The tests of old commits often leave something open, and only their report is asked for. In milliseconds. */
export const lingerMs = 2_000;

export async function runOracle(run: OracleRun): Promise<Result<OracleAnswer>> {
  const { tests, oracle, ...place } = run;
  if (oracle.kind === 'command') return await runCommand(oracle.command, run);
  const variables = compiledIn(place.cache);
  const only = oracle.isAlone === true && oracle.name !== null ? { only: oracle.name } : {};
  const ran = await runTests({ ...place, config: tests, files: [oracle.file], ...only, variables, lingerMs });
  if (!ran.ok && ran.failure.reason !== 'noTests') return ran;
  // An old commit without a test command cannot be tested; that is no mistake of the person's.
  if (!ran.ok) return success(untestable(ran.failure.message, '', 0));
  return success(readReport(ran.value, oracle, place.cwd));
}

/** Node keeps what it compiled there: the same modules are loaded by every run, and most of them do not change. */
const compiledIn = (cache: string) => ({ NODE_COMPILE_CACHE: join(cache, 'node') });

/** What a report says of one test. */
export const readReport = (report: TestReport, oracle: TestOracle, cwd: string): OracleAnswer => ({
  ...answerOf(report, oracle, cwd),
  output: report.outputTail,
});

function answerOf(report: TestReport, oracle: TestOracle, cwd: string): OracleAnswer {
  const { command, durationMs } = report;
  if (oracle.isLoading === true) return whetherLoaded(report, oracle, cwd);
  const tests = report.perTest ? meant(report.tests, oracle) : [];
  // What a whole report says is true, whatever held the process after it.
  if (report.timedOut && tests.length === 0)
    return { ...untestable(report.errors[0] ?? 'The tests took too long.', command, durationMs), isFinal: false };
  if (!report.perTest) {
    if (report.errors.length > 0) return untestable(report.errors.join('\n'), command, durationMs);
    return byExitCode(report.exitCode, report.outputTail, command, durationMs, cwd);
  }
  const failed = tests.find(({ status }) => status === 'failed');
  if (failed !== undefined) {
    const message = failed.message ?? 'failed';
    const stack = framesOf(failed.stack ?? '', cwd);
    return { ...answer('failed', message, command, durationMs), signature: signatureOf(message), stack };
  }
  if (tests.some(({ status }) => status === 'passed')) return answer('passed', '', command, durationMs);
  const [error] = report.errors;
  if (tests.length > 0) return untestable('The test is skipped.', command, durationMs);
  return untestable(error ?? 'There is no such test.', command, durationMs);
}

/**
 * A runner that could not be started, and one that was stopped, say nothing of the file. Nor does one that does not tell of which
 * file its tests are: those may be of another package.
 */
function whetherLoaded(report: TestReport, oracle: TestOracle, cwd: string): OracleAnswer {
  const { command, durationMs, exitCode, errors, outputTail } = report;
  const isOfFile = errors.some((error) => error.startsWith(`${oracle.file}:`) || error.startsWith(`${oracle.file} `));
  const told = report.tests.some(({ file }) => file === oracle.file);
  if (told && !isOfFile) return answer('passed', '', command, durationMs);
  if (adapters[report.runner].tellsFiles !== true || report.tests.some(({ file }) => file === undefined))
    return untestable('The runner does not tell of which file its tests are.', command, durationMs);
  const isOver = !report.timedOut && exitCode !== null && exitCode !== 0 && !cannotTest.has(exitCode);
  const why = isOver ? loadFailureOf([...errors, outputTail], cwd) : undefined;
  if (why === undefined) return untestable(errors[0] ?? 'There is no test in it.', command, durationMs);
  return { ...answer('failed', why.message, command, durationMs), ...why, stack: framesOf(outputTail, cwd) };
}

/** The tests that are asked for: of that name, and only where there is none, those whose name ends so. */
export function meant(tests: readonly TestResult[], { file, name }: TestOracle): TestResult[] {
  const own = tests.filter((test) => test.file === undefined || test.file === file);
  if (name === null) return own;
  // A number that keeps apart what has the same name is of the id alone.
  const exact = own.filter((test) => test.name === name || test.id === name || test.id === `${file} > ${name}`);
  return exact.length > 0 ? exact : own.filter((test) => test.name.endsWith(` > ${name}`));
}

async function runCommand(command: string, run: OracleRun): Promise<Result<OracleAnswer>> {
  const { tests, oracle: _, onProgress, ...place } = run;
  onProgress(`Running ${command}`);
  const contained = await withScratch((scratch) =>
    runContained({
      ...place,
      line: command,
      env: scrubbedEnvironment({ CI: 'true', ...compiledIn(place.cache) }),
      scratch,
      timeoutMs: tests.timeoutSeconds * 1000,
      memoryMegabytes: tests.memoryMegabytes,
    }),
  );
  run.signal.throwIfAborted();
  if (!contained.ok) return contained;
  const { ran } = contained.value;
  const output = `${ran.stdout}${ran.stderr}`.slice(-keptOutput);
  const tail = output.slice(-tailLength);
  if (ran.exitCode === null) {
    const why = whyStopped(ran, 'The command', { ...tests, sandbox: run.sandbox }) ?? 'It was stopped.';
    return success({ ...untestable(`${why}\n${tail}`, command, ran.durationMs), isFinal: false, output });
  }
  return success({ ...byExitCode(ran.exitCode, tail, command, ran.durationMs, run.cwd), output });
}

function byExitCode(
  exitCode: number | null,
  tail: string,
  command: string,
  durationMs: number,
  cwd: string,
): OracleAnswer {
  if (exitCode === 0) return answer('passed', '', command, durationMs);
  if (exitCode === null || cannotTest.has(exitCode)) return untestable(tail, command, durationMs);
  const message = tail.trim() === '' ? `exit code ${exitCode}` : tail.trim();
  return {
    ...answer('failed', message, command, durationMs),
    signature: `exit code ${exitCode}`,
    stack: framesOf(tail, cwd),
  };
}

const answer = (
  outcome: ProbeResult['outcome'],
  message: string,
  command: string,
  durationMs: number,
): OracleAnswer => ({
  outcome,
  message: message.slice(0, tailLength),
  signature: '',
  command,
  durationMs,
  cached: false,
  stack: [],
  isFinal: true,
  output: '',
});

const untestable = (message: string, command: string, durationMs: number): OracleAnswer =>
  answer('untestable', message, command, durationMs);
