// Marks that keep a test from counting: skipped, expected to fail, focused. Pure.
import type { Finding } from '../../protocol/verdict.ts';
import { findingOf } from './finding.ts';
import type { Placed } from './matchTests.ts';

const hushing = new Set(['skip', 'todo', 'fixme', 'fails']);

/** Marks of a test that was there before. */
export function modifierFindings(before: Placed, { path, test }: Placed): Finding[] {
  const left = [...before.test.modifiers];
  const added = test.modifiers.filter((modifier) => {
    const index = left.indexOf(modifier);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
  const what = test.isSuite ? 'suite' : 'test';
  return [...new Set(added)].flatMap((modifier) => {
    const place = { path, line: test.line };
    if (hushing.has(modifier))
      return [
        findingOf({ ...place, rule: 'skipped-test', message: `The ${what} "${test.name}" is marked ${modifier} now.` }),
      ];
    if (modifier === 'conditional')
      return [
        findingOf({
          ...place,
          rule: 'skipped-test',
          message: `The ${what} "${test.name}" is skipped under a condition now.`,
          severity: 'warning',
        }),
      ];
    return modifier === 'only' ? [focused({ path, test })] : [];
  });
}

/** Marks of a test that is new. Skipped, it takes nothing away; focused, it takes all others away. */
export function newModifierFindings({ path, test }: Placed): Finding[] {
  // Marks of a whole file concern what was there before, however the file is read.
  const severity = test.isSuite && test.name.startsWith('(') ? 'error' : 'warning';
  return [...new Set(test.modifiers)].flatMap((modifier) => {
    if (hushing.has(modifier))
      return [
        findingOf({
          path,
          line: test.line,
          rule: 'skipped-test',
          message: `The new test "${test.name}" does not count: it is marked ${modifier}.`,
          severity,
        }),
      ];
    return modifier === 'only' ? [focused({ path, test })] : [];
  });
}

const focused = ({ path, test }: Placed): Finding =>
  findingOf({
    path,
    line: test.line,
    rule: 'focused-test',
    message: `The ${test.isSuite ? 'suite' : 'test'} "${test.name}" is marked only, so other tests do not run.`,
  });
