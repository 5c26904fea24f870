// Finds the project's own test command and how its results can be read. Decides from the command's text, then from files; runs nothing.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { RatchetConfig } from '../../protocol/config.ts';
import { failure, type Result, success } from '../../protocol/result.ts';
import type { TestRunnerName } from '../../protocol/testReport.ts';
import { detectFromFiles } from './detectFiles.ts';
import type { TestCommand } from './testCommand.ts';

const packageSchema = z.object({ scripts: z.record(z.string(), z.string()).default({}) });

/** npm writes this script into every new package; it is no test command. */
const npmDefault = /no test specified/;
/** How many scripts may call each other before it counts as a circle. */
const maxDepth = 5;

export async function detectTestCommand(cwd: string, config: RatchetConfig['tests']): Promise<Result<TestCommand>> {
  const scripts = await readScripts(cwd);
  const text =
    config.command ?? (scripts.test === undefined || npmDefault.test(scripts.test) ? undefined : scripts.test);
  const found = text === undefined ? await detectFromFiles(cwd) : (findRunner(text, scripts, 0) ?? byExitCode(text));
  if (found === undefined)
    return failure(
      'noTests',
      'No test command was found. Add a test script to package.json or tests.command to .ratchet/config.yml.',
    );
  if (config.runner === 'auto' || config.runner === found.runner) return success(found);
  // These are told by what a whole command prints or writes, whatever it runs.
  const isWhole = config.runner === 'command' || config.runner === 'tap' || config.runner === 'junit';
  return success({ runner: config.runner, command: isWhole ? (text ?? found.command) : found.command });
}

const byExitCode = (command: string): TestCommand => ({ runner: 'command', command });

async function readScripts(cwd: string): Promise<Record<string, string>> {
  return scriptsOf(await readFile(join(cwd, 'package.json'), 'utf8').catch(() => undefined));
}

function scriptsOf(text: string | undefined): Record<string, string> {
  if (text === undefined) return {};
  try {
    const parsed = packageSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data.scripts : {};
  } catch {
    return {};
  }
}

/**
 * The command of a package as it stands by itself, with the scripts that it calls followed: it means the same beside another
 * package file. What only measures coverage is left out, since it can take longer than a test, and so is what ends a run at the
 * first failure, since that may be another test than the one that is asked for. Undefined where the package has none.
 * @param coverageSettings the text of files that nyc reads
 */
export function standingCommand(
  packageText: string | undefined,
  command: string | undefined,
  coverageSettings = '',
): string | undefined {
  const scripts = scriptsOf(packageText);
  const text = command ?? (npmDefault.test(scripts.test ?? '') ? undefined : scripts.test);
  if (text === undefined) return undefined;
  const found = findRunner(text, scripts, 0);
  if (found === undefined) return text;
  const plain = withoutCoverage(found.command, `${nycOf(packageText)}${coverageSettings}`);
  const bail = bailOptions[found.runner];
  return bail === undefined ? plain : plain.replace(bail, '');
}

/** Options that end a run at a failure. */
const bailOptions: Readonly<Partial<Record<TestRunnerName, RegExp>>> = {
  mocha: /\s(?:--bail(?:=\S+)?|-b)(?=\s|$)/g,
  jest: /\s--bail(?:=\S+|\s+\d+)?(?=\s|$)/g,
  vitest: /\s--bail(?:=\S+|\s+\d+)?(?=\s|$)/g,
  playwright: /\s(?:-x|--max-failures(?:=|\s+)\d+)(?=\s|$)/g,
  pytest: /\s(?:-x|--exitfirst|--maxfail(?:=|\s+)\d+)(?=\s|$)/g,
  go: /\s--?failfast(?=\s|$)/g,
};

/** A tool that runs the command, and options of runners. An option with a blank before its value is left alone. */
const coverageTool = /(?<=^|\s)(?:npx\s+)?(?:nyc|c8)\s+(?:-{1,2}[\w-]+(?:=\S+)?\s+)*/;
const coverageOption = /\s--(?:coverage(?:\.[\w.]+=\S+|=\S+)?|experimental-test-coverage)(?=\s|$)/g;

function withoutCoverage(command: string, settings: string): string {
  const [tool = ''] = coverageTool.exec(command) ?? [];
  // It may load what the tests need.
  const loads = /\s(?:--require|-r|--extends)\b/.test(tool) || /"?\b(?:require|extends)"?\s*:/.test(settings);
  return (loads ? command : command.replace(tool, '')).replace(coverageOption, '');
}

/** What nyc is told by the package file. */
function nycOf(packageText: string | undefined): string {
  try {
    const parsed = z.object({ nyc: z.unknown() }).safeParse(JSON.parse(packageText ?? ''));
    return parsed.success ? (JSON.stringify(parsed.data.nyc) ?? '') : '';
  } catch {
    return '';
  }
}

/**
 * The part of a command line that runs tests by a runner whose results can be read one by one. Parts joined by `&&`
 * are looked at in turn, scripts called by `npm run` are followed; the other parts (a linter, say) are not run.
 */
function findRunner(line: string, scripts: Record<string, string>, depth: number): TestCommand | undefined {
  for (const part of line.split(/&&|;/).map((piece) => piece.trim())) {
    const called = /^(?:npm|pnpm|yarn)\s+(?:run\s+)?(?:-s\s+|--silent\s+)?([\w:.-]+)\s*$/.exec(part)?.[1];
    const script = called === undefined ? undefined : scripts[called];
    const found = script === undefined || depth >= maxDepth ? runnerOf(part) : findRunner(script, scripts, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Words that run another command: coverage tools, environment setters, package runners. */
const wrapper = String.raw`(?:(?:npx|pnpm exec|yarn|cross-env|c8|nyc|env|bunx)\s+(?:(?:-{1,2}[\w-]+(?:=\S+)?|\w+=\S+)\s+)*|\w+=\S+\s+)*`;
const python = String.raw`(?:(?:poetry|uv|pdm|pipenv|hatch|rye)\s+run\s+)?(?:(?:coverage\s+run|(?:\S*[\\/])?(?:python|py)[\d.]*(?:\.exe)?)\s+(?:-(?!m\s)\S+\s+)*-m\s+)`;
const runWith = String.raw`(?:(?:poetry|uv|pdm|pipenv|hatch|rye)\s+run\s+)?`;
const patterns: readonly (readonly [TestRunnerName, RegExp])[] = [
  ['vitest', new RegExp(`^${wrapper}(?:\\S*/)?vitest(?:\\s|$)`)],
  ['jest', new RegExp(`^${wrapper}(?:node\\s+(?:--\\S+\\s+)*)?(?:\\S*/)?jest(?:\\.js)?(?:\\s|$)`)],
  ['mocha', new RegExp(`^${wrapper}(?:\\S*/)?_?mocha(?:\\.js)?(?:\\s|$)`)],
  ['node:test', new RegExp(`^${wrapper}(?:\\S*/)?(?:node|tsx)\\s+(?:\\S+\\s+)*?--test(?:\\s|$)`)],
  ['playwright', new RegExp(`^${wrapper}(?:\\S*/)?playwright\\s+test(?:\\s|$)`)],
  ['pytest', new RegExp(`^${wrapper}(?:${python}pytest|${runWith}(?:\\S*[\\\\/])?(?:pytest|py\\.test))(?:\\s|$)`)],
  ['unittest', new RegExp(`^${wrapper}${python}unittest(?:\\s|$)`)],
  ['go', new RegExp(`^${wrapper}(?:\\S*/)?go\\s+test(?:\\s|$)`)],
  ['cargo', new RegExp(`^${wrapper}(?:\\S*/)?cargo\\s+(?:\\+\\S+\\s+)?test(?:\\s|$)`)],
  [
    'maven',
    new RegExp(`^${wrapper}(?:\\S*/)?mvnw?(?:\\.cmd)?\\s+(?:\\S+\\s+)*?(?:test|verify|package|install)(?:\\s|$)`),
  ],
  [
    'gradle',
    new RegExp(`^${wrapper}(?:\\S*/)?gradlew?(?:\\.bat)?\\s+(?:\\S+\\s+)*?(?:\\S*:)?(?:test|check|build)(?:\\s|$)`),
  ],
];

function runnerOf(part: string): TestCommand | undefined {
  // A pipe or a redirection would swallow the arguments that are added behind the command.
  if (/[|<>]|\|\|/.test(part)) return undefined;
  const found = patterns.find(([, pattern]) => pattern.test(part));
  return found === undefined ? undefined : { runner: found[0], command: part };
}
