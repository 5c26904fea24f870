// From what a language found to the facts of a test, the same for every language.
import type { Unit } from './collect.ts';
import type { AssertionFact, TestFact } from './factSchemas.ts';
import { reach } from './reach.ts';
import { digestOf, tokensOf } from './text.ts';

export interface DeclaredTest {
  readonly name: string;
  readonly line: number;
  readonly isSuite: boolean;
  readonly modifiers: readonly string[];
  readonly statements: number;
  readonly cases: number;
  /** Rows that it is declared for, where they are written. */
  readonly rows: readonly string[];
  readonly text: string;
  /** What its declaration asserts, such as a panic that is expected. */
  readonly declared?: readonly AssertionFact[];
}

/** `used` collects the shared functions that some test reaches. */
export function testFactOf(
  { name, line, isSuite, modifiers, statements, cases, rows, text, declared = [] }: DeclaredTest,
  unit: Unit | undefined,
  shared: ReadonlyMap<string, Unit>,
  used: Set<string>,
): TestFact {
  const fact = { name, line, isSuite, statements, cases, body: isSuite ? '' : tokensOf(text) };
  if (unit === undefined)
    return { ...fact, modifiers: [...modifiers], rows: [...rows], assertions: [], dead: [], isImplicit: false };
  const reached = reach(unit, shared);
  for (const helper of reached.used) used.add(helper);
  return {
    ...fact,
    modifiers: [...modifiers, ...reached.skips],
    rows: [...rows, ...unit.rows],
    assertions: [...declared, ...reached.assertions],
    dead: reached.dead,
    isImplicit: reached.isImplicit,
  };
}

/** Shared functions that assert and that no test of this file reaches: other files may use them. */
export function helperFacts(
  functions: readonly { name: string; line: number; text: string }[],
  units: ReadonlyMap<string, Unit>,
  used: ReadonlySet<string>,
): TestFact[] {
  return functions.flatMap(({ name, line, text }) => {
    const unit = units.get(name);
    if (unit === undefined || used.has(name) || unit.assertions.length + unit.dead.length === 0) return [];
    return [
      testFactOf(
        { name, line, isSuite: false, modifiers: [], statements: 1, cases: 1, rows: [], text },
        unit,
        units,
        new Set(),
      ),
    ];
  });
}

/** Digest of a text without some of its parts, whitespace aside. */
export function restDigest(text: string, without: readonly (readonly [number, number])[]): string {
  let rest = '';
  let at = 0;
  for (const [start, end] of [...without].sort((a, b) => a[0] - b[0])) {
    if (start > at) rest += text.slice(at, start);
    at = Math.max(at, end);
  }
  return digestOf((rest + text.slice(at)).replace(/\s+/g, ''));
}
