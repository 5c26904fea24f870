// Which assertion a node of JavaScript makes, if it makes one. A chain is read as a whole, so an inner call never counts twice.

import type { Source, SyntaxNode } from '../../source.ts';
import type { Found } from '../collect.ts';
import { conditionOf } from '../compareStrength.ts';
import { strengths } from '../factSchemas.ts';
import { isLiteral, normalised, numberOf } from '../text.ts';
import { chainOf, isFunction, type Segment } from './chain.ts';
import { isAssertMethod, namedForAsserting, needsArgument, strengthOfMatcher } from './matchers.ts';

export interface Constant {
  /** The normalised source of its value. */
  readonly value: string;
  /** Offsets where its declarations end: each test may have its own. */
  readonly ends: readonly number[];
}
/** The constants of a file by their names. */
export type Constants = ReadonlyMap<string, Constant>;
type Assertion = Found<SyntaxNode>['assertions'][number];

const fluentWords = new Set(
  'to be been is that which and has have with at of same but does still also deep nested own ordered any all itself a an'.split(
    ' ',
  ),
);
const truths: Readonly<Record<string, string>> = { toBeTruthy: 'true', ok: 'true', truthy: 'true', true: 'true' };

/** Characters between a value and its use, above which something was done for sure. */
const longestQuiet = 20_000;

/** A call that is no part of an assertion, or an assignment that declares nothing. */
function doesSomething(text: string): boolean {
  if (text.length > longestQuiet) return true;
  const plain = text.replace(/\b(?:const|let|var)\s+[\w$]+\s*(?::[^=;]+)?=(?!=)/g, '');
  const isCall = /(?<!\b(?:expect|assert(?:\.\w+)?|to[A-Z]\w*|resolves|rejects)\s*)(?<=[\w$\])])\s*\(/;
  return isCall.test(plain) || /\bawait\b|[\w$\])]\s*[-+*/%&|^?]{0,2}=(?![=>])|\+\+|--|\bdelete\b/.test(plain);
}

export function assertionsAt(node: SyntaxNode, source: Source, constants: Constants): Found<SyntaxNode> | undefined {
  if (node.type !== 'CallExpression' && node.type !== 'MemberExpression' && node.type !== 'ChainExpression')
    return undefined;
  const chain = chainOf(node);
  const [root, ...rest] = chain ?? [];
  if (root === undefined) return undefined;
  const read = new Reader(source, constants, node.start);
  const assertions = read.assertions(root, rest);
  if (assertions === undefined) return undefined;
  const inside = [root, ...rest].flatMap(({ args }) => (args ?? []).filter(isFunction));
  // `assert.throws(() => ...)` runs its first function to see it fail; what that function asserts is not an assertion.
  const isThrowing = assertions.some(({ kind }) => /throws?|rejects/i.test(kind));
  return { assertions, inside: isThrowing ? inside.slice(1) : inside };
}

class Reader {
  readonly #source: Source;
  readonly #constants: Constants;
  readonly #start: number;
  readonly #line: number;

  constructor(source: Source, constants: Constants, start: number) {
    this.#source = source;
    this.#constants = constants;
    this.#start = start;
    this.#line = source.rangeOf(start, start).startLine;
  }

  assertions(root: Segment, rest: readonly Segment[]): Assertion[] | undefined {
    if (root.name === 'expect' || root.name === 'expectTypeOf' || root.name === 'should') {
      const [first] = rest;
      // `expect.soft(x)` and `expect.poll(x)` check as `expect(x)` does.
      if (root.args === null && first?.args && /^(?:soft|poll)$/.test(first.name))
        return [this.#matched(first.args, rest.slice(1))];
      if (root.args === null) return root.name === 'expect' ? this.#asserted(rest) : undefined;
      return [this.#matched(root.args, rest)];
    }
    if (root.name === 'assert' && (root.args !== null || rest.length > 0))
      return root.args !== null ? [this.#condition(root.args[0])] : this.#asserted(rest);
    if (root.name === 't' && rest.length > 0) {
      const own = rest[0]?.name === 'assert' ? rest.slice(1) : rest;
      return own[0] !== undefined && isAssertMethod(own[0].name) ? this.#asserted(own) : undefined;
    }
    if (root.name === 'chai' || root.name === 'sinon')
      return rest[0] === undefined ? undefined : this.assertions(rest[0], rest.slice(1));
    const should = rest.findIndex(({ name }) => name === 'should');
    if (should >= 0) return [this.#matched([], rest.slice(should + 1), root.name)];
    if (namedForAsserting.test(root.name) && root.args !== null) return [this.#named(root)];
    const last = rest.at(-1);
    if (
      root.args === null &&
      rest.length === 1 &&
      last !== undefined &&
      last.args !== null &&
      namedForAsserting.test(last.name) &&
      last.name !== 'expect'
    )
      return [this.#named(last)];
    const calls = rest.filter(({ name, args }) => name === 'expect' && args !== null);
    return calls.length === 0 ? undefined : calls.map(({ args }) => this.#request(args ?? []));
  }

  #named({ name, args }: Segment): Assertion {
    return this.#fact(name, this.#text(args?.[0]), this.#all(args?.slice(1) ?? []), strengths.custom);
  }

  /** `request(app).get('/').expect(200)`: what is checked is the request. */
  #request(args: readonly SyntaxNode[]): Assertion {
    const expected = args.filter(
      (arg) => !isFunction(arg) && !(arg.type === 'Identifier' && /^(?:done|cb|next)$/.test(String(arg.name))),
    );
    return this.#fact('expect', 'response', this.#all(expected), strengths.exact);
  }

  /** `assert.equal(a, b)`: the first argument is what is checked. */
  #asserted(segments: readonly Segment[]): Assertion[] | undefined {
    const last = segments.at(-1);
    if (last === undefined || last.args === null || !isAssertMethod(last.name)) return undefined;
    const { name, args } = last;
    if (/^(?:ok|isOk|truthy|assert)$/.test(name)) return [this.#condition(args[0])];
    if (name === 'fail') return [this.#fact('fail', '', null, strengths.presence)];
    const subject = this.#text(args[0]);
    const isUnary =
      /^(?:ifError|error|isNull|isUndefined|isTrue|isFalse|notOk|isNotOk|exists|true|false|falsy|isDefined)$/.test(
        name,
      );
    const expected = isUnary ? null : this.#text(args[1]);
    const base =
      strengthOfMatcher(name) ??
      (/^is(?:True|False|Null|Undefined)$/.test(name) ? strengths.exact : strengths.presence);
    if (/^(?:throws|rejects)$/.test(name))
      return [
        this.#fact(
          name,
          subject,
          expected === '' ? null : expected,
          expected === '' ? strengths.presence : expected?.startsWith('{') ? strengths.exact : strengths.partial,
        ),
      ];
    const same = expected === null || /^(?:not|does)/.test(name) ? undefined : this.#strengthOfSame(subject, expected);
    return [this.#fact(name, subject, expected === '' ? null : expected, same ?? base)];
  }

  #condition(node: SyntaxNode | undefined): Assertion {
    const { kind, subject, expected, strength, tolerance } = conditionOf(
      this.#source.text.slice(node?.start ?? 0, node?.end ?? 0),
    );
    return { kind, subject, expected, strength, tolerance, line: this.#line };
  }

  /** `expect(subject).not.toBe(expected)`, and the fluent form of chai. */
  #matched(checked: readonly SyntaxNode[], rest: readonly Segment[], ofRoot?: string): Assertion {
    const matcher = rest.findLast(({ name, args }) => args !== null || !fluentWords.has(name)) ?? {
      name: 'expect',
      args: null,
    };
    const isNot = rest.some(({ name }) => name === 'not');
    const subject = ofRoot ?? this.#text(checked[0]);
    const [first, second] = matcher.args ?? [];
    const hasExpected = matcher.args !== null && matcher.args.length > 0;
    const expected = hasExpected ? this.#all(matcher.args ?? []) : (truths[matcher.name] ?? null);
    let strength = strengthOfMatcher(matcher.name) ?? strengths.custom;
    if (rest.length === 0) strength = strengths.none;
    if (matcher.name === 'toHaveProperty' && second !== undefined) strength = strengths.exact;
    if (!hasExpected && needsArgument.has(matcher.name)) strength = strengths.presence;
    if (isNot)
      strength = /^toThrow|^throw|^toHaveBeenCalled$/.test(matcher.name)
        ? strengths.exact
        : Math.min(strength, strengths.presence);
    const text = this.#text(first);
    if (matcher.name === 'toBeGreaterThan' && text === '0') strength = Math.min(strength, strengths.presence);
    if (/(?:^|\()expect\.anything\(\)|\bexpect\.any\(Object\)/.test(text))
      strength = Math.min(strength, strengths.presence);
    else if (
      /expect\.(?:any|anything|objectContaining|arrayContaining|stringContaining|stringMatching|closeTo)\(/.test(text)
    )
      strength = Math.min(strength, strengths.partial);
    if (
      /^\/(?:\.\*|)\/[a-z]*$/.test(text) ||
      (text === '""' && /^(?:toContain|toMatch|include|match|string)$/.test(matcher.name))
    )
      strength = strengths.none;
    const boolean = /^(?:true|false)$/.test(expected ?? '') ? expected : null;
    if (boolean !== null && checked[0] !== undefined && !isNot) {
      const condition = conditionOf(this.#source.text.slice(checked[0].start, checked[0].end), boolean === 'false');
      if (condition.strength === strengths.none) strength = strengths.none;
      else if (condition.expected !== null) return { ...condition, line: this.#line };
    }
    const same = hasExpected && !isNot ? this.#strengthOfSame(subject, text) : undefined;
    if (ofRoot === undefined) strength = isLiteral(subject) ? strengths.none : (same ?? strength);
    const tolerance =
      matcher.name === 'toBeCloseTo'
        ? 10 ** -(numberOf(this.#text(second)) ?? 2) / 2
        : bound(matcher.name, text, this.#text(second));
    const kind = `${isNot ? 'not.' : ''}${matcher.name}`;
    const compared = matcher.name === 'toBeCloseTo' ? text : expected;
    return { ...this.#fact(kind, subject, compared, strength), tolerance };
  }

  #fact(kind: string, subject: string, expected: string | null, strength: number): Assertion {
    const isConstant = isLiteral(subject) && kind !== 'fail' && !namedForAsserting.test(kind);
    return {
      kind,
      subject,
      expected,
      strength: isConstant ? strengths.none : strength,
      tolerance: null,
      line: this.#line,
    };
  }

  /**
   * The strength of comparing two texts. A name that stands for a constant is what the constant was made of: nothing is
   * asserted then, or only that what was done in between left it as it was.
   */
  #strengthOfSame(left: string, right: string): number | undefined {
    if (left === '') return undefined;
    const [one, other] = [this.#constants.get(left), this.#constants.get(right)];
    if ((one?.value ?? left) !== (other?.value ?? right)) return undefined;
    return left !== right && (this.#isOlder(one) || this.#isOlder(other)) ? strengths.presence : strengths.none;
  }

  /** Whether it was read before something was done. */
  #isOlder(constant: Constant | undefined): boolean {
    if (constant?.value.includes('(') !== true) return false;
    const end = constant.ends.findLast((offset) => offset <= this.#start) ?? this.#start;
    return doesSomething(this.#source.text.slice(end, this.#start));
  }

  #text(node: SyntaxNode | undefined): string {
    return node === undefined ? '' : normalised(this.#source.text.slice(node.start, node.end));
  }

  #all(nodes: readonly SyntaxNode[]): string | null {
    return nodes.length === 0 ? null : nodes.map((node) => this.#text(node)).join(',');
  }
}

/** Bounds are tolerances: the looser one is the greater for an upper bound and the smaller for a lower one. */
function bound(matcher: string, first: string, second: string): number | null {
  if (/^(?:toBeLessThan|below|most|lt|isBelow|isAtMost)/.test(matcher)) return numberOf(first);
  if (/^(?:closeTo|approximately)$/.test(matcher)) return numberOf(second);
  const value = numberOf(first);
  return /^(?:toBeGreaterThan|above|least|gt|isAbove|isAtLeast)/.test(matcher) && value !== null ? -value : null;
}
