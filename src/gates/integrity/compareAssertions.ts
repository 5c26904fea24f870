// What became of a test's assertions: kept, loosened, given another expectation, or gone. Pure.
import type { AssertionFact } from '../../invariants/testFacts/factSchemas.ts';
import { isLiteral } from '../../invariants/testFacts/text.ts';

export type Change =
  | { readonly kind: 'loosened'; readonly before: AssertionFact; readonly after: AssertionFact; readonly drop: number }
  | { readonly kind: 'wider'; readonly before: AssertionFact; readonly after: AssertionFact }
  | { readonly kind: 'expectation'; readonly before: AssertionFact; readonly after: AssertionFact };

export interface Compared {
  readonly changes: Change[];
  /** Assertions of the base that nothing of the candidate's test answers to. */
  readonly lost: AssertionFact[];
  /** Assertions of the candidate that the base's test did not have. */
  readonly added: AssertionFact[];
}

export const sameAssertion = ({ kind, subject, expected, tolerance }: AssertionFact): string =>
  [kind, subject, expected, tolerance].join('\0');

/** One entry for each time that an assertion is made. */
const eachTime = (assertions: readonly AssertionFact[]): AssertionFact[] =>
  assertions.flatMap((assertion) => Array.from({ length: Math.min(assertion.times, 200) }, () => assertion));

export function compareAssertions(before: readonly AssertionFact[], after: readonly AssertionFact[]): Compared {
  let left = eachTime(before);
  let right = eachTime(after);
  const changes: Change[] = [];
  const pair = (
    keyOf: (fact: AssertionFact) => string,
    accept: (old: AssertionFact, now: AssertionFact) => boolean,
  ) => {
    const waiting = new Map<string, AssertionFact[]>();
    for (const fact of right) waiting.set(keyOf(fact), [...(waiting.get(keyOf(fact)) ?? []), fact]);
    const taken: AssertionFact[] = [];
    left = left.filter((old) => {
      const queue = waiting.get(keyOf(old)) ?? [];
      const index = queue.findIndex((now) => accept(old, now));
      const [now] = index < 0 ? [] : queue.splice(index, 1);
      if (now === undefined) return true;
      taken.push(now);
      changes.push(...changeOf(old, now));
      return false;
    });
    right = without(right, taken);
  };
  pair(sameAssertion, () => true);
  pair(
    ({ kind, subject }) => `${kind}\0${subject}`,
    () => true,
  );
  // A stronger assertion about the same thing is taken before a weaker one.
  pair(
    ({ subject }) => subject,
    (old, now) => now.strength >= old.strength,
  );
  pair(
    ({ subject }) => subject,
    () => true,
  );
  // What is left was written anew. The strongest answer to the strongest.
  right.sort((a, b) => b.strength - a.strength);
  left.sort((a, b) => b.strength - a.strength);
  const lost: AssertionFact[] = [];
  for (const old of left) {
    const index = right.findIndex((now) => now.strength >= old.strength);
    if (index >= 0) right.splice(index, 1);
    else lost.push(old);
  }
  const stillLost = lost.filter((old) => !right.some((now) => covers(now, old)));
  const unanswered: AssertionFact[] = [];
  for (const old of stillLost) {
    const now = right.shift();
    if (now === undefined) unanswered.push(old);
    else changes.push({ kind: 'loosened', before: old, after: now, drop: old.strength - now.strength });
  }
  // What an assertion no longer compares with may be compared by another one of its own.
  const elsewhere = new Set(right.filter(({ strength }) => strength >= 2).map(({ expected }) => expected));
  const isKept = (change: Change): boolean =>
    change.kind === 'loosened' && isLiteral(change.before.expected) && elsewhere.has(change.before.expected);
  return {
    changes: changes.filter((change) => !isKept(change)),
    lost: uncovered(unanswered, after, before),
    added: right,
  };
}

/** Several assertions about parts may have become one about the whole. */
function uncovered(
  lost: readonly AssertionFact[],
  after: readonly AssertionFact[],
  before: readonly AssertionFact[],
): AssertionFact[] {
  const known = new Set(before.map(sameAssertion));
  const fresh = after.filter((fact) => !known.has(sameAssertion(fact)));
  return lost.filter((old) => !fresh.some((now) => covers(now, old)));
}

/** `expect(x).toEqual({ a: 1 })` says what `expect(x.a).toBe(1)` said. */
function covers(now: AssertionFact, old: AssertionFact): boolean {
  if (now.strength < Math.min(old.strength, 3) || now.subject === '' || now.expected === null) return false;
  const isPart = old.subject.startsWith(now.subject) && /^[.[(]/.test(old.subject.slice(now.subject.length));
  const isWhole = old.subject === now.subject && now.strength >= 3 && old.strength < now.strength;
  const part = old.subject.slice(now.subject.length).replace(/[^\w]/g, ' ').trim().split(' ').at(-1) ?? '';
  return (
    isWhole ||
    (isPart && (old.expected === null || now.expected.includes(old.expected) || /length|size|len/.test(part)))
  );
}

/** Kinds of which one holds when the other does not. */
const opposites: readonly (readonly [RegExp, RegExp])[] = [
  [/^==$|^===$/, /^!==?$/],
  [/^truthy$/, /^falsy$/],
  [/^NoError$|^Nil$/, /^(?:Error\w*|EqualError|NotNil)$/],
  [/^assertIsNone$|^assertNull$|^isNull$/, /^assertIsNotNone$|^assertNotNull$|^isNotNull$/],
  [/^doesNotThrow$|^assertDoesNotThrow$/, /^throws$|^assertThrows$/],
];
const isOpposite = (kind: string, other: string): boolean =>
  other === `not.${kind}` || opposites.some(([yes, no]) => yes.test(kind) && no.test(other));

const looksForPart =
  /throw|raises|reject|contain|match|includ|^assert(?:In|Regex|RaisesRegex)$|^in$|Contains|starts|ends/i;
const inner = (text: string): string => text.replace(/^[a-z]?["'`/]|["'`/][a-z]*$/g, '');

function changeOf(before: AssertionFact, after: AssertionFact): Change[] {
  // What must be and what must not be: nothing was loosened, the opposite is expected.
  if (isOpposite(before.kind, after.kind) || isOpposite(after.kind, before.kind))
    return [{ kind: 'expectation', before, after }];
  // The same value, compared in another way.
  const value = isLiteral(before.expected) ? inner(before.expected ?? '') : '';
  const isSameValue = value.length > 2 && after.expected !== before.expected && (after.expected ?? '').includes(value);
  if (isSameValue && after.strength >= 2) return [];
  if (after.strength < before.strength)
    return [{ kind: 'loosened', before, after, drop: before.strength - after.strength }];
  if (before.tolerance !== null && after.tolerance !== null && after.tolerance > before.tolerance)
    return [{ kind: 'wider', before, after }];
  const isSameKind = before.kind === after.kind || Math.abs(before.strength - after.strength) < 1;
  // Of a part that is looked for, a longer one says more and a shorter one less.
  if (
    looksForPart.test(before.kind) &&
    before.kind === after.kind &&
    before.expected !== null &&
    after.expected !== null
  ) {
    const [old, now] = [inner(before.expected), inner(after.expected)];
    if (now.includes(old)) return [];
    if (old.includes(now)) return [{ kind: 'loosened', before, after, drop: 1 }];
  }
  const isOther = before.expected !== after.expected && isLiteral(before.expected) && isLiteral(after.expected);
  const isTolerance = before.tolerance !== null && after.tolerance !== null && before.tolerance !== after.tolerance;
  if (isSameKind && isOther && !isTolerance) return [{ kind: 'expectation', before, after }];
  return [];
}

/** The list without one entry for each of the others. */
function without(list: readonly AssertionFact[], others: readonly AssertionFact[]): AssertionFact[] {
  const counts = new Map<AssertionFact, number>();
  for (const other of others) counts.set(other, (counts.get(other) ?? 0) + 1);
  return list.filter((fact) => {
    const count = counts.get(fact) ?? 0;
    if (count > 0) counts.set(fact, count - 1);
    return count === 0;
  });
}
