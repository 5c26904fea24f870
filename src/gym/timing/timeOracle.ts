// One run of an oracle for its time. A run that fails, or that cannot be tested, has no time that means anything.
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Result, success } from '../../protocol/result.ts';
import type { RunTime } from '../../protocol/timing.ts';
import { scrubbedEnvironment } from '../environmentVariables.ts';
import { lingerMs, meant, type OracleRun, readReport } from '../history/runOracle.ts';
import { runContained, whyStopped, withScratch } from '../sandbox/runContained.ts';
import { readSpans, type TimedSpan } from '../spans/readSpans.ts';
import { withSpanReceiver } from '../spans/spanReceiver.ts';
import { readReport as readReportFile } from '../testRunner/reportFiles.ts';
import { runTests } from '../testRunner/runTests.ts';
import { type Meter, measured } from './meter.ts';

export interface TimedRun extends OracleRun {
  readonly meter: Meter;
  readonly env: Readonly<Record<string, string>>;
  /** The name of the spans whose time is wanted too. */
  readonly span?: string | undefined;
}

/** `time` is null for a run that says nothing, and `message` says why. */
export interface TimedAnswer {
  readonly time: RunTime | null;
  readonly message: string;
  readonly command: string;
}

const tailLength = 2_000;
/** Names of spans that are told where the one that is asked for is missing. */
const maxNamed = 10;

interface Ended extends Omit<TimedAnswer, 'time'> {
  readonly isGood: boolean;
  readonly wall: number;
  readonly test: number | null;
}

export async function timeOracle(run: TimedRun): Promise<Result<TimedAnswer>> {
  const spans = run.span === undefined ? undefined : join(run.cache, `spans-${randomUUID()}`);
  try {
    const { value, metered } = await measured(run.meter, run.cache, async (meter) => {
      const around = (line: string) => meter(spans === undefined ? line : withSpanReceiver(line, spans));
      return run.oracle.kind === 'command'
        ? await timeCommand(run.oracle.command, run, around)
        : await timeTest(run, around);
    });
    run.signal.throwIfAborted();
    if (!value.ok) return value;
    const { isGood, wall, test, message, command } = value.value;
    if (!isGood) return success({ time: null, message, command });
    const time = { wall, test, ...metered };
    if (spans === undefined) return success({ time, message, command });
    const seen = readSpans((await readReportFile(spans)) ?? '');
    const meant = seen.filter(({ name }) => name === run.span);
    if (meant.length === 0) return success({ time: null, message: noSpan(run.span ?? '', seen), command });
    const span = meant.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    return success({ time: { ...time, span }, message, command });
  } finally {
    if (spans !== undefined) await rm(spans, { force: true });
  }
}

function noSpan(name: string, seen: readonly TimedSpan[]): string {
  const others = [...new Set(seen.map((span) => span.name))].slice(0, maxNamed);
  if (others.length === 0)
    return 'No span was exported by OTLP over HTTP, though the variables of OpenTelemetry ask for it: the code must set up an SDK that reads them.';
  return `No span is named ${JSON.stringify(name)}; there are ${others.map((other) => JSON.stringify(other)).join(', ')}.`;
}

async function timeCommand(command: string, run: TimedRun, around: (line: string) => string): Promise<Result<Ended>> {
  const { tests, sandbox } = run;
  const contained = await withScratch((scratch) =>
    runContained({
      cwd: run.cwd,
      visible: run.visible,
      cache: run.cache,
      sandbox,
      signal: run.signal,
      line: around(command),
      env: scrubbedEnvironment({ CI: 'true', ...run.env }),
      scratch,
      timeoutMs: tests.timeoutSeconds * 1000,
      memoryMegabytes: tests.memoryMegabytes,
    }),
  );
  if (!contained.ok) return contained;
  const { ran } = contained.value;
  const tail = `${ran.stdout}${ran.stderr}`.slice(-tailLength).trim();
  const why = whyStopped(ran, 'The command', { ...tests, sandbox }) ?? `exit code ${ran.exitCode}`;
  const isGood = ran.exitCode === 0;
  const message = isGood ? '' : `${why}${tail === '' ? '' : `\n${tail}`}`;
  return success({ isGood, wall: ran.durationMs, test: null, message, command });
}

async function timeTest(run: TimedRun, around: (line: string) => string): Promise<Result<Ended>> {
  const { oracle, tests, sandbox, cwd, visible, cache, signal, onProgress } = run;
  if (oracle.kind !== 'test') throw new Error('This is no test.');
  const place = { cwd, visible, cache, sandbox, signal, onProgress };
  const ran = await runTests({ ...place, config: tests, files: [oracle.file], around, variables: run.env, lingerMs });
  const bad = { isGood: false, wall: 0, test: null };
  if (!ran.ok)
    return ran.failure.reason === 'noTests' ? success({ ...bad, message: ran.failure.message, command: '' }) : ran;
  const { outcome, message, command } = readReport(ran.value, oracle, cwd);
  if (outcome !== 'passed') return success({ ...bad, message: message === '' ? outcome : message, command });
  const durations = meant(ran.value.tests, oracle).map(({ durationMs }) => durationMs);
  const known = durations.flatMap((ms) => ms ?? []);
  const sum = known.reduce((total, ms) => total + ms, 0);
  const isKnown = known.length > 0 && known.length === durations.length;
  // The time of the process is that of what it waited for.
  if (ran.value.timedOut && !isKnown) return success({ ...bad, message: ran.value.errors.join('\n'), command });
  return success({ isGood: true, wall: ran.value.durationMs, test: isKnown ? sum : null, message, command });
}
