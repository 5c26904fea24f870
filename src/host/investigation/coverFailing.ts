// What the failing test runs through, and what passing tests do: those of its own file, then those of files about the code that it
// runs through. All of it in one worktree, in the sandbox, with the limits of the configuration.
import { type CoveredTests, coverTests } from '../../gym/coverage/coverTests.ts';
import { countTests } from '../../gym/coverage/spectrum.ts';
import type { FunctionRange, TestCoverage } from '../../gym/coverage/testCoverage.ts';
import type { Repository } from '../../gym/git.ts';
import { framesOf } from '../../gym/history/failureSignature.ts';
import { isTestPath, testsNaming } from '../../gym/history/findTests.ts';
import { meant } from '../../gym/history/runOracle.ts';
import { listFiles, readFileAt } from '../../gym/snapshot.ts';
import type { RunTestsOptions } from '../../gym/testRunner/runTests.ts';
import type { ActivityInput } from '../../protocol/activities.ts';
import { type Result, success } from '../../protocol/result.ts';
import type { Coverage } from '../../protocol/suspects.ts';

/** Test files beside the failing one. */
const maxFiles = 4;
/** The longest that these may take, in seconds: a cause that is known does not wait for what others tell of it. */
const relatedSeconds = 60;
/** Files of code for which tests are looked for. */
const maxSources = 4;
/** Tests that are measured of the failing test's file, and of each process of the others. */
const maxTests = 1_000;
const maxRelated = 80;
/** Passing tests beyond this many tell nothing more. */
const maxPassing = 500;

type Asked = Pick<ActivityInput<'coverTests'>, 'tree' | 'oracle'>;
type Options = Omit<RunTestsOptions, 'files' | 'instrument'>;

/** What the tests of one file ran through, and where they ran. */
export interface CoveredFile {
  readonly covered: CoveredTests;
  readonly cwd: string;
}

export async function coverFile(file: string, options: Options): Promise<Result<CoveredFile>> {
  const covered = await coverTests({ ...options, files: [file] }, maxTests);
  return covered.ok ? success({ covered: covered.value, cwd: options.cwd }) : covered;
}

/**
 * @param own the tests of the failing test's own file
 * @param beside how tests of other files are run; without it, none are
 */
export async function coverFailing(
  { tree, oracle }: Asked,
  { covered: first, cwd }: CoveredFile,
  repository: Repository,
  beside: Options | undefined,
): Promise<Result<Coverage>> {
  const { report, why } = first;
  const reported = meant(report.tests, oracle).filter(({ status }) => status === 'failed');
  const names = new Set(reported.map(({ name }) => name));
  const failing = first.failed.filter(({ name }) => names.has(name));
  if (failing.length === 0)
    return success(
      nothing([why ?? (reported.length === 0 ? 'The test does not fail.' : 'The failing test could not be measured.')]),
    );
  const notes: string[] = [];
  const known = new Set((await listFiles(repository, tree)).map(({ path }) => path));
  // What is built, and what tests are made of, is not where to look.
  const isLeftOut = (path: string) => !known.has(path) || isTestPath(path);
  // Tests of Go are chosen by their package.
  const isByFile = report.runner !== 'go';
  const second =
    beside !== undefined && isByFile
      ? await coverRelated(await relatedFiles(repository, { tree, oracle }, failing, first, isLeftOut), beside)
      : undefined;
  if (second?.ok === false) return second;
  if (second !== undefined && second.value.why !== null) notes.push(second.value.why);
  const passing = [...first.passed, ...(second?.value.passed ?? [])].slice(0, maxPassing);
  const functions = merged(first.functions, second?.value.functions ?? new Map());
  const message = reported.flatMap((test) => framesOf(test.stack ?? '', cwd));
  return success({
    failing: failing.map(({ name }) => name),
    passing: passing.length,
    functions: countTests({ failing, passing, functions }, isLeftOut),
    frames: message.slice(0, 20),
    words: wordsOf(failing, await textOf(repository, tree, oracle.file)),
    notes,
  });
}

async function coverRelated(files: readonly string[], options: Options): Promise<Result<CoveredTests> | undefined> {
  if (files.length === 0) return undefined;
  const timeoutSeconds = Math.min(options.config.timeoutSeconds, relatedSeconds);
  return await coverTests({ ...options, files, config: { ...options.config, timeoutSeconds } }, maxRelated);
}

export const nothing = (notes: string[]): Coverage => ({
  failing: [],
  passing: 0,
  functions: [],
  frames: [],
  words: [],
  notes,
});

/** Tests about the files in which the failing test differs most from those that pass. */
async function relatedFiles(
  repository: Repository,
  { tree, oracle }: Asked,
  failing: readonly TestCoverage[],
  { passed, functions }: CoveredTests,
  isLeftOut: (path: string) => boolean,
): Promise<string[]> {
  const counted = countTests({ failing, passing: passed, functions }, isLeftOut);
  const sources = [...new Set(counted.map(({ path }) => path))].slice(0, maxSources);
  return await testsNaming(repository, { tree, sources, near: oracle.file }, maxFiles);
}

function merged(
  a: ReadonlyMap<string, readonly FunctionRange[]>,
  b: ReadonlyMap<string, readonly FunctionRange[]>,
): Map<string, FunctionRange[]> {
  const all = new Map<string, Map<string, FunctionRange>>();
  for (const [path, ranges] of [...a, ...b]) {
    const known = all.get(path) ?? new Map();
    all.set(path, known);
    for (const range of ranges) known.set(`${range.startLine} ${range.endLine} ${range.name}`, range);
  }
  return new Map([...all].map(([path, known]) => [path, [...known.values()]]));
}

/** Lines of a test that are looked at for names of what it tests. */
const maxTestLines = 40;
const maxWords = 300;

/** Identifiers in the names of the failing tests and in the text that follows the name in the file. */
function wordsOf(failing: readonly TestCoverage[], text: string): string[] {
  const words = new Set<string>();
  for (const { name } of failing) {
    const title = name.split(' > ').at(-1) ?? name;
    const lines = text.split('\n');
    const at = lines.findIndex((line) => line.includes(title.replace(/\[.*$/s, '')));
    const rest = at < 0 ? [] : lines.slice(at, at + maxTestLines);
    const end = rest.findIndex(
      (line, index) => index > 0 && /^\s*(?:(?:it|test|describe)\b|(?:async )?def |func )/.test(line),
    );
    const body = (end < 0 ? rest : rest.slice(0, end)).join('\n');
    for (const [word] of `${name}\n${body}`.matchAll(/[A-Za-z_$][\w$]{2,}/g)) words.add(word);
  }
  return [...words].slice(0, maxWords);
}

async function textOf(repository: Repository, tree: string, path: string): Promise<string> {
  const bytes = await readFileAt(repository, tree, path);
  return bytes === undefined ? '' : new TextDecoder().decode(bytes);
}
