// How each runner is asked for a report a machine can read, and how that report is read. Reports are hostile text.
import * as z from 'zod';
import { parseJson } from '../../protocol/parseJson.ts';
import type { TestResult, TestRunnerName } from '../../protocol/testReport.ts';
import { missing, type TestAdapter } from './adapter.ts';
import { cargoAdapter } from './cargoTest.ts';
import { goAdapter } from './goTest.ts';
import { parseJunitFiles } from './junitXml.ts';
import { gradleAdapter, mavenAdapter } from './jvm.ts';
import { mochaAdapter } from './mocha.ts';
import { nodeTestReporter, parseNodeTest } from './nodeTest.ts';
import { partsOf, quotedPattern } from './onlyNamed.ts';
import { playwrightAdapter } from './playwright.ts';
import { pytestAdapter } from './pytest.ts';
import { tapAdapter } from './tap.ts';
import { firstLines, numbered, type ParsedReport, relativeTo, result } from './testResult.ts';
import { unittestAdapter } from './unittest.ts';

export const adapters: Record<TestRunnerName, TestAdapter> = {
  vitest: {
    perTest: true,
    takesFiles: true,
    tellsFiles: true,
    command: (command, { quoted }) => {
      const once = command
        .replace(/\bvitest(?:\s+(?:run|watch|dev))?(?=\s|$)/, 'vitest run')
        .replace(/\s--watch\b/, '');
      return `${once} --reporter=default --reporter=json --outputFile.json=${quoted.report}`;
    },
    only: onlyNamed,
    parse: ({ report, cwd }) => parseJestLike(report, cwd),
  },
  jest: {
    perTest: true,
    takesFiles: true,
    tellsFiles: true,
    command: (command, { quoted }) => {
      const once = command.replace(/\s--watch(?:All)?\b/g, '');
      // With one worker jest runs tests in its own process, where they see these arguments: tests of argument parsers break.
      const workers = /\s(?:-i|-w|--runInBand|--maxWorkers)\b/.test(once) ? '' : ' --maxWorkers=2';
      return `${once}${workers} --json --outputFile=${quoted.report} --testLocationInResults`;
    },
    only: onlyNamed,
    parse: ({ report, cwd }) => parseJestLike(report, cwd),
  },
  mocha: mochaAdapter,
  'node:test': {
    perTest: true,
    takesFiles: true,
    tellsFiles: true,
    command: (command, { quoted }) =>
      command.replace(
        /(^|\s)--test(?=\s|$)/,
        `$1--test --test-reporter=${nodeTestReporter()} --test-reporter-destination=${quoted.report} --test-reporter=spec --test-reporter-destination=stdout`,
      ),
    // Versions differ in whether the pattern sees the names of suites, so it names the title alone.
    only: (name) => `--test-name-pattern=${quotedPattern(partsOf(name).slice(-1))}`,
    parse: parseNodeTest,
  },
  pytest: pytestAdapter,
  unittest: unittestAdapter,
  go: goAdapter,
  cargo: cargoAdapter,
  maven: mavenAdapter,
  gradle: gradleAdapter,
  playwright: playwrightAdapter,
  tap: tapAdapter,
  junit: {
    perTest: true,
    takesFiles: false,
    command: (command) => command,
    parse: ({ reportFiles, cwd }) => (reportFiles.size === 0 ? missing : parseJunitFiles(reportFiles, cwd)),
  },
  command: { perTest: false, takesFiles: false, command: (command) => command, parse: () => missing },
};

/** Of vitest and jest. */
function onlyNamed(name: string): string {
  return `--testNamePattern=${quotedPattern(partsOf(name))}`;
}

const jestSchema = z.object({
  success: z.boolean().optional(),
  numRuntimeErrorTestSuites: z.number().optional(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().nullish(),
      assertionResults: z.array(
        z.object({
          ancestorTitles: z.array(z.string()),
          title: z.string(),
          status: z.string(),
          duration: z.number().nullish(),
          failureMessages: z.array(z.string()).nullish(),
          location: z.object({ line: z.number() }).nullish(),
        }),
      ),
    }),
  ),
});

/** The JSON of jest (`--json`), which vitest's `json` reporter writes too. */
function parseJestLike(report: string | undefined, cwd: string): ParsedReport {
  const parsed = jestSchema.safeParse(parseJson(report));
  if (!parsed.success) return missing;
  const errors: string[] = [];
  const tests = parsed.data.testResults.flatMap((file) => {
    const path = relativeTo(cwd, file.name);
    const hasFailure = file.assertionResults.some(({ status }) => status === 'failed');
    if (file.status === 'failed' && !hasFailure)
      errors.push(`${path} could not be run: ${firstLines(file.message ?? '')}`);
    return file.assertionResults.map((test) => {
      const names = [...test.ancestorTitles, test.title];
      const [message] = test.failureMessages ?? [];
      return result(path, names, statusOf(test.status), test.location?.line, test.duration ?? undefined, message);
    });
  });
  return { tests: numbered(tests), errors, isComplete: true };
}

function statusOf(status: string): TestResult['status'] {
  return status === 'passed' ? 'passed' : status === 'failed' ? 'failed' : 'skipped';
}
