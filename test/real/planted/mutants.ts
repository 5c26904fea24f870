// Small faults of the kinds that people make, as functions from a line to a faulty one. Deterministic by a seed.

interface Operator {
  readonly name: string;
  apply(line: string): string;
}

const swap = (name: string, from: RegExp, to: string): Operator => ({
  name,
  apply: (line) => line.replace(from, to),
});

export const operators: readonly Operator[] = [
  swap('equal to unequal', / === /, ' !== '),
  swap('unequal to equal', / !== /, ' === '),
  swap('and to or', / && /, ' || '),
  swap('or to and', / \|\| /, ' && '),
  swap('less to at most', / < /, ' <= '),
  swap('more to at least', / > /, ' >= '),
  swap('plus one to minus one', /\+ 1\b/, '- 1'),
  swap('minus one to plus one', /- 1\b/, '+ 1'),
  swap('negated condition', /\bif \((?!!)([\w.]+)\)/, 'if (!$1)'),
  swap('condition without its negation', /\bif \(!([\w.]+)\)/, 'if ($1)'),
  swap('true to false', /\btrue\b/, 'false'),
  swap('false to true', /\bfalse\b/, 'true'),
  swap('zero to one', /\b0\b/, '1'),
  swap('one to two', /\b1\b/, '2'),
  swap('nothing returned', /\breturn [\w.]+;?$/, 'return;'),
  swap('an empty text', /'[\w/.-]{2,}'/, "''"),
];

export interface Mutant {
  /** From 1. */
  readonly line: number;
  readonly operator: string;
  readonly from: string;
  readonly to: string;
}

/** Every mutant of a text whose line is there once, so that the line tells the place in older versions too. */
export function mutantsOf(text: string): Mutant[] {
  const lines = text.split('\n');
  const count = new Map<string, number>();
  for (const line of lines) count.set(line, (count.get(line) ?? 0) + 1);
  return lines.flatMap((from, index) => {
    // Comments, and what only loads other modules, are no behaviour.
    if (count.get(from) !== 1 || /^\s*(?:\/\/|\*|\/\*)|\brequire\(|^import\b|use strict/.test(from)) return [];
    return operators.flatMap(({ name, apply }) => {
      const to = apply(from);
      return to === from ? [] : [{ line: index + 1, operator: name, from, to }];
    });
  });
}

/** Mulberry32: the same numbers for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
