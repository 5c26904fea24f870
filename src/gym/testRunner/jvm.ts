// Maven and Gradle: both write JUnit XML into the project, one file for each class.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TestResult } from '../../protocol/testReport.ts';
import type { TestAdapter } from './adapter.ts';
import { parseJunitFiles } from './junitXml.ts';
import type { ParsedReport } from './testResult.ts';

export const mavenAdapter: TestAdapter = {
  perTest: true,
  takesFiles: false,
  command: (command) => command,
  reportGlobs: ['**/target/{surefire,failsafe}-reports/TEST-*.xml'],
  parse: ({ reportFiles, cwd }) => parseJvm(reportFiles, cwd),
};

export const gradleAdapter: TestAdapter = {
  perTest: true,
  takesFiles: false,
  // Gradle does not run tests again whose inputs it knows, and then writes no report.
  command: (command) => command.replace(/\bgradlew?(?:\.bat)?(?=\s|$)/, '$& --no-build-cache cleanTest'),
  reportGlobs: ['**/build/test-results/**/TEST-*.xml'],
  parse: ({ reportFiles, cwd }) => parseJvm(reportFiles, cwd),
};

/** Without any report nothing was tested: no test, which the gate takes for unproven, or for failed by the exit code. */
function parseJvm(files: ReadonlyMap<string, string>, cwd: string): ParsedReport {
  const parsed = parseJunitFiles(files, cwd);
  const modules = new Set([...files.keys()].map((path) => path.replace(/(?:^|\/)(?:target|build)\/.*$/, '')));
  return { ...parsed, tests: parsed.tests.map((test) => withPlace(test, [...modules], cwd)) };
}

/** These reports name the class only; its file is where such projects keep it, its line is in the stack trace. */
function withPlace(test: TestResult, modules: readonly string[], cwd: string): TestResult {
  const className = /^([\w.$]+)/.exec(test.id)?.[1]?.replace(/\$.*$/, '') ?? '';
  if (className === '' || test.file !== undefined) return test;
  const path = className.replaceAll('.', '/');
  const places = modules.flatMap((module) =>
    [`src/test/java/${path}.java`, `src/test/kotlin/${path}.kt`].map((file) =>
      module === '' ? file : `${module}/${file}`,
    ),
  );
  const file = places.find((place) => existsSync(join(cwd, place)));
  if (file === undefined) return test;
  const name = file.slice(file.lastIndexOf('/') + 1);
  const traced = test.stack?.split(`(${name}:`)[1]?.split(')')[0];
  const line = traced === undefined ? Number.NaN : Number(traced);
  return { ...test, file, ...(Number.isInteger(line) && line > 0 ? { line } : {}) };
}
