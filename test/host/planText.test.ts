import { describe, expect, it } from 'vitest';
import { formatPlan, parsePlan } from '../../src/host/planText.ts';
import { plan } from '../fakes/planningWorld.ts';

const text = formatPlan(plan);
const lineOf = (needle: string) => text.split('\n').findIndex((line) => line.includes(needle)) + 1;

describe('a plan as text', () => {
  it('is the same plan when it is read again', () => {
    expect(parsePlan(text)).toEqual({ plan, problems: [] });
  });

  it('tells a missing field, a wrong type and broken YAML with their lines', () => {
    const broken = text.replace('goal: Greet people by name', 'goal: 3');
    expect(parsePlan(broken)).toMatchObject({ plan: null, problems: [{ line: lineOf('goal:'), message: /goal/ }] });
    const typo = text.replace('title: Greeting', 'titel: Greeting');
    expect(
      parsePlan(typo)
        .problems.map(({ message }) => message)
        .join(),
    ).toContain('title');
    expect(parsePlan(`${text}\n  - [`).problems.length).toBeGreaterThan(0);
  });

  it('tells what is well formed and makes no sense', () => {
    const twice = text.replace('id: s2', 'id: s1');
    expect(parsePlan(twice).problems.length).toBeGreaterThan(0);
  });
});
