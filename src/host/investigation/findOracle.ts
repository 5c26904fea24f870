// From a symptom to an oracle: the test that is meant, a command, or what the gates find around the file. It never makes a
// symptom up: where nothing is wrong there is no oracle, and it says so.
import { isTestFile, isTestPath, TreeTests } from '../../gym/history/findTests.ts';
import { treeOfRevision } from '../../gym/snapshot.ts';
import type { ActivityInput, ActivityOutput } from '../../protocol/activities.ts';
import { type TestOracle, uncommitted } from '../../protocol/investigation.ts';
import { type Result, success } from '../../protocol/result.ts';
import type { TestReport, TestResult } from '../../protocol/testReport.ts';
import type { ActivityContext } from '../activityContext.ts';
import { type JudgeParts, judgeTrees } from '../judge.ts';
import type { Probes } from './probes.ts';

type Asked = ActivityInput<'findOracle'>;
type Given = ActivityOutput<'findOracle'>;

/** Like tests, they ask and are not what is asked about. */
const isBenchmark = /(?:^|\/)bench(?:mark)?s?\/|[._-]bench(?:mark)?\.\w+$/;
/** Notes beyond this many are counted only. */
const maxNotes = 10;
/** Test files of which it is asked whether they can be loaded. */
const maxUnloaded = 4;
/** Test files that are run where it is said to have worked. */
const maxFilesBefore = 4;

type OracleParts = JudgeParts & { readonly runId: string; readonly probes: Probes };

export async function findOracle(input: Asked, parts: OracleParts, context: ActivityContext): Promise<Result<Given>> {
  return await TreeTests.use(parts.repository, input.tree, async (tests) => await find(input, tests, parts, context));
}

async function find(
  input: Asked,
  tests: TreeTests,
  parts: OracleParts,
  context: ActivityContext,
): Promise<Result<Given>> {
  const { symptom } = input;
  switch (symptom.kind) {
    case 'command':
      return success(await ofCommand(symptom.command, tests, parts));
    case 'test': {
      const { file, name } = symptom;
      const found = file === null ? await fileOfTest(name, input.file, tests) : tests.has(file) ? file : undefined;
      if (found !== undefined) {
        parts.probes.measurements.begin(input.tree, found, context);
        const asking = { tree: input.tree, probes: parts.probes, context };
        return await ofFailing({ kind: 'test', file: found, name }, [], tests, asking);
      }
      const what = name === null ? 'There is no test' : `No test file has a test named "${name}"`;
      return success(
        none(
          `${what}${file === null ? ` around ${input.file}` : ` in ${file}`}. Name it by --test, or give a --command.`,
        ),
      );
    }
    case 'slowerThan':
      return await toTime(symptom, input, tests, parts);
    case 'drift':
      throw new Error('A drift is read from the history and not run.');
    case 'workedAt':
    case 'words':
      return await triage(input, tests, parts, context);
  }
}

/** What is timed: a command, the named test, or the first test file that is about the file. */
async function toTime(
  { command, test }: Asked['symptom'] & { kind: 'slowerThan' },
  { file }: Asked,
  tests: TreeTests,
  parts: JudgeParts,
): Promise<Result<Given>> {
  if (command !== null) return success(await ofCommand(command, tests, parts));
  const found = await fileOfTest(test, file, tests);
  if (found !== undefined) return success(await ofTest({ kind: 'test', file: found, name: test }, tests));
  const what = test === null ? `No test is about ${file}` : `No test file has a test named "${test}"`;
  return success(none(`${what}, so there is nothing to time. Give a --command.`));
}

const none = (...notes: string[]): Given => ({ oracle: null, overlay: [], reached: [], isSeen: false, notes });

/** A test with what is carried along to old commits, whatever it says. */
async function ofTest(oracle: TestOracle, tests: TreeTests): Promise<Given> {
  const carried = await tests.carried([oracle.file]);
  const reached = await reachedFrom([oracle.file], carried, tests);
  return { oracle, overlay: overlayOf(carried), reached, isSeen: false, notes: [] };
}

/** The same of a test that fails, asked once: what else stands in its file is left out where that is as good and sooner, or all of
 * it where the file cannot be loaded. */
async function ofFailing(
  oracle: TestOracle,
  notes: string[],
  tests: TreeTests,
  { tree, probes, context }: { readonly tree: string; readonly probes: Probes; readonly context: ActivityContext },
): Promise<Result<Given>> {
  const given = await ofTest(oracle, tests);
  const asked = await probes.asSeen({ oracle, todayTree: tree, overlay: given.overlay }, context);
  return asked.ok ? success({ ...given, ...asked.value, notes: [...notes, ...asked.value.notes] }) : asked;
}

/** What is laid over every commit anyway is no cause of what differs between them. */
async function reachedFrom(
  roots: readonly string[],
  carried: readonly { readonly path: string }[],
  tests: TreeTests,
): Promise<string[]> {
  const own = new Set(carried.map(({ path }) => path));
  return (await tests.reached(roots)).filter((path) => !own.has(path));
}

const overlayOf = (files: readonly { path: string; mode: string; blob: string }[]): Given['overlay'] =>
  files.map(({ path, mode, blob }) => ({ path, mode, blob })).sort((a, b) => (a.path < b.path ? -1 : 1));

/** A command's own scripts are carried back when they are tests, or not committed yet. */
async function ofCommand(command: string, tests: TreeTests, { repository, files }: JudgeParts): Promise<Given> {
  const named = command.split(/[\s'"=]+/).filter((word) => tests.has(word));
  const head = await treeOfRevision(repository, 'HEAD');
  const committed = new Set(head.ok ? (await files.list(head.value)).map(({ path }) => path) : []);
  const own = named.filter((path) => isTestPath(path) || isBenchmark.test(path) || !committed.has(path));
  const carried = await tests.carried(own);
  const reached = await reachedFrom(named, carried, tests);
  return { oracle: { kind: 'command', command }, overlay: overlayOf(carried), reached, isSeen: false, notes: [] };
}

async function fileOfTest(name: string | null, path: string, tests: TreeTests): Promise<string | undefined> {
  if (isTestFile(path) && tests.has(path)) return path;
  const about = await tests.about(path);
  if (name === null) return about[0];
  const named = await tests.named(name);
  // What is made of parts is nowhere in the text.
  return about.find((test) => named.includes(test)) ?? named[0] ?? about[0];
}

/** The tests around the file, and the rules on it, as they are today. */
async function triage(
  { tree, file, symptom }: Asked,
  tests: TreeTests,
  parts: OracleParts,
  context: ActivityContext,
): Promise<Result<Given>> {
  const about = await tests.about(file);
  const [only, ...more] = about;
  if (only !== undefined && more.length === 0) parts.probes.measurements.begin(tree, only, context);
  const today = { commit: uncommitted(tree), todayTree: tree, overlay: [], hunks: null };
  const [notes, ran] = await Promise.all([
    ruleNotes(tree, file, parts, context),
    parts.probes.tests(today, about, ({ status }) => status === 'failed', context),
  ]);
  if (!ran.ok && ran.failure.reason === 'configuration') return ran;
  if (!ran.ok) return success(none(...notes, ran.failure.message));
  const failed = ran.value.tests.filter(({ status }) => status === 'failed');
  const near = failed.filter((test) => about.length === 0 || (test.file !== undefined && about.includes(test.file)));
  const older =
    symptom.kind === 'workedAt' ? await failingBefore(near, symptom.revision, tree, tests, parts, context) : [];
  const [first, ...others] = [...near.filter((test) => !older.includes(test)), ...older];
  for (const test of others.slice(0, maxNotes))
    notes.push(`It also fails${older.includes(test) ? ', and did when it is said to have worked' : ''}: ${test.name}`);
  if (first?.file !== undefined)
    return await ofFailing({ kind: 'test', file: first.file, name: first.name }, notes, tests, {
      ...{ tree, context },
      probes: parts.probes,
    });
  const unloaded = unreported(about, ran.value);
  for (const file of unloaded.slice(0, maxUnloaded)) {
    const oracle: TestOracle = { kind: 'test', file, name: null };
    const given = await ofFailing(oracle, notes, tests, { tree, context, probes: parts.probes });
    if (!given.ok || given.value.isSeen) return given;
  }
  for (const { name } of failed.slice(0, maxNotes)) notes.push(`Not around this file, but failing: ${name}`);
  notes.push(...ran.value.errors.slice(0, maxNotes));
  const { passed } = ran.value.counts;
  const where =
    about.length === 0 ? 'No test is about this file' : `The tests around this file are ${about.join(', ')}`;
  notes.push(`${where}; ${passed} tests passed and none failed that would be a symptom.`);
  return success(none(...notes));
}

/** Test files that were run and of which no test was told, where something went wrong outside of any test. */
function unreported(files: readonly string[], { tests, errors }: TestReport): string[] {
  const told = new Set(tests.flatMap(({ file }) => file ?? []));
  return errors.length === 0 ? [] : files.filter((file) => !told.has(file));
}

/** Those of several failing tests that do not pass at the revision either: they are no symptom of what changed since. */
async function failingBefore(
  failing: readonly TestResult[],
  revision: string,
  tree: string,
  tests: TreeTests,
  { repository, probes }: OracleParts,
  context: ActivityContext,
): Promise<TestResult[]> {
  const files = [...new Set(failing.flatMap((test) => test.file ?? []))].slice(0, maxFilesBefore);
  const before = await treeOfRevision(repository, revision);
  if (failing.length < 2 || files.length === 0 || !before.ok) return [];
  const overlay = overlayOf(await tests.carried(files));
  const question = { commit: uncommitted(before.value), todayTree: tree, overlay, hunks: null };
  const asked = new Set(failing.map(({ id }) => id));
  const then = await probes.tests(question, files, ({ id }) => asked.has(id), context);
  const passing = new Set(then.ok ? then.value.tests.flatMap(({ id, status }) => (status === 'passed' ? id : [])) : []);
  // Where nothing can be run, nothing is known.
  if (passing.size === 0) return [];
  return failing.filter(({ id, file }) => file !== undefined && files.includes(file) && !passing.has(id));
}

async function ruleNotes(
  tree: string,
  file: string,
  parts: JudgeParts & { readonly runId: string },
  { signal, onProgress }: ActivityContext,
): Promise<string[]> {
  const head = await treeOfRevision(parts.repository, 'HEAD');
  const baseTree = head.ok ? head.value : tree;
  const key = `${parts.runId}-judge`;
  const judged = await judgeTrees(
    { baseTree, candidateTree: tree, gates: ['invariants'], key, signal, onProgress },
    parts,
  );
  if (!judged.ok) return [judged.failure.message];
  const findings = judged.value.flatMap(({ findings: all }) => all).filter(({ path }) => path === file);
  return findings.slice(0, maxNotes).map(({ rule, message, range }) => {
    const line = range === undefined ? '' : `:${range.startLine}`;
    return `The rule ${rule} is broken at ${file}${line}: ${message}`;
  });
}
