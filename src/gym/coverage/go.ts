// Coverage of Go tests: each test alone, by its name, with a coverage profile of the whole module.
import { join } from 'node:path';
import type { TestResult } from '../../protocol/testReport.ts';
import { readReport, readSource, shellQuote } from '../testRunner/reportFiles.ts';
import type { CoverageRun, TestCoverage } from './testCoverage.ts';
import { textFunctions } from './textFunctions.ts';

const profileIn = (scratch: string, index: number): string => join(scratch, `cover-${index}.out`);

/** One line for the shell that runs every test of the list by itself. */
export const goLine = (tests: readonly TestResult[], scratch: string): string =>
  tests
    .map(({ name }, index) => {
      const [packageName = '', test = ''] = name.split(' > ');
      const profile = shellQuote(profileIn(scratch, index));
      return `go test -count=1 -run ${shellQuote(`^${test}$`)} -coverpkg=./... -coverprofile=${profile} ${shellQuote(packageName)}`;
    })
    .join('; ');

/** Tests of the top, since a part of one runs with the whole of it. */
export const isWholeGoTest = ({ name }: TestResult): boolean => name.split(' > ').length === 2;

export async function readGoCoverage(tests: readonly TestResult[], scratch: string, cwd: string): Promise<CoverageRun> {
  const module = /^module\s+(\S+)/m.exec(readSource(join(cwd, 'go.mod')))?.[1] ?? '';
  const covered: TestCoverage[] = [];
  const functions = new Map<string, ReturnType<typeof textFunctions>>();
  for (const [index, { name, file = '' }] of tests.entries()) {
    const profile = await readReport(profileIn(scratch, index));
    if (profile === undefined) continue;
    const lines = readProfile(profile, module);
    covered.push({ file, name, lines });
    for (const path of lines.keys())
      if (!functions.has(path)) functions.set(path, textFunctions(path, readSource(join(cwd, path))));
  }
  return { tests: covered, functions };
}

/** Exported for its tests. `module/a/b.go:12.3,14.5 2 1`: from line 12 to 14, two statements, run once. */
export function readProfile(profile: string, module: string): Map<string, Set<number>> {
  const lines = new Map<string, Set<number>>();
  for (const [, name = '', from, to, toColumn, count] of profile.matchAll(
    /^(\S+\.go):(\d+)\.\d+,(\d+)\.(\d+) \d+ (\d+)$/gm,
  )) {
    if (Number(count) === 0) continue;
    const path = name.startsWith(`${module}/`) ? name.slice(module.length + 1) : name;
    const known = lines.get(path) ?? new Set();
    lines.set(path, known);
    // A block may end before anything of its last line.
    const last = Number(toColumn) <= 2 ? Number(to) - 1 : Number(to);
    for (let line = Number(from); line <= Math.max(Number(from), last); line += 1) known.add(line);
  }
  return lines;
}
