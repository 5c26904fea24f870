import { describe, expect, it } from 'vitest';
import type { TestResult } from '../../protocol/testReport.ts';
import { meant } from './runOracle.ts';

const file = 'test/a.test.js';
const test = (name: string, id = `${file} > ${name}`): TestResult => ({ id, name, file, status: 'passed' });
const idsOf = (name: string | null, ...tests: TestResult[]) =>
  meant(tests, { kind: 'test', file, name }).map(({ id }) => id);

describe('the tests that an oracle means', () => {
  it('are those of the name, and where there is none, those whose name ends so', () => {
    const [outer, inner] = [test('works'), test('sub > works')];
    expect(idsOf('works', outer, inner)).toEqual([outer.id]);
    expect(idsOf('works', inner, test('other'))).toEqual([inner.id]);
    expect(idsOf('orks', outer, inner)).toEqual([]);
  });

  it('are the one with a number, where several have the name', () => {
    const [first, second] = [test('works'), test('works', `${file} > works (2)`)];
    expect(idsOf('works (2)', first, second)).toEqual([second.id]);
    expect(idsOf('works', first, second)).toEqual([first.id, second.id]);
  });

  it('are all of the file where there is no name, and none of another file', () => {
    const elsewhere = { ...test('works'), file: 'test/b.test.js' };
    expect(idsOf(null, test('a'), test('b'), elsewhere)).toHaveLength(2);
    expect(idsOf('works', elsewhere)).toEqual([]);
  });
});
