// A part of all tests: those of some files that the project's own command runs by itself, and how they are named to it. A file
// that the command would not run is never named, since its failure would say nothing of the project. In doubt there is no part.
import { join, posix } from 'node:path';
import picomatch from 'picomatch';
import type { TestRunnerName } from '../../protocol/testReport.ts';
import { type SplitCommand, splitCommand } from './narrowCommand.ts';
import { readReport, shellQuote } from './reportFiles.ts';
import type { TestCommand } from './testCommand.ts';

export interface Part {
  readonly line: string;
  /** Files that go behind the runner's own arguments. */
  readonly files: readonly string[];
  /** The files whose tests run, however they are named. */
  readonly covered: readonly string[];
}

interface Asked extends SplitCommand {
  readonly command: string;
  readonly cwd: string;
  readonly files: readonly string[];
}
type Chooser = (asked: Asked) => Promise<((path: string) => boolean) | undefined>;

export async function partOfAll(
  { runner, command }: TestCommand,
  files: readonly string[],
  cwd: string,
): Promise<Part | undefined> {
  if (runner === 'go') return await goPackages(command, files, cwd);
  const split = splitCommand(command, runner);
  const choose = choosers[runner];
  // With tests that stay named, the runner takes files beside them.
  if (split === undefined || choose === undefined || split.paths.length > 0) return undefined;
  const isRun = await choose({ ...split, command, cwd, files });
  const covered = isRun === undefined ? [] : files.filter((path) => !path.startsWith('-') && isRun(path));
  return covered.length === 0 ? undefined : { line: split.line, files: covered, covered };
}

/** These look for the names among the files that they find by their own configuration. */
const byOwnSearch: Chooser =
  async ({ forAll }) =>
  (path) =>
    forAll.length === 0 || isUnder(path, forAll, true);

const choosers: Partial<Record<TestRunnerName, Chooser>> = {
  vitest: byOwnSearch,
  jest: byOwnSearch,
  playwright: byOwnSearch,
  // Without a path, what Node's documentation lists.
  'node:test': async ({ forAll }) =>
    forAll.length > 0
      ? (path) => isUnder(path, forAll, true)
      : (path) =>
          /\.[cm]?[jt]s$/.test(path) &&
          (/(?:^|\/)test\//.test(path) || /(?:[._-]test|(?:^|\/)test-[^/]*|(?:^|\/)test)\.[cm]?[jt]s$/.test(path)),
  mocha: async ({ forAll, command, cwd }) => {
    const isSteered = /\s--?(?:ignore|exclude|spec|config|package|extension|ext|opts|f|fgrep|g|grep)\b/.test(command);
    if (isSteered || (await mochaIsConfigured(cwd))) return undefined;
    const folders = forAll.length === 0 ? ['test'] : forAll;
    const isDeep = /\s--recursive\b/.test(command);
    return (path) => /\.[cm]?js$/.test(path) && isUnder(path, folders, isDeep);
  },
  pytest: async ({ forAll, command, cwd, files }) => {
    if (/\s--(?:ignore|deselect|config-file|rootdir|pyargs)\b|\s-c\s/.test(command)) return undefined;
    const settings = await Promise.all(pytestSettings(files).map((name) => textOf(join(cwd, name))));
    // What is named is run, also where the settings leave it out.
    if (settings.some((text) => /\b(?:collect_ignore|norecursedirs|python_files|--ignore|--deselect)/.test(text)))
      return undefined;
    const asked = forAll.length > 0 ? forAll : settings.flatMap(testPaths);
    return (path) => isPytestFile(path) && (asked.length === 0 || isUnder(path, asked, true));
  },
};

const pytestSettings = (files: readonly string[]): string[] => {
  const folders = new Set(['.']);
  for (const path of files)
    for (let folder = posix.dirname(path); folder !== '.'; folder = posix.dirname(folder)) folders.add(folder);
  const conftests = [...folders].map((folder) => posix.join(folder, 'conftest.py'));
  return ['pytest.ini', '.pytest.ini', 'pyproject.toml', 'tox.ini', 'setup.cfg', ...conftests];
};
const isPytestFile = (path: string): boolean =>
  /(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$/.test(path) &&
  !/(?:^|\/)(?:\.[^/]*|[^/]*\.egg|_darcs|build|CVS|dist|node_modules|venv)\//.test(path);

/** `testpaths` of an ini file or of TOML. */
function testPaths(settings: string): string[] {
  const value = /^\s*testpaths\s*=\s*(\[[^\]]*\]|[^\n]*(?:\n[ \t]+[^\n]*)*)/m.exec(settings)?.[1] ?? '';
  return value.split(/[\s,[\]"']+/).filter((word) => word !== '');
}

async function mochaIsConfigured(cwd: string): Promise<boolean> {
  const names = ['.mocharc.js', '.mocharc.cjs', '.mocharc.mjs', '.mocharc.yaml', '.mocharc.yml', '.mocharc.json'];
  const texts = await Promise.all(
    [...names, '.mocharc.jsonc', 'test/mocha.opts'].map((name) => textOf(join(cwd, name))),
  );
  return texts.some((text) => text !== '') || /"mocha"\s*:\s*\{/.test(await textOf(join(cwd, 'package.json')));
}

/** @param isDeep whether a folder stands for the folders in it too */
function isUnder(path: string, places: readonly string[], isDeep: boolean): boolean {
  return places.some((place) => {
    const plain = posix.normalize(place).replace(/\/$/, '');
    if (/[*?[{]/.test(plain)) return picomatch.isMatch(path, plain, { dot: false });
    if (plain === '.' || path === plain) return true;
    return path.startsWith(`${plain}/`) && (isDeep || !path.slice(plain.length + 1).includes('/'));
  });
}

/** Go runs packages, which are folders. One in a module of its own is not among those of `./...`. */
async function goPackages(command: string, files: readonly string[], cwd: string): Promise<Part | undefined> {
  if (!/\sgo\s+test\b|^go\s+test\b/.test(command) || !/\s\.\/\.\.\.(?=\s|$)/.test(command)) return undefined;
  const tests = files.filter(
    (path) => path.endsWith('_test.go') && !/(?:^|\/)(?:[._][^/]*|testdata|vendor)\//.test(path),
  );
  const covered: string[] = [];
  for (const path of tests) if (await isInFirstModule(path, cwd)) covered.push(path);
  if (covered.length === 0) return undefined;
  const folders = [...new Set(covered.map((path) => `./${posix.dirname(path)}`))];
  const line = command.replace(/(?<=\s)\.\/\.\.\.(?=\s|$)/, () => folders.map(shellQuote).join(' '));
  return { line, files: [], covered };
}

async function isInFirstModule(path: string, cwd: string): Promise<boolean> {
  for (let folder = posix.dirname(path); folder !== '.'; folder = posix.dirname(folder))
    if ((await textOf(join(cwd, folder, 'go.mod'))) !== '') return false;
  return true;
}

/** Settings are as hostile as reports: a link to an endless file is none. */
const textOf = async (path: string): Promise<string> => (await readReport(path)) ?? '';
