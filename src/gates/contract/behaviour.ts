// Behaviour: unit, integration and end-to-end tests that come with a change, and by which way they reach it.
import { type Change, isEndToEnd } from './change.ts';
import {
  boundaryPlaces,
  failed,
  files,
  firstLine,
  type Judged,
  notApplicable,
  onePerFile,
  passed,
  routes,
  type Surroundings,
  unproven,
} from './item.ts';
import { boundaryTest, boundaryTestPath } from './signs.ts';

export function unitTests(change: Change, { facts }: Surroundings): Judged {
  const { sources } = change;
  if (sources.length === 0) return notApplicable('No code of a feature changes.');
  const missing = sources.filter(({ path }) => (facts.reached.get(path)?.size ?? 0) === 0);
  const evidence = sources.flatMap(({ path }) => [...(facts.reached.get(path)?.values() ?? [])].slice(0, 3));
  if (missing.length === 0)
    return passed(`Changed tests reach all ${files(sources.length)} of changed code.`, evidence);
  const unread = change.tests.flatMap(({ path }) => facts.unread.get(path) ?? []);
  if (unread.length > 0) return unproven('Tests that changed cannot be followed to what they test.', unread);
  return failed(
    `No test that was added or changed reaches ${missing.length} of ${files(sources.length)} of changed code.`,
    missing.map((file) => ({
      message: `No test that this change adds or edits reaches ${file.path}.`,
      ...{ path: file.path, line: firstLine(file) },
    })),
    evidence,
  );
}

export function integrationTests(change: Change, { facts }: Surroundings): Judged {
  const subjects = onePerFile(boundaryPlaces(change, facts));
  const migrations = change.migrations.map((path) => ({ path, line: 1, what: 'a migration' }));
  if (subjects.length + migrations.length === 0) return notApplicable('No new code crosses a boundary of the process.');
  const crossing = change.tests.filter(({ path, text }) => boundaryTest.test(text) || boundaryTestPath.test(path));
  const evidence: string[] = [];
  const missing = subjects.filter(({ path }) => {
    const found = crossing.find((test) => facts.reached.get(path)?.has(test.path) === true);
    if (found !== undefined) evidence.push(facts.reached.get(path)?.get(found.path) ?? found.path);
    return found === undefined;
  });
  // A migration is imported by nobody; a test that goes over a boundary is what runs it.
  if (crossing.length === 0) missing.push(...migrations);
  else evidence.push(...(migrations.length > 0 ? crossing.map(({ path }) => path) : []));
  if (missing.length === 0) return passed('Changed tests that cross a boundary reach the code at it.', evidence);
  return failed(
    `Nothing that was added or changed tests the boundary in ${files(missing.length)}.`,
    missing.map(({ path, line, what }) => ({
      message: `No integration test of this change reaches ${path}, which crosses a boundary: ${what}`,
      ...{ path, line },
    })),
    evidence,
  );
}

export function endToEndTests({ sources, tests }: Change): Judged {
  const pages = sources.filter(({ path }) => /(?:^|\/)(?:app|pages)\/.*\.(?:tsx|jsx|vue|svelte)$/.test(path));
  const subjects = onePerFile([
    ...routes(sources),
    ...pages.map((file) => ({ path: file.path, line: firstLine(file), what: 'a page' })),
  ]);
  if (subjects.length === 0) return notApplicable('No route and no page changes.');
  const found = tests.filter(({ path }) => isEndToEnd(path)).map(({ path }) => path);
  if (found.length > 0) return passed('End-to-end tests change along. Which flow they walk is not known.', found);
  return failed(
    'No end-to-end test was added or changed.',
    subjects.map(({ path, line, what }) => ({
      message: `No end-to-end test changes along with ${path}: ${what}`,
      path,
      line,
    })),
  );
}
