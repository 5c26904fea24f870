// What a test asserts together with the local functions that it uses. Calls are counted out as often as they are made.
import type { Unit } from './collect.ts';
import { deadReasons } from './collect.ts';
import type { AssertionFact, DeadAssertion } from './factSchemas.ts';

const deepest = 6;
const mostAssertions = 600;

export interface Reached {
  readonly assertions: AssertionFact[];
  readonly dead: DeadAssertion[];
  readonly used: Set<string>;
  readonly skips: readonly string[];
  readonly isImplicit: boolean;
}

export function reach(unit: Unit, shared: ReadonlyMap<string, Unit>): Reached {
  const reached = { assertions: [...unit.assertions], dead: [...unit.dead], used: new Set<string>() };
  const skips: string[] = [...unit.skips];
  let isImplicit = unit.isImplicit;
  const follow = (from: Unit, scopes: readonly ReadonlyMap<string, Unit>[], times: number, seen: readonly Unit[]) => {
    for (const [name, calledTimes] of from.mentions) {
      // What is only handed on is called by whoever gets it, once.
      const calls = Math.max(1, calledTimes);
      const called = scopes.map((scope) => scope.get(name)).find((candidate) => candidate !== undefined);
      if (called === undefined || seen.includes(called) || seen.length > deepest) continue;
      reached.used.add(name);
      for (const assertion of called.assertions)
        if (reached.assertions.length < mostAssertions)
          reached.assertions.push({ ...assertion, times: assertion.times * calls * times });
      reached.dead.push(...called.dead);
      skips.push(...called.skips);
      isImplicit ||= called.isImplicit;
      follow(called, [called.locals, ...scopes], times * calls, [...seen, called]);
    }
  };
  follow(unit, [unit.locals, shared], 1, [unit]);
  reached.dead.push(...uncalled(unit, reached.used));
  return { ...reached, skips, isImplicit };
}

/** Functions inside the test that assert and that nothing mentions. */
function uncalled(unit: Unit, used: ReadonlySet<string>): DeadAssertion[] {
  return [...unit.locals].flatMap(([name, local]) =>
    used.has(name) || unit.mentions.has(name)
      ? []
      : local.assertions.map(({ kind, subject, line }) => ({
          reason: deadReasons.uncalled,
          text: `${kind}(${subject})`,
          line,
        })),
  );
}
