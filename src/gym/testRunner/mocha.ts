// mocha by a reporter of ours, since its own JSON reporter cannot write to a file before version 9.2, and what tests print would
// stand in between. Rejections that nobody handles are lost to mocha, so the same script makes the run fail by them.
import * as z from 'zod';
import { parseJson } from '../../protocol/parseJson.ts';
import { missing, type TestAdapter } from './adapter.ts';
import { partsOf, quotedPattern } from './onlyNamed.ts';
import { firstLines, numbered, type ParsedReport, relativeTo, result } from './testResult.ts';

const reportVariable = 'RATCHET_MOCHA_REPORT';

/** mocha gives the event on with its own listener gone; who else listens has taken care of it. */
const helper = `// Tests may replace these, and what they start has no use for the name of the report.
const { writeFileSync } = require('fs');
const report = process.env.${reportVariable};
delete process.env.${reportVariable};
const open = new Map();
process.on('unhandledRejection', (reason, promise) => {
  if (process.listenerCount('unhandledRejection') === 1) open.set(promise, reason);
});
process.on('rejectionHandled', (promise) => open.delete(promise));
process.on('exit', () => {
  if (open.size === 0) return;
  for (const reason of open.values()) console.error('A rejection that nobody handled:', reason);
  process.exit(process.exitCode || 1);
});

module.exports = function (runner) {
  const [tests, failures, pending] = [[], [], []];
  const told = (test, err) => ({
    title: String(test.title),
    fullTitle: String(test.fullTitle()),
    path: typeof test.titlePath === 'function' ? test.titlePath().map(String) : undefined,
    file: test.file,
    duration: test.duration,
    err: err && { message: String(err.message ?? err), stack: typeof err.stack === 'string' ? err.stack : undefined },
  });
  runner.on('fail', (test, err) => failures.push(told(test, err)));
  runner.on('pending', (test) => pending.push(told(test)));
  runner.on('test end', (test) => tests.push(told(test)));
  runner.on('end', () => writeFileSync(report, JSON.stringify({ tests, failures, pending })));
};
`;

export const mochaAdapter: TestAdapter = {
  perTest: true,
  takesFiles: true,
  tellsFiles: true,
  helper,
  command: (command, { quoted }) =>
    `${command.replace(/\s(?:--watch|-w)\b/g, '')} --require ${quoted.helper} --reporter ${quoted.helper}`,
  only: (name) => `--grep ${quotedPattern(partsOf(name))}`,
  environment: ({ report }) => ({ [reportVariable]: report }),
  parse: ({ report, cwd }) => parseMocha(report, cwd),
};

const mochaTestSchema = z.object({
  fullTitle: z.string(),
  title: z.string(),
  /** The names of the suites and the title; older versions know the whole title only. */
  path: z.array(z.string()).optional(),
  file: z.string().nullish(),
  duration: z.number().nullish(),
  err: z.object({ message: z.string().optional(), stack: z.string().optional() }).nullish(),
});
const mochaSchema = z.object({
  tests: z.array(mochaTestSchema),
  failures: z.array(mochaTestSchema),
  pending: z.array(mochaTestSchema),
});

const pathOf = (path: readonly string[] | undefined, fullTitle: string): string => path?.join('\0') ?? fullTitle;

function parseMocha(report: string | undefined, cwd: string): ParsedReport {
  const parsed = mochaSchema.safeParse(parseJson(report));
  if (!parsed.success) return missing;
  const { failures, pending } = parsed.data;
  const find = (list: typeof failures, test: (typeof failures)[number]) =>
    list.find(
      ({ fullTitle, path, file }) =>
        pathOf(path, fullTitle) === pathOf(test.path, test.fullTitle) && file === test.file,
    );
  const tests = parsed.data.tests.map((test) => {
    const failed = find(failures, test);
    const status = failed !== undefined ? 'failed' : find(pending, test) !== undefined ? 'skipped' : 'passed';
    const suite = test.fullTitle.slice(0, Math.max(0, test.fullTitle.length - test.title.length)).trim();
    const names = suite === '' ? [test.title] : [suite, test.title];
    const message = failed?.err?.stack ?? failed?.err?.message;
    return result(relativeTo(cwd, test.file ?? ''), names, status, undefined, test.duration ?? undefined, message);
  });
  // A failing hook is in `failures` and not in `tests`.
  const errors = failures
    .filter((failed) => find(parsed.data.tests, failed) === undefined)
    .map((failed) => `${failed.fullTitle}: ${firstLines(failed.err?.message ?? 'failed')}`);
  return { tests: numbered(tests), errors, isComplete: true };
}
