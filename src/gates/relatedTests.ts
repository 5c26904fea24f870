// The tests that have to do with a change, run before all others. They can only say `failed` sooner: whatever they do not show
// for sure is left to the run of all tests.
import { isNamedAsTest, isTestFile } from '../gym/history/findTests.ts';
import { isRelevant } from '../gym/history/relevantFiles.ts';
import type { TestReport, TestResult, TestRunnerName } from '../protocol/testReport.ts';
import type { GateContext } from './gate.ts';
import { plainFiles } from './treeReader.ts';

export interface RelatedRun {
  /** The files whose tests were run, the nearest to the change first. */
  readonly files: readonly string[];
  readonly report: TestReport;
  /** The same files on the base, as far as they are there. */
  readonly base: TestReport | undefined;
}

/** More files than this are no quick look. */
const maxFiles = 30;

/** `undefined` where there is no such part of the tests, or where it shows nothing that could be a failure. */
export async function runRelated(context: GateContext): Promise<RelatedRun | undefined> {
  const { baseTree, candidateTree, config, files, signal } = context;
  if (config.tests.related === 'off' || baseTree === candidateTree) return undefined;
  const chosen = await relatedFiles(context);
  if (chosen.length === 0) return undefined;
  context.onProgress(`Tests related to the change first: ${namesOf(chosen)}`);
  const ran = await context.runSome(candidateTree, signal, chosen);
  // What stands in the way of this run is said by the run of all tests.
  if (!ran.ok || ran.value === undefined || isGreen(ran.value.report)) return undefined;
  const before = new Set((await files.list(baseTree)).map(({ path }) => path));
  const known = ran.value.files.filter((path) => before.has(path));
  context.onProgress('The same tests on the base');
  const base = known.length === 0 ? undefined : await context.runSome(baseTree, signal, known);
  return { ...ran.value, base: base?.ok === true ? base.value?.report : undefined };
}

const isGreen = ({ exitCode, timedOut, counts, errors }: TestReport): boolean =>
  exitCode === 0 && !timedOut && counts.failed === 0 && errors.length === 0;

/** None where it is most of the tests: then running all of them takes hardly longer. */
async function relatedFiles(context: GateContext): Promise<readonly string[]> {
  const { baseTree, candidateTree, files, engine, checkout, signal } = context;
  const changes = await files.changed(baseTree, candidateTree);
  const changed = changes
    .flatMap(({ path, oldPath }) => (oldPath === null ? [path] : [path, oldPath]))
    .filter(isRelevant);
  const listed = await plainFiles(files, candidateTree);
  const inFolders = listed.map(({ path }) => path).filter(isTestFile);
  // Where tests have names of their own, what else lies in their folders only helps them.
  const named = inFolders.filter(isNamedAsTest);
  const tests = named.length > 0 ? named : inFolders;
  if (changed.length === 0 || tests.length < 2) return [];
  const found = await checkout(candidateTree, (root) =>
    engine.relatedTests({ root, files: listed, changed, tests }, signal),
  );
  if (!found.ok) {
    context.onProgress(`Related tests could not be found, so all run at once: ${found.failure.message}`);
    return [];
  }
  const chosen = found.value.slice(0, maxFiles);
  return chosen.length * 2 > tests.length ? [] : chosen;
}

/** Each file has a process or a world of its own, so that a test does alone what it does among others. */
const isolating: ReadonlySet<TestRunnerName> = new Set(['vitest', 'jest', 'node:test', 'playwright', 'go']);

const isIsolated = ({ runner, command }: TestReport): boolean => isolating.has(runner) && !/isolat/i.test(command);

/** Whether a test that fails here fails among all tests as well, so that nobody need run them to know. */
export function isSureFailure({ report, base }: RelatedRun, test: TestResult): boolean {
  if (isIsolated(report)) return true;
  const before = base?.tests.find(({ id }) => id === test.id);
  if (before !== undefined) return before.status === 'passed';
  return test.file !== undefined && passesAlone(test.file, report);
}

/** Whether what failed outside of any test is about these files, and not about there being only these. */
export function isSureError({ files, report, base }: RelatedRun): boolean {
  if (report.timedOut) return base === undefined ? isIsolated(report) : !base.timedOut && base.perTest;
  if (!report.perTest) return false;
  // A package of Go that does not compile is named by its import path.
  if (report.runner === 'go') return report.errors.length > 0;
  const broken = files.filter((path) => report.errors.some((error) => error.includes(path)));
  if (isIsolated(report)) return broken.length > 0;
  return base !== undefined && broken.some((path) => passesAlone(path, base));
}

const passesAlone = (path: string, { tests }: TestReport): boolean =>
  tests.some(({ file, status }) => file === path && status === 'passed');

/** Says what was run, so that nobody takes the verdict for one of all tests. */
export function withoutOthers(summary: string, { files, report }: RelatedRun): string {
  const told = files.filter(
    (path) => report.tests.some(({ file }) => file === path) || report.errors.some((error) => error.includes(path)),
  );
  const names = namesOf(told.length > 0 ? told : files);
  return `Related tests first: ${summary}, in ${names}. They fail, so the other tests were not run.`;
}

function namesOf(files: readonly string[]): string {
  const shown = files.slice(0, 3).join(', ');
  return files.length > 3 ? `${shown} and ${files.length - 3} more` : shown;
}
