// Python's unittest, by a result class of ours that writes JSON lines. It runs as a script in place of `-m unittest`.
import * as z from 'zod';
import { parseJson } from '../../protocol/parseJson.ts';
import { missing, type TestAdapter } from './adapter.ts';
import { pythonEnvironment } from './pytest.ts';
import { firstLines, numbered, type ParsedReport, relativeTo, result } from './testResult.ts';

const helper = `import inspect, json, os, sys, time, unittest
out = open(sys.argv[1], 'w', encoding='utf-8')
# As with -m: modules are found from the working folder, not from the folder of this script.
sys.path[0] = os.getcwd()
def write(**event):
    out.write(json.dumps(event) + '\\n')
    out.flush()
def place(test):
    try:
        method = inspect.unwrap(getattr(test, test._testMethodName))
        return inspect.getsourcefile(type(test)), method.__code__.co_firstlineno
    except Exception:
        return None, None
class Result(unittest.TextTestResult):
    current = None
    def startTest(self, test):
        self.current, self.status, self.message, self.began = test, None, None, time.perf_counter()
        super().startTest(test)
    def note(self, test, status, message=None):
        if self.current is None:
            write(type='outside', name=test.id(), status=status, message=message)
            return
        if self.status != 'failed':
            self.status, self.message = status, message
    def stopTest(self, test):
        file, line = place(test)
        loader = type(test).__name__ in ('_FailedTest', 'ModuleSkipped') and type(test).__module__ == 'unittest.loader'
        write(type='test', name=test.id(), status=self.status, message=self.message, file=file, line=line,
              loader=loader, seconds=time.perf_counter() - self.began)
        self.current = None
        super().stopTest(test)
    def addSuccess(self, test):
        super().addSuccess(test)
        self.note(test, 'passed')
    def addError(self, test, err):
        super().addError(test, err)
        self.note(test, 'failed', self.errors[-1][1])
    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.note(test, 'failed', self.failures[-1][1])
    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.note(test, 'skipped', reason)
    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self.note(test, 'skipped', 'expected to fail')
    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.note(test, 'failed', 'Passed, though it is marked as expected to fail.')
    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.note(test, 'failed', str(subtest) + '\\n' + (self.failures + self.errors)[-1][1])
class Runner(unittest.TextTestRunner):
    resultclass = Result
    def run(self, test):
        ran = super().run(test)
        write(type='end')
        return ran
unittest.main(module=None, testRunner=Runner, argv=['python -m unittest', *sys.argv[2:]])
`;

export const unittestAdapter: TestAdapter = {
  perTest: true,
  takesFiles: false,
  tellsFiles: true,
  helper,
  command: (command, { quoted }) =>
    command.replace(/\s-m\s+unittest(?=\s|$)/, () => ` ${quoted.helper} ${quoted.report}`),
  environment: () => pythonEnvironment,
  parse: ({ report, cwd }) => parseUnittest(report, cwd),
};

const eventSchema = z.object({
  type: z.enum(['test', 'outside', 'end']),
  name: z.string().default(''),
  status: z.enum(['passed', 'failed', 'skipped']).nullish(),
  message: z.string().nullish(),
  file: z.string().nullish(),
  line: z.number().nullish(),
  loader: z.boolean().default(false),
  seconds: z.number().nonnegative().optional(),
});

function parseUnittest(report: string | undefined, cwd: string): ParsedReport {
  if (report === undefined) return missing;
  const tests: ParsedReport['tests'] = [];
  const errors: string[] = [];
  let isComplete = false;
  for (const line of report.split('\n').filter((text) => text !== '')) {
    const parsed = eventSchema.safeParse(parseJson(line));
    if (!parsed.success) return { tests: numbered(tests), errors, isComplete: false };
    const { type, name, status, message, file, line: place, loader, seconds } = parsed.data;
    if (type === 'end') isComplete = true;
    // A module that does not load, and set-up of classes and modules, are no tests; skipping in them skips tests.
    else if ((type === 'outside' || loader) && status !== 'skipped')
      errors.push(`${name.replace('unittest.loader._FailedTest.', '')}: ${lastLines(message ?? 'failed')}`);
    else {
      const names = name.split('.');
      // The method is last, its class before; in front is the module, which the file says better.
      const shown = file === undefined || file === null ? names : names.slice(-2);
      const duration = seconds === undefined ? undefined : seconds * 1000;
      tests.push(
        result(
          relativeTo(cwd, file ?? ''),
          shown,
          status ?? 'failed',
          place ?? undefined,
          duration,
          message ?? undefined,
        ),
      );
    }
  }
  return { tests: numbered(tests), errors, isComplete };
}

/** Of a Python traceback the end says what it is. */
const lastLines = (text: string): string => firstLines(text.trimEnd().split('\n').slice(-12).join('\n'));
