// mocha by its JSON reporter. Rejections that nobody handles are lost to mocha, so a script of ours makes the run fail by them.
import * as z from 'zod';
import { parseJson } from '../../protocol/parseJson.ts';
import { missing, type TestAdapter } from './adapter.ts';
import { firstLines, numbered, type ParsedReport, relativeTo, result } from './testResult.ts';

/** mocha gives the event on with its own listener gone; who else listens has taken care of it. */
const helper = `const open = new Map();
process.on('unhandledRejection', (reason, promise) => {
  if (process.listenerCount('unhandledRejection') === 1) open.set(promise, reason);
});
process.on('rejectionHandled', (promise) => open.delete(promise));
process.on('exit', () => {
  if (open.size === 0) return;
  for (const reason of open.values()) console.error('A rejection that nobody handled:', reason);
  process.exit(process.exitCode || 1);
});
`;

export const mochaAdapter: TestAdapter = {
  perTest: true,
  takesFiles: true,
  helper,
  command: (command, { quoted }) =>
    `${command.replace(/\s(?:--watch|-w)\b/g, '')} --require ${quoted.helper} --reporter json --reporter-option output=${quoted.report}`,
  parse: ({ report, cwd }) => parseMocha(report, cwd),
};

const mochaTestSchema = z.object({
  fullTitle: z.string(),
  title: z.string(),
  file: z.string().nullish(),
  duration: z.number().nullish(),
  err: z.object({ message: z.string().optional(), stack: z.string().optional() }).nullish(),
});
const mochaSchema = z.object({
  tests: z.array(mochaTestSchema),
  failures: z.array(mochaTestSchema),
  pending: z.array(mochaTestSchema),
});

function parseMocha(report: string | undefined, cwd: string): ParsedReport {
  const parsed = mochaSchema.safeParse(parseJson(report));
  if (!parsed.success) return missing;
  const { failures, pending } = parsed.data;
  const isIn = (list: typeof failures, test: (typeof failures)[number]) =>
    list.some(({ fullTitle, file }) => fullTitle === test.fullTitle && file === test.file);
  const tests = parsed.data.tests.map((test) => {
    const status = isIn(failures, test) ? 'failed' : isIn(pending, test) ? 'skipped' : 'passed';
    const suite = test.fullTitle.slice(0, Math.max(0, test.fullTitle.length - test.title.length)).trim();
    const names = suite === '' ? [test.title] : [suite, test.title];
    const message = test.err?.stack ?? test.err?.message;
    return result(relativeTo(cwd, test.file ?? ''), names, status, undefined, test.duration ?? undefined, message);
  });
  // A failing hook is in `failures` and not in `tests`.
  const errors = failures
    .filter((failed) => !isIn(parsed.data.tests, failed))
    .map((failed) => `${failed.fullTitle}: ${firstLines(failed.err?.message ?? 'failed')}`);
  return { tests: numbered(tests), errors, isComplete: true };
}
