// The comparison of two sets of facts, without a parser: what counts as less, and what only looks like it.
import { describe, expect, it } from 'vitest';
import { compareAssertions } from '../../src/gates/integrity/compareAssertions.ts';
import { compareTests } from '../../src/gates/integrity/compareTests.ts';
import { identified } from '../../src/gates/integrity/finding.ts';
import { matchTests } from '../../src/gates/integrity/matchTests.ts';
import { expectsOther } from '../../src/gates/integrity/rows.ts';
import type { AssertionFact, FileFacts, TestFact } from '../../src/invariants/testFacts/factSchemas.ts';

const fact = (
  subject: string,
  kind: string,
  expected: string | null,
  strength = 3,
  more: Partial<AssertionFact> = {},
): AssertionFact => ({
  kind,
  subject,
  expected,
  strength,
  tolerance: null,
  times: 1,
  line: 1,
  ...more,
});
const test = (name: string, assertions: AssertionFact[], more: Partial<TestFact> = {}): TestFact => ({
  name,
  line: 1,
  isSuite: false,
  modifiers: [],
  statements: 2,
  cases: 1,
  rows: [],
  assertions,
  dead: [],
  isImplicit: false,
  body: `run ${assertions.map(({ subject }) => subject).join(' then ')}`,
  ...more,
});
const file = (path: string, tests: TestFact[], more: Partial<FileFacts> = {}): FileFacts => ({
  path,
  problem: null,
  tests,
  helpers: [],
  suppressions: [],
  mocks: [],
  defines: [],
  rest: 'same',
  ...more,
});
const compare = (before: FileFacts[], after: FileFacts[], hasCodeChanged = true) =>
  compareTests({ before, after, deletedFiles: new Set(), hasCodeChanged }).map(
    ({ rule, severity }) => `${severity} ${rule.replace('integrity/', '')}`,
  );

describe('assertions', () => {
  it('are the same in another order', () => {
    const [a, b] = [fact('f(1)', 'toBe', '1'), fact('f(2)', 'toBe', '2')];
    expect(compareAssertions([a, b], [b, a])).toEqual({ changes: [], lost: [], added: [] });
  });

  it('are fewer when one is gone, and not when one stands for its parts', () => {
    const parts = [fact('x.a', 'toBe', '1'), fact('x.b', 'toBe', '2')];
    expect(compareAssertions(parts, parts.slice(1)).lost).toEqual(parts.slice(0, 1));
    expect(compareAssertions(parts, [fact('x', 'toEqual', '{a:1,b:2}')]).lost).toEqual([]);
    expect(compareAssertions(parts, [fact('x', 'toEqual', '{a:1}')]).lost).toEqual([parts[1]]);
  });

  it('are looser with a weaker matcher, by the drop', () => {
    const [change] = compareAssertions([fact('x', 'toBe', '3')], [fact('x', 'toBeTruthy', null, 1)]).changes;
    expect(change).toMatchObject({ kind: 'loosened', drop: 2 });
  });

  it('are looser when what replaces them is weaker, whatever it is about', () => {
    const { changes } = compareAssertions([fact('x', 'toBe', '3')], [fact('y', 'toBeDefined', null, 1)]);
    expect(changes).toMatchObject([{ kind: 'loosened', drop: 2 }]);
  });

  it('tolerate more only when the tolerance grows', () => {
    const at = (tolerance: number) => [fact('x', 'toBeCloseTo', '1', 2, { tolerance })];
    expect(compareAssertions(at(0.01), at(0.1)).changes).toMatchObject([{ kind: 'wider' }]);
    expect(compareAssertions(at(0.1), at(0.01)).changes).toEqual([]);
  });

  it('count as often as they are made', () => {
    expect(
      compareAssertions([fact('x', 'toBe', 'y', 3, { times: 3 })], [fact('x', 'toBe', 'y', 3, { times: 2 })]).lost,
    ).toHaveLength(1);
  });

  it('of a part say more with a longer part and less with a shorter one', () => {
    const [short, long] = [fact('x', 'toContain', '"ab"', 2), fact('x', 'toContain', '"abc"', 2)];
    expect(compareAssertions([short], [long]).changes).toEqual([]);
    expect(compareAssertions([long], [short]).changes).toMatchObject([{ kind: 'loosened' }]);
  });
});

describe('tests', () => {
  const one = test('adds', [fact('add(1,2)', 'toBe', '3')]);
  const two = test('takes', [fact('take(2,1)', 'toBe', '1')]);

  it('are the same under another name and in another file', () => {
    expect(
      compare(
        [file('a.test.ts', [one, two])],
        [file('a.test.ts', [two]), file('b.test.ts', [{ ...one, name: 'sums' }])],
      ),
    ).toEqual([]);
  });

  it('are missed when they are gone, less so with what they tested', () => {
    const [before, after] = [file('a.test.ts', [one, two]), file('a.test.ts', [two])];
    expect(compare([before], [after])).toEqual(['error removed-test']);
    const code = file('a.ts', [], { defines: ['addAll'] });
    const old = test('adds', one.assertions, { body: 'expect ( addAll ( 1 ) )' });
    expect(compare([file('a.test.ts', [old, two]), code], [after, { ...code, defines: [] }])).toEqual([
      'warning removed-test',
    ]);
  });

  it('that expect something else are an error alone and a warning with the code', () => {
    const other = [file('a.test.ts', [{ ...one, assertions: [fact('add(1,2)', 'toBe', '4')] }])];
    expect(compare([file('a.test.ts', [one])], other, false)).toEqual(['error changed-expectation']);
    expect(compare([file('a.test.ts', [one])], other, true)).toEqual(['warning changed-expectation']);
  });

  it('that are marked are seen once', () => {
    const marked = (modifier: string) => [file('a.test.ts', [{ ...one, modifiers: [modifier] }])];
    expect(compare([file('a.test.ts', [one])], marked('skip'))).toEqual(['error skipped-test']);
    expect(compare([file('a.test.ts', [one])], marked('only'))).toEqual(['error focused-test']);
    expect(compare([file('a.test.ts', [one])], marked('conditional'))).toEqual(['warning skipped-test']);
    expect(compare(marked('skip'), marked('skip'))).toEqual([]);
  });

  it('are not mistaken for each other', () => {
    const { pairs, lost, added } = matchTests([file('a', [one])], [file('a', [{ ...two, name: 'other' }])]);
    expect(pairs).toEqual([]);
    expect(lost.map((placed) => placed.test.name)).toEqual(['adds']);
    expect(added.map((placed) => placed.test.name)).toEqual(['other']);
  });
});

describe('rows', () => {
  it('expect something else when only the last value differs, or the named one', () => {
    expect(expectsOther('[1,2,3]', '[1,2,4]')).toBe(true);
    expect(expectsOther('[1,2,3]', '[0,2,3]')).toBe(false);
    expect(expectsOther('{want:1,in:2}', '{want:3,in:2}')).toBe(true);
    expect(expectsOther('{want:1,in:2}', '{want:1,in:3}')).toBe(false);
  });
});

describe('fingerprints', () => {
  const at = (line: number, evidence: string) => ({
    gate: 'integrity' as const,
    rule: 'integrity/x',
    severity: 'error' as const,
    message: 'm',
    path: 'a',
    evidence,
    range: { startLine: line, startColumn: 1, endLine: line + 1, endColumn: 1 },
  });
  it('stay when lines move, differ with what was found, and tell equal ones apart', () => {
    const prints = identified([at(1, 'e'), at(9, 'f'), at(12, 'e')]).map(({ fingerprint }) => fingerprint);
    expect(new Set(prints).size).toBe(3);
    expect(identified([at(5, 'e')])[0]?.fingerprint).toBe(prints[0]);
    expect(identified([at(5, 'e'), at(5, 'e')])).toHaveLength(1);
  });
});
