// Results of Node's own test runner, as JSON lines from a reporter that is passed as a data: URL, so no file is needed.
import * as z from 'zod';
import { parseJson } from '../../protocol/parseJson.ts';
import type { TestResult } from '../../protocol/testReport.ts';
import { firstLines, numbered, type ParsedReport, relativeTo, result } from './testResult.ts';

const source = `export default async function* (events) {
  for await (const { type, data } of events) {
    if (type === 'test:pass' || type === 'test:fail') {
      const { name, file, line, nesting, skip, todo, details } = data;
      const error = details?.error;
      const cause = error?.cause ?? error;
      const message = error === undefined ? undefined : String(cause?.stack ?? cause?.message ?? cause);
      yield JSON.stringify({ type, name, file, line, nesting, skip: skip !== undefined && skip !== false,
        todo: todo !== undefined && todo !== false, kind: details?.type, durationMs: details?.duration_ms,
        failureType: error?.failureType, message }) + '\\n';
    } else if (type === 'test:start') {
      yield JSON.stringify({ type, name: data.name, file: data.file, nesting: data.nesting }) + '\\n';
    } else if (type === 'test:stderr') continue;
  }
  yield JSON.stringify({ type: 'end' }) + '\\n';
}`;

/** A word for `--test-reporter` that needs no quoting in a shell. */
export function nodeTestReporter(): string {
  const encoded = encodeURIComponent(source).replace(
    /[!'()*~]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `data:text/javascript,${encoded}`;
}

const eventSchema = z.object({
  type: z.string(),
  name: z.string().optional(),
  file: z.string().nullish(),
  line: z.number().nullish(),
  nesting: z.number().optional(),
  skip: z.boolean().optional(),
  todo: z.boolean().optional(),
  kind: z.string().nullish(),
  durationMs: z.number().nullish(),
  failureType: z.string().nullish(),
  message: z.string().nullish(),
});

export function parseNodeTest(report: string | undefined, cwd: string): ParsedReport {
  if (report === undefined) return { tests: [], errors: [], isComplete: false };
  const tests: TestResult[] = [];
  const errors: string[] = [];
  // Suites that have started and not ended, by file: results come after `test:start` of all their ancestors.
  const open = new Map<string, string[]>();
  let isComplete = false;
  for (const line of report.split('\n').filter((text) => text !== '')) {
    const event = eventSchema.safeParse(parseJson(line));
    if (!event.success) return { tests, errors, isComplete: false };
    const { type, name = '', nesting = 0 } = event.data;
    const file = relativeTo(cwd, event.data.file ?? '');
    if (type === 'end') isComplete = true;
    const names = open.get(file) ?? [];
    open.set(file, names);
    if (type === 'test:start') names[nesting] = name;
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const isFile =
      name === event.data.file ||
      relativeTo(cwd, name) === file ||
      (event.data.failureType === 'testCodeFailure' && /^\\d+$/.test(name));
    if (type === 'test:fail' && (isFile || event.data.kind === 'suite')) {
      // A suite fails because of its tests; only a failure of its own is news.
      if (event.data.failureType !== 'subtestsFailed')
        errors.push(`${file === '' ? name : file}: ${firstLines(event.data.message ?? 'failed')}`);
      continue;
    }
    if (event.data.kind === 'suite' || isFile) continue;
    const status =
      event.data.skip === true
        ? 'skipped'
        : type === 'test:pass'
          ? 'passed'
          : event.data.todo === true
            ? 'skipped'
            : 'failed';
    const path = [...names.slice(0, nesting), name];
    const message = event.data.message ?? undefined;
    tests.push(result(file, path, status, event.data.line ?? undefined, event.data.durationMs ?? undefined, message));
  }
  return { tests: numbered(tests), errors, isComplete };
}
