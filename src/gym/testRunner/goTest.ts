// go test by its JSON events. They go to a file, since a long run has more of them than output is kept.
import * as z from 'zod';
import { parseJson } from '../../protocol/parseJson.ts';
import type { TestResult } from '../../protocol/testReport.ts';
import { missing, type TestAdapter } from './adapter.ts';
import { firstLines, numbered, type ParsedReport, result } from './testResult.ts';

export const goAdapter: TestAdapter = {
  perTest: true,
  takesFiles: false,
  command: (command, { quoted }) => {
    // A result from the cache was not measured now.
    const fresh = /\s-count\b/.test(command) ? '' : ' -count=1';
    const plain = command.replace(/\s-json\b/, '');
    return `${plain.replace(/\bgo\s+test(?=\s|$)/, `go test -json${fresh}`)} > ${quoted.report}`;
  },
  parse: ({ report }) => parseGo(report),
};

const eventSchema = z.object({
  Action: z.string(),
  Package: z.string().optional(),
  ImportPath: z.string().optional(),
  Test: z.string().optional(),
  Elapsed: z.number().optional(),
  Output: z.string().optional(),
});

interface Running {
  readonly packageName: string;
  readonly test: string | undefined;
  output: string;
  ended?: 'pass' | 'fail' | 'skip';
  elapsed?: number | undefined;
}

function parseGo(report: string | undefined): ParsedReport {
  if (report === undefined) return missing;
  const all = new Map<string, Running>();
  let build = '';
  let isWhole = report === '' || report.endsWith('\n');
  for (const line of report.split('\n').filter((text) => text !== '')) {
    const event = eventSchema.safeParse(parseJson(line));
    if (!event.success) {
      isWhole = false;
      continue;
    }
    const { Action: action, Package: packageName, Test: test, Output: output = '', Elapsed } = event.data;
    if (packageName === undefined) {
      build += output;
      continue;
    }
    const key = `${packageName}\n${test ?? ''}`;
    const running: Running = all.get(key) ?? { packageName, test, output: '' };
    all.set(key, running);
    running.output += output;
    if (action !== 'pass' && action !== 'fail' && action !== 'skip') continue;
    running.ended = action;
    running.elapsed = Elapsed;
  }
  const list = [...all.values()];
  const packages = list.filter(({ test }) => test === undefined);
  const tests = list.filter(({ test, ended }) => test !== undefined && ended !== undefined).map(resultOf);
  const isComplete = isWhole && packages.length > 0 && packages.every(({ ended }) => ended !== undefined);
  return { tests: numbered(tests), errors: errorsOf(list, build), isComplete };
}

/** Packages that failed without a failing test: they do not compile, or their process died. Then tests have no end. */
function errorsOf(list: readonly Running[], build: string): string[] {
  return list
    .filter(({ test, ended }) => test === undefined && ended === 'fail')
    .flatMap(({ packageName, output }) => {
      const own = list.filter((one) => one.packageName === packageName && one.test !== undefined);
      const unfinished = own.filter(({ ended }) => ended === undefined);
      if (unfinished.length === 0 && own.some(({ ended }) => ended === 'fail')) return [];
      const [first] = unfinished;
      if (first !== undefined)
        return [`${packageName} ended while ${first.test} was running: ${firstLines(`${first.output}${output}`)}`];
      return [`${packageName}: ${firstLines(own.length === 0 ? `${build}${output}` : output)}`];
    });
}

function resultOf({ packageName, test = '', ended, elapsed, output }: Running): TestResult {
  const status = ended === 'pass' ? 'passed' : ended === 'skip' ? 'skipped' : 'failed';
  const message = output
    .split('\n')
    .filter((line) => !/^\s*(?:===|---) /.test(line))
    .join('\n');
  const duration = elapsed === undefined ? undefined : elapsed * 1000;
  // The events do not say in which file a test is; only what a failing test prints does, and only the file's base name.
  const line = Number(/^\s*[\w.-]+_test\.go:(\d+): /m.exec(message)?.[1] ?? 0);
  return result('', [packageName, ...test.split('/')], status, line, duration, message);
}
