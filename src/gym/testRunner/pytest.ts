// pytest by its own JUnit report. The family xunit1 is the one that gives file and line.
import { missing, type TestAdapter } from './adapter.ts';
import { readJunit, unseenFailures } from './junitXml.ts';
import { firstLines, numbered, type ParsedReport, relativeTo, result } from './testResult.ts';

export const pytestAdapter: TestAdapter = {
  perTest: true,
  takesFiles: true,
  tellsFiles: true,
  command: (command, { quoted }) => `${command} -o junit_family=xunit1 --junitxml=${quoted.report}`,
  environment: () => pythonEnvironment,
  parse: ({ report, cwd }) => parsePytest(report, cwd),
};

/** Compiled files would be taken for a part of the change where the project does not ignore them. */
export const pythonEnvironment = { PYTHONDONTWRITEBYTECODE: '1' };

function parsePytest(text: string | undefined, cwd: string): ParsedReport {
  const report = readJunit(text);
  if (report === undefined) return missing;
  const outside = (problem: string) => problem === 'collection failure' || problem === 'internal error';
  const errors = report.cases
    .filter(({ status, problem }) => status === 'failed' && outside(problem))
    .map((one) => {
      const name = relativeTo(cwd, one.file ?? one.name);
      return `${name} could not be run: ${lastLines(one.message ?? one.problem)}`;
    });
  const tests = report.cases
    .filter(({ status, problem }) => status !== 'failed' || !outside(problem))
    .map((one) => {
      const file = relativeTo(cwd, one.file ?? '');
      // pytest counts lines from 0 here.
      const line = one.line === undefined ? undefined : one.line + 1;
      const names = [...classesOf(one.className, file), one.name];
      return result(file, names, one.status, line, one.durationMs, one.message);
    });
  return { tests: numbered(tests), errors: [...errors, ...unseenFailures(report)], isComplete: true };
}

/** `tests.test_a.TestX` in `tests/test_a.py` is the class `TestX`. */
function classesOf(className: string, file: string): string[] {
  const module = file.replace(/\.py$/, '').replaceAll('/', '.');
  if (className === module || className === '') return [];
  return (className.startsWith(`${module}.`) ? className.slice(module.length + 1) : className).split('.');
}

/** Of a Python traceback the end says what it is. */
const lastLines = (text: string): string => firstLines(text.trimEnd().split('\n').slice(-12).join('\n'));
