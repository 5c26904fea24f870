import { describe, expect, it } from 'vitest';
import { type Claim, type PerspectiveView, type Plan, planIssues } from '../protocol/plan.ts';
import { mergeViews, recordsOf } from './mergeViews.ts';

const claim = (statement: string, path: string | null, line: number | null, more: Partial<Claim> = {}): Claim => ({
  statement,
  path,
  line,
  ...more,
});
const view = (perspective: string, ...claims: Claim[]): PerspectiveView => ({
  perspective,
  summary: '',
  claims,
  suggestions: [],
  risks: [],
});

describe('what perspectives say', () => {
  it('loses the claims whose evidence does not hold, and counts them', () => {
    const views = [view('a', claim('x', 'f', 1), claim('y', 'g', 1)), view('b', claim('z', null, null))];
    const merged = mergeViews(views, [[null, 'there is no file g'], ['it names no file']]);
    expect(merged.views.map(({ claims }) => claims.map(({ statement }) => statement))).toEqual([['x'], []]);
    expect(merged.dropped).toEqual([
      { perspective: 'a', statement: 'y', reason: 'there is no file g' },
      { perspective: 'b', statement: 'z', reason: 'it names no file' },
    ]);
    expect(recordsOf(merged, new Set(['f']))).toEqual([
      { name: 'a', kept: 1, refuted: 1, useful: 1 },
      { name: 'b', kept: 0, refuted: 1, useful: 0 },
    ]);
  });

  it('is said once where two say the same of the same place', () => {
    const views = [view('a', claim('It is exported.', 'f', 3)), view('b', claim('it is EXPORTED', 'f', 3))];
    expect(mergeViews(views, [[null], [null]]).views.map(({ claims }) => claims.length)).toEqual([1, 0]);
  });

  it('is a conflict where one wants a place changed and another wants it kept', () => {
    const views = [
      view('architect', claim('Split it.', 'f', 10, { stance: 'change' }), claim('Fine.', 'g', 1, { stance: 'keep' })),
      view('sceptic', claim('It is used by all.', 'f', 12, { stance: 'keep' })),
      view('tester', claim('Far away.', 'f', 40, { stance: 'keep' }), claim('Also.', 'g', 2, { stance: 'keep' })),
    ];
    const { conflicts } = mergeViews(views, [[null, null], [null], [null, null]]);
    expect(conflicts).toEqual([
      {
        id: 'c1',
        place: 'f:10',
        sides: [
          { perspective: 'architect', stance: 'change', statement: 'Split it.' },
          { perspective: 'sceptic', stance: 'keep', statement: 'It is used by all.' },
        ],
      },
    ]);
    const step = { id: 's1', title: '', description: '', files: ['f'], acceptance: ['a'], gates: [] };
    const contract = { behaviour: [], physics: [], deployment: [] };
    const plan: Plan = { goal: 'g', summary: '', steps: [step], risks: [], rollback: 'r', contract };
    expect(planIssues(plan, conflicts)).toEqual([
      'The plan does not decide conflict c1 about f:10 (architect: change, sceptic: keep).',
    ]);
    const decisions = [{ conflict: 'c1', decision: 'It is split.', reason: 'Callers keep the name.' }];
    expect(planIssues({ ...plan, decisions }, conflicts)).toEqual([]);
  });
});
