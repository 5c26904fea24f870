// A test command for some files only: the paths and globs it names for all of its tests are left out, since runners take files
// beside them, not instead of them. What is not clearly such a path stays; then more is run than was asked for, never less.
import type { TestRunnerName } from '../../protocol/testReport.ts';

/** Options that take no value, so that a word behind them is a path. */
const flags = new Set([
  ...['--test', '--run', '--check-leaks', '--recursive', '--bail', '--exit', '--watch', '--colors', '--color', '--ci'],
  ...['--experimental-strip-types', '--enable-source-maps', '--no-warnings', '--silent', '--parallel', '--coverage'],
  ...['--verbose', '--quiet', '--runInBand', '--passWithNoTests', '--forbid-only'],
]);
/** Of pytest: single letters without a value, several in one word too. */
const pytestFlag = /^-(?:[qvsxl]+|r[a-zA-Z]+)$/;
const testFolder = /^(?:\.\/)?(?:[\w-]+\/)*(?:tests?|__tests__|specs?|e2e)\/?$/;

export interface SplitCommand {
  /** The command without what names all of its tests. */
  readonly line: string;
  /** The paths and globs that were left out, without quotes. */
  readonly forAll: readonly string[];
  /** Words that stay and may be paths of tests too: the command names some tests by itself. */
  readonly paths: readonly string[];
}

/** The word behind which paths of tests stand. */
const runnerWord = /^(?:\S*\/)?(?:vitest|jest(?:\.js)?|_?mocha(?:\.js)?|playwright|pytest|py\.test|--test)$/;
const subcommands = new Set(['run', 'watch', 'dev', 'test']);

/** Undefined for a command line of several parts, or with something that the shell expands. */
export function splitCommand(command: string, runner?: TestRunnerName): SplitCommand | undefined {
  const words = command.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  if (words.some((word) => /^[;&|<>]|[;&|]$|\$\(|`/.test(word))) return undefined;
  const named = words.findIndex((word) => runnerWord.test(word));
  const isSubcommand = subcommands.has(words[named + 1] ?? '') && words[named] !== '--test';
  const first = named < 0 ? 1 : named + (isSubcommand ? 2 : 1);
  const kept: string[] = [];
  const forAll: string[] = [];
  const paths: string[] = [];
  for (const [index, word] of words.entries()) {
    const isPath = index >= first && isPositional(word, words[index - 1] ?? '', runner);
    const path = word.replace(/^["']|["']$/g, '');
    if (isPath && namesAll(path)) forAll.push(path);
    else kept.push(word);
    if (isPath && !namesAll(path)) paths.push(path);
  }
  return { line: kept.join(' '), forAll, paths };
}

export const narrowCommand = (command: string, runner?: TestRunnerName): string =>
  splitCommand(command, runner)?.line ?? command;

function isPositional(word: string, before: string, runner: TestRunnerName | undefined): boolean {
  if (word.startsWith('-') || word.includes('=')) return false;
  const isFlag = flags.has(before) || (runner === 'pytest' && pytestFlag.test(before));
  return !before.startsWith('-') || before.includes('=') || isFlag;
}

const namesAll = (path: string): boolean =>
  testFolder.test(path) || /\*/.test(path) || (path.endsWith('/') && path.length > 1);
