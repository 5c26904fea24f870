// Coverage of pytest by coverage.py, which must be installed beside it: its dynamic contexts name the test of each line.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { parseJson } from '../../protocol/parseJson.ts';
import type { TestResult } from '../../protocol/testReport.ts';
import { readReport, readSource, shellQuote } from '../testRunner/reportFiles.ts';
import type { Armed, InstrumentedRun } from '../testRunner/runTests.ts';
import { relativeTo } from '../testRunner/testResult.ts';
import type { CoverageRun, TestCoverage } from './testCoverage.ts';
import { textFunctions } from './textFunctions.ts';

const runsPytest = /(?:(\S*python[\d.]*)\s+-m\s+pytest|(?:\S*\/)?(?:pytest|py\.test))(?=\s|$)/;

export async function armPytest({ command, scratch }: InstrumentedRun): Promise<Armed | undefined> {
  const found = runsPytest.exec(command);
  if (found === null || process.platform === 'win32') return undefined;
  const python = found[1] ?? 'python3';
  const settings = join(scratch, 'coveragerc');
  const data = join(scratch, 'coverage.data');
  await writeFile(
    settings,
    `[run]\ndynamic_context = test_function\ndata_file = ${data}\n[json]\nshow_contexts = True\n`,
  );
  const coverage = `${python} -m coverage`;
  const told = `${coverage} json --rcfile=${settings} -q -o ${reportIn(scratch)}`;
  const before = command.slice(0, found.index);
  const after = command.slice(found.index + found[0].length);
  return {
    command: `trap ${shellQuote(told)} EXIT; ${before}${coverage} run --rcfile=${settings} -m pytest${after}`,
    environment: {},
  };
}

const reportIn = (scratch: string): string => join(scratch, 'coverage.json');

export const readPytest = async (scratch: string): Promise<string | undefined> => await readReport(reportIn(scratch));

const coverageSchema = z.object({
  files: z.record(z.string(), z.object({ contexts: z.record(z.string(), z.array(z.string())).default({}) })),
});

/** Undefined without a report: coverage.py is not there, or too old for contexts. */
export function readPythonCoverage(
  text: string | undefined,
  cwd: string,
  tests: readonly TestResult[],
): CoverageRun | undefined {
  const parsed = coverageSchema.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const found = new Map<string, { test: TestCoverage; lines: Map<string, Set<number>> }>();
  const named = tests.filter(({ status }) => status !== 'skipped').map((test) => ({ test, ending: contextOf(test) }));
  const functions = new Map<string, ReturnType<typeof textFunctions>>();
  const outside = new Map<string, number[]>();
  for (const [given, { contexts }] of Object.entries(parsed.data.files)) {
    const path = relativeTo(cwd, given);
    functions.set(path, textFunctions(path, readSource(join(cwd, path))));
    for (const [line, names] of Object.entries(contexts).filter(([number]) => Number(number) > 0))
      for (const name of names) {
        if (name === '') outside.set(path, [...(outside.get(path) ?? []), Number(line)]);
        for (const { test, ending } of named) {
          if (!`.${name}`.endsWith(ending)) continue;
          const lines = found.get(test.id)?.lines ?? new Map<string, Set<number>>();
          found.set(test.id, { test: { file: test.file ?? '', name: test.name, lines }, lines });
          lines.set(path, (lines.get(path) ?? new Set()).add(Number(line)));
        }
      }
  }
  for (const { lines } of found.values())
    for (const [path, loaded] of outside) lines.set(path, new Set([...(lines.get(path) ?? []), ...loaded]));
  return { tests: [...found.values()].map(({ test }) => test), functions };
}

/** `tests/test_a.py` and `TestX > test_y[1]` are run in a context that ends in `.test_a.TestX.test_y`. */
function contextOf({ file = '', name }: TestResult): string {
  const module = file.replace(/\.py$/, '').split('/').at(-1) ?? '';
  return `.${module}.${name.split(' > ').join('.').replace(/\[.*$/s, '')}`;
}
