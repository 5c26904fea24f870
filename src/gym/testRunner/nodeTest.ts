// Results of Node's own test runner, as JSON lines from a reporter that is passed as a data: URL, so no file is needed.
import { join } from 'node:path';
import * as z from 'zod';
import { parseJson } from '../../protocol/parseJson.ts';
import type { TestResult } from '../../protocol/testReport.ts';
import type { AdapterInput } from './adapter.ts';
import { readSource } from './reportFiles.ts';
import { firstLines, numbered, type ParsedReport, relativeTo, result } from './testResult.ts';

const source = `export default async function* (events) {
  // Why a file could not be loaded stands in what it printed.
  const printed = new Map();
  for await (const { type, data } of events) {
    if (type === 'test:pass' || type === 'test:fail') {
      const { name, file, line, nesting, skip, todo, details } = data;
      const error = details?.error;
      const cause = error?.cause ?? error;
      const message = error === undefined ? undefined : String(cause?.stack ?? cause?.message ?? cause);
      yield JSON.stringify({ type, name, file, line, nesting, skip: skip !== undefined && skip !== false,
        todo: todo !== undefined && todo !== false, kind: details?.type, durationMs: details?.duration_ms,
        failureType: error?.failureType, message,
        printed: error === undefined ? undefined : (printed.get(name) ?? printed.get(file)) }) + '\\n';
    } else if (type === 'test:start' || type === 'test:enqueue') {
      yield JSON.stringify({ type, name: data.name, file: data.file, nesting: data.nesting }) + '\\n';
    } else if (type === 'test:stderr' && data.file !== undefined) {
      printed.set(data.file, ((printed.get(data.file) ?? '') + data.message).slice(-4000));
    }
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
  printed: z.string().nullish(),
});

export function parseNodeTest({
  report,
  cwd,
  command,
}: Pick<AdapterInput, 'report' | 'cwd' | 'command'>): ParsedReport {
  if (report === undefined) return { tests: [], errors: [], isComplete: false };
  const tests: TestResult[] = [];
  const errors: string[] = [];
  // Suites that have started and not ended, by file: results come after `test:start` of all their ancestors.
  const open = new Map<string, string[]>();
  // A file that ends its process ends well for Node, whatever was still to come.
  const unfinished = new Map<string, { readonly file: string; readonly name: string; readonly count: number }>();
  const silent: string[] = [];
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
    const isFile = file !== '' && (name === event.data.file || relativeTo(cwd, name) === file);
    if (!isFile && file !== '' && type !== 'test:start') {
      const key = `${file}\n${nesting}\n${name}`;
      const before = unfinished.get(key)?.count ?? 0;
      unfinished.set(key, { file, name, count: before + (type === 'test:enqueue' ? 1 : -1) });
    }
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (isFile && type === 'test:pass' && event.data.skip !== true) silent.push(file);
    if (type === 'test:fail' && (isFile || event.data.kind === 'suite')) {
      // A suite fails because of its tests; only a failure of its own is news.
      if (event.data.failureType !== 'subtestsFailed')
        errors.push(`${file === '' ? name : file}: ${firstLines(reasonOf(event.data))}`);
      continue;
    }
    if (event.data.kind === 'suite' || isFile) continue;
    // What is still to be done proves nothing, also where it passes: it may have no body.
    const isLeftOut = event.data.skip === true || event.data.todo === true;
    const status = isLeftOut ? 'skipped' : type === 'test:pass' ? 'passed' : 'failed';
    const path = [...names.slice(0, nesting), name];
    const message = event.data.message ?? undefined;
    tests.push(result(file, path, status, event.data.line ?? undefined, event.data.durationMs ?? undefined, message));
  }
  const counted = [...unfinished.values()];
  for (const { file, name, count } of counted) if (count > 0) errors.push(`${file} ended before its test ${name} did.`);
  const isFiltered = /--test-(?:only|name-pattern|skip-pattern)\b/.test(command);
  for (const path of isFiltered ? [] : silent)
    if (!counted.some(({ file }) => file === path) && definesTests(readSource(join(cwd, path))))
      errors.push(`${path} ended before it said anything of its tests.`);
  return { tests: numbered(tests), errors, isComplete };
}

/** Of a file Node says no more than that it failed. */
const reasonOf = ({ message, printed, failureType }: z.infer<typeof eventSchema>): string =>
  failureType === 'testCodeFailure' && printed !== null && printed !== undefined && printed.trim() !== ''
    ? printed.trim()
    : (message ?? 'failed');

/** A call that nothing stands around is made, unless the file ends before; a script of assertions alone has none. */
const definesTests = (text: string): boolean =>
  /['"]node:test['"]/.test(text) && /^(?:await\s+)?(?:test|it|suite|describe)\s*\(/m.test(text);
