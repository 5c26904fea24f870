// Tests that cannot fail: without an assertion, or with assertions that hold or are lost whatever the code does. Pure.
import type { TestFact } from '../../invariants/testFacts/factSchemas.ts';
import type { Finding } from '../../protocol/verdict.ts';
import { findingOf } from './finding.ts';
import type { Placed } from './matchTests.ts';

/** What is dead in `test` and was not in `before`. */
export function deadFindings({ path, test }: Placed, before: TestFact | undefined, hadAssertions: boolean): Finding[] {
  if (test.isSuite || test.modifiers.includes('skip') || test.modifiers.includes('todo')) return [];
  const known = new Map<string, number>();
  for (const { reason } of before?.dead ?? []) known.set(reason, (known.get(reason) ?? 0) + 1);
  const found: Finding[] = [];
  for (const { reason, text, line } of test.dead) {
    const left = known.get(reason) ?? 0;
    known.set(reason, left - 1);
    if (left > 0) continue;
    // What still asserts something else can fail for another reason.
    const isError = hadAssertions || test.assertions.length === 0;
    found.push(
      findingOf({
        path,
        line,
        rule: 'cannot-fail',
        message: `An assertion of the test "${test.name}" cannot fail: ${reason}.`,
        severity: isError ? 'error' : 'warning',
        evidence: text.slice(0, 200),
      }),
    );
  }
  if (
    before === undefined &&
    found.length === 0 &&
    test.assertions.length === 0 &&
    test.dead.length === 0 &&
    !test.isImplicit
  )
    found.push(
      findingOf({
        path,
        line: test.line,
        rule: 'cannot-fail',
        message: `The new test "${test.name}" asserts nothing.`,
        severity: 'warning',
      }),
    );
  return found;
}
