// Playwright's own test runner by its JSON reporter.
import { join } from 'node:path';
import * as z from 'zod';
import { parseJson } from '../../protocol/parseJson.ts';
import type { TestResult } from '../../protocol/testReport.ts';
import { missing, type TestAdapter } from './adapter.ts';
import { firstLines, numbered, type ParsedReport, relativeTo, result } from './testResult.ts';

export const playwrightAdapter: TestAdapter = {
  perTest: true,
  takesFiles: true,
  tellsFiles: true,
  command: (command) => `${command.replace(/\s--reporter(?:=|\s+)\S+/, '').replace(/\s--ui\b/, '')} --reporter=json`,
  environment: ({ report }) => ({ PLAYWRIGHT_JSON_OUTPUT_NAME: report }),
  parse: ({ report, cwd }) => parsePlaywright(report, cwd),
};

const problemSchema = z.object({ message: z.string().optional(), stack: z.string().optional() });
const suiteSchema = z.object({
  title: z.string(),
  file: z.string().default(''),
  specs: z
    .array(
      z.object({
        title: z.string(),
        file: z.string(),
        line: z.number().optional(),
        tests: z.array(
          z.object({
            projectName: z.string().default(''),
            status: z.enum(['expected', 'unexpected', 'flaky', 'skipped']),
            results: z.array(z.object({ duration: z.number().optional(), error: problemSchema.nullish() })),
          }),
        ),
      }),
    )
    .default([]),
  get suites() {
    return z.array(suiteSchema).default([]);
  },
});
const reportSchema = z.object({
  config: z.object({ rootDir: z.string().default('') }).default({ rootDir: '' }),
  suites: z.array(suiteSchema),
  errors: z.array(problemSchema).default([]),
});
type Suite = z.infer<typeof suiteSchema>;

/** Suites in suites; a report that goes deeper is not read. */
const maxDepth = 100;

function parsePlaywright(text: string | undefined, cwd: string): ParsedReport {
  const report = reportSchema.safeParse(parseJson(text));
  if (!report.success) return missing;
  const { config, suites, errors } = report.data;
  const tests = suites.flatMap((suite) => testsOf(suite, [], (file) => relativeTo(cwd, join(config.rootDir, file)), 0));
  return {
    tests: numbered(tests),
    errors: errors.map(({ message = 'failed' }) => firstLines(message)),
    isComplete: true,
  };
}

function testsOf(
  suite: Suite,
  outer: readonly string[],
  pathOf: (file: string) => string,
  depth: number,
): TestResult[] {
  if (depth > maxDepth) return [];
  // The outermost suite is the file.
  const names = suite.title === suite.file || suite.title === '' ? outer : [...outer, suite.title];
  const own = suite.specs.flatMap((spec) =>
    spec.tests.map(({ projectName, status, results }) => {
      const last = results.at(-1);
      const shown = [...(projectName === '' ? [] : [projectName]), ...names, spec.title];
      const message =
        last?.error?.stack ??
        last?.error?.message ??
        (status === 'unexpected' ? 'Did not end as expected.' : undefined);
      return result(pathOf(spec.file), shown, statusOf(status), spec.line, last?.duration, message);
    }),
  );
  return [...own, ...suite.suites.flatMap((inner) => testsOf(inner, names, pathOf, depth + 1))];
}

/** A flaky test passed at a retry, which the project's own configuration allows. */
const statusOf = (status: 'expected' | 'unexpected' | 'flaky' | 'skipped'): TestResult['status'] =>
  status === 'unexpected' ? 'failed' : status === 'skipped' ? 'skipped' : 'passed';
