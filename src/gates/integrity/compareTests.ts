// Every way in which the tests of the candidate say less than those of the base. Pure: facts in, findings out.
import type { AssertionFact, FileFacts, TestFact } from '../../invariants/testFacts/factSchemas.ts';
import type { Finding } from '../../protocol/verdict.ts';
import { type Change, compareAssertions, sameAssertion } from './compareAssertions.ts';
import { deadFindings } from './deadTests.ts';
import { findingOf } from './finding.ts';
import { isTestPath } from './judgingFiles.ts';
import { namesOf, shareOfNames } from './likeness.ts';
import { matchTests, type Placed } from './matchTests.ts';
import { modifierFindings, newModifierFindings } from './modifiers.ts';
import { expectsOther } from './rows.ts';

export interface TestComparison {
  readonly before: readonly FileFacts[];
  readonly after: readonly FileFacts[];
  /** Paths that are no longer there, so that what they lost is said once. */
  readonly deletedFiles: ReadonlySet<string>;
  /** Code that is not a test was changed as well. */
  readonly hasCodeChanged: boolean;
}

export function compareTests(comparison: TestComparison): Finding[] {
  const { before, after } = comparison;
  const { pairs, lost, added } = matchTests(before, after);
  const found: Finding[] = [];
  const pool = new Pool(added.flatMap(({ test }) => test.assertions));
  const weak: { placed: Placed; was: TestFact; assertions: readonly AssertionFact[] }[] = [];
  for (const { before: old, after: now } of pairs) {
    found.push(...modifierFindings(old, now));
    if (now.test.isSuite) continue;
    if (old.test.statements > 0 && now.test.statements === 0) {
      const message = `The test "${now.test.name}" is empty now.`;
      found.push(findingOf({ rule: 'emptied-test', path: now.path, line: now.test.line, message }));
      continue;
    }
    const compared = compareAssertions(old.test.assertions, perCase(now.test, old.test));
    pool.add(compared.added);
    const dead = deadFindings(now, old.test, old.test.assertions.length > 0);
    found.push(...dead, ...compared.changes.flatMap((change) => changeFindings(change, now, comparison)));
    found.push(...rowFindings(old.test.rows, now, comparison));
    if (now.test.cases < old.test.cases) weak.push({ placed: now, was: old.test, assertions: [] });
    if (compared.lost.length > 0 && dead.length === 0)
      weak.push({ placed: now, was: old.test, assertions: compared.lost });
  }
  for (const { placed, was, assertions } of weak) found.push(...lossFindings(placed, was, assertions, pool));
  found.push(...lostFindings(lost, added, pairs, pool, comparison));
  for (const placed of added) found.push(...newModifierFindings(placed), ...deadFindings(placed, undefined, false));
  found.push(...helperFindings(comparison));
  return found;
}

/** A test that is declared for more rows makes each of its assertions for each of them. */
function perCase(now: TestFact, was: TestFact): AssertionFact[] {
  const factor = Math.max(1, Math.floor(now.cases / Math.max(1, was.cases)));
  return now.assertions.map((fact) => ({ ...fact, times: fact.times * factor }));
}

/** Assertions that are new somewhere: one that was lost in one place may have moved to another. */
class Pool {
  readonly #counts = new Map<string, number>();

  constructor(assertions: readonly AssertionFact[]) {
    this.add(assertions);
  }

  add(assertions: readonly AssertionFact[]): void {
    for (const fact of assertions)
      this.#counts.set(sameAssertion(fact), (this.#counts.get(sameAssertion(fact)) ?? 0) + fact.times);
  }

  /** Those that are nowhere; the others are taken out. */
  missing(assertions: readonly AssertionFact[]): AssertionFact[] {
    return assertions.filter((fact) => {
      const count = this.#counts.get(sameAssertion(fact)) ?? 0;
      if (count > 0) this.#counts.set(sameAssertion(fact), count - 1);
      return count === 0;
    });
  }
}

const shown = ({ kind, subject, expected }: AssertionFact): string =>
  `${subject} ${kind}${expected === null ? '' : ` ${expected}`}`.slice(0, 160);

function changeFindings(change: Change, { path, test }: Placed, { hasCodeChanged }: TestComparison): Finding[] {
  const { before, after } = change;
  const evidence = `${shown(before)} → ${shown(after)}`;
  const place = { path, line: after.line, evidence };
  if (change.kind === 'loosened')
    return [
      findingOf({
        ...place,
        rule: 'loosened-assertion',
        message: `The test "${test.name}" asserts less: ${evidence}.`,
        severity: change.drop >= 1 ? 'error' : 'warning',
      }),
    ];
  if (change.kind === 'wider')
    return [
      findingOf({
        ...place,
        rule: 'wider-tolerance',
        message: `The test "${test.name}" tolerates more: ${before.tolerance} became ${after.tolerance}.`,
      }),
    ];
  // With the code, the expectation may rightly change. Alone, it was made to fit what the code does.
  return [
    findingOf({
      ...place,
      rule: 'changed-expectation',
      message: `The test "${test.name}" expects something else: ${evidence}.`,
      severity: hasCodeChanged ? 'warning' : 'error',
    }),
  ];
}

/** Rows of a table whose expectation is another one now: the last of its values, or the one that is named for it. */
function rowFindings(before: readonly string[], { path, test }: Placed, { hasCodeChanged }: TestComparison): Finding[] {
  const now = new Set(test.rows);
  const fresh = test.rows.filter((row) => !before.includes(row));
  return before.flatMap((row) => {
    if (now.has(row)) return [];
    const other = fresh.find((candidate) => expectsOther(row, candidate));
    if (other === undefined) return [];
    const evidence = `${row} → ${other}`;
    const message = `A row of the test "${test.name}" expects something else: ${evidence}.`;
    const severity = hasCodeChanged ? 'warning' : 'error';
    return [findingOf({ rule: 'changed-expectation', path, line: test.line, message, severity, evidence })];
  });
}

function lossFindings({ path, test }: Placed, was: TestFact, lost: readonly AssertionFact[], pool: Pool): Finding[] {
  const place = { path, line: test.line };
  if (lost.length === 0)
    return [
      findingOf({
        ...place,
        rule: 'fewer-cases',
        message: `The test "${test.name}" is declared for ${test.cases} cases; it was for ${was.cases}.`,
      }),
    ];
  const missing = pool.missing(lost);
  if (missing.length === 0) return [];
  const total = (fact: TestFact): number => fact.assertions.reduce((sum, { times }) => sum + times, 0);
  return [
    findingOf({
      ...place,
      rule: 'fewer-assertions',
      message: `The test "${test.name}" has ${total(test)} assertions; it had ${total(was)}.`,
      evidence: missing.slice(0, 5).map(shown).join('\n'),
    }),
  ];
}

function lostFindings(
  lost: readonly Placed[],
  added: readonly Placed[],
  kept: readonly { readonly before: Placed; readonly after: Placed }[],
  pool: Pool,
  comparison: TestComparison,
): Finding[] {
  const found: Finding[] = [];
  const gone = goneNames(comparison);
  const room = new Map(added.map((placed) => [placed, rowsOf(placed.test) > 1 ? rowsOf(placed.test) : 0] as const));
  for (const { before, after } of kept) room.set(after, rowsOf(after.test) - rowsOf(before.test));
  const ofFile = new Map<string, { errors: Placed[]; warnings: Placed[] }>();
  for (const old of lost) {
    if (old.test.isSuite) continue;
    // A test that could not fail or did not run is no loss.
    if (old.test.assertions.length === 0 && !old.test.isImplicit && old.test.statements === 0) continue;
    const isElsewhere = old.test.assertions.length > 0 && pool.missing(old.test.assertions).length === 0;
    if (isElsewhere || intoTable(old, room)) continue;
    const entry = ofFile.get(old.path) ?? { errors: [], warnings: [] };
    const isObsolete = old.test.body.split(' ').some((word) => gone.has(word));
    (isObsolete ? entry.warnings : entry.errors).push(old);
    ofFile.set(old.path, entry);
  }
  for (const [path, { errors, warnings }] of ofFile) {
    if (comparison.deletedFiles.has(path)) {
      const names = [...errors, ...warnings].map(({ test }) => test.name);
      found.push(
        findingOf({
          rule: 'deleted-test-file',
          path,
          message: `The change deletes the test file ${path} with ${names.length} ${names.length === 1 ? 'test' : 'tests'} that ${names.length === 1 ? 'is' : 'are'} nowhere else.`,
          severity: errors.length > 0 ? 'error' : 'warning',
          evidence: names.slice(0, 20).join('\n'),
        }),
      );
      continue;
    }
    for (const { test } of errors)
      found.push(findingOf({ rule: 'removed-test', path, message: `The test "${test.name}" was removed.` }));
    for (const { test } of warnings)
      found.push(
        findingOf({
          rule: 'removed-test',
          path,
          message: `The test "${test.name}" was removed with what it tested.`,
          severity: 'warning',
        }),
      );
  }
  return found;
}

/** What a row's names must have in common with the test that it was. */
const sameNames = 0.6;
const rowsOf = (test: TestFact): number => Math.max(test.cases, ...test.assertions.map(({ times }) => times), 1);
/** A test may have become one row of a table that calls what it called. */
function intoTable(old: Placed, room: Map<Placed, number>): boolean {
  const called = new Set(
    old.test.assertions.flatMap(({ subject }) => subject.match(/[\p{L}_$][\p{L}\p{N}_$]*(?=\()/gu) ?? []),
  );
  const strongest = ({ assertions }: TestFact): number => Math.max(0, ...assertions.map(({ strength }) => strength));
  for (const [table, left] of room) {
    if (left < 1 || shareOfNames(old.test.body, table.test.body) < sameNames) continue;
    const names = namesOf(table.test.body);
    if (called.size > 0 && ![...called].some((name) => names.has(name))) continue;
    if (strongest(table.test) < strongest(old.test)) continue;
    room.set(table, left - 1);
    return true;
  }
  return false;
}

/** Names of the base's code that nothing of the change declares any more. Short ones are found everywhere and prove nothing. */
function goneNames({ before, after }: TestComparison): Set<string> {
  const now = new Set(after.flatMap(({ defines }) => defines));
  return new Set(
    before
      .filter(({ path }) => !isTestPath(path))
      .flatMap(({ defines }) => defines)
      .filter((name) => name.length > 3 && !now.has(name)),
  );
}

/** Functions that assert for tests of other files. */
function helperFindings({ before, after, hasCodeChanged }: TestComparison): Finding[] {
  return after.flatMap(({ path, helpers }) => {
    if (!isTestPath(path)) return [];
    const old = before.find((file) => file.path === path);
    return helpers.flatMap((now) => {
      const was = old?.helpers.find(({ name }) => name === now.name);
      if (was === undefined) return [];
      const { changes, lost } = compareAssertions(was.assertions, now.assertions);
      const placed = { path, test: now };
      const comparison = { before, after, deletedFiles: new Set<string>(), hasCodeChanged };
      const dead = deadFindings(placed, was, true);
      return [
        ...dead,
        ...changes.flatMap((change) => changeFindings(change, placed, comparison)),
        ...(lost.length > 0 && dead.length === 0 ? lossFindings(placed, was, lost, new Pool([])) : []),
      ];
    });
  });
}
