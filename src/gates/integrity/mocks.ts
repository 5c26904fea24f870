// Mocks that replace what a test is about. Pure.
import type { FileFacts } from '../../invariants/testFacts/factSchemas.ts';
import type { Finding } from '../../protocol/verdict.ts';
import { findingOf } from './finding.ts';

export function mockFindings(before: readonly FileFacts[], after: readonly FileFacts[]): Finding[] {
  return after.flatMap(({ path, mocks }) => {
    const known = new Set(
      before
        .find((file) => file.path === path)
        ?.mocks.filter(({ subject }) => subject !== null)
        .map(({ target }) => target),
    );
    return mocks
      .filter(({ target, subject }) => subject !== null && !known.has(target))
      .map(({ target, line, subject }) =>
        findingOf({
          rule: 'mocked-subject',
          path,
          line,
          evidence: target,
          message: `The tests replace what they test: ${target} stands in for ${subject}.`,
        }),
      );
  });
}
