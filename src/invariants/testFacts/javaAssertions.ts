// Which assertion a call in Java makes: JUnit, AssertJ, Truth, Hamcrest and Mockito, as a chain read from its end.

import type { Found } from './collect.ts';
import { conditionOf } from './compareStrength.ts';
import { strengths } from './factSchemas.ts';
import { field, named, type SyntaxTree, type TreeNode } from './syntaxTree.ts';
import { isLiteral, normalised, numberOf } from './text.ts';

const byMethod: Readonly<Record<string, number>> = {
  assertEquals: strengths.exact,
  assertArrayEquals: strengths.exact,
  assertIterableEquals: strengths.exact,
  assertLinesMatch: strengths.exact,
  assertSame: strengths.exact,
  assertNull: strengths.exact,
  assertThrowsExactly: strengths.exact,
  assertDoesNotThrow: strengths.exact,
  assertThrows: strengths.partial,
  assertInstanceOf: strengths.partial,
  assertTimeout: strengths.partial,
  assertTimeoutPreemptively: strengths.partial,
  assertNotNull: strengths.presence,
  assertNotEquals: strengths.presence,
  assertNotSame: strengths.presence,
  assertTrue: strengths.presence,
  assertFalse: strengths.presence,
};
const fluent: Readonly<Record<string, number>> = {
  isEqualTo: strengths.exact,
  isSameAs: strengths.exact,
  isSameInstanceAs: strengths.exact,
  isNull: strengths.exact,
  isTrue: strengths.exact,
  isFalse: strengths.exact,
  isEmpty: strengths.exact,
  isZero: strengths.exact,
  containsExactly: strengths.exact,
  containsExactlyElementsOf: strengths.exact,
  containsExactlyInAnyOrder: strengths.exact,
  containsExactlyElementsIn: strengths.exact,
  hasMessage: strengths.exact,
  isEqualToIgnoringCase: strengths.partial,
  contains: strengths.partial,
  containsOnly: strengths.partial,
  containsAll: strengths.partial,
  hasSize: strengths.partial,
  hasLength: strengths.partial,
  startsWith: strengths.partial,
  endsWith: strengths.partial,
  matches: strengths.partial,
  isGreaterThan: strengths.partial,
  isGreaterThanOrEqualTo: strengths.partial,
  isAtLeast: strengths.partial,
  isLessThan: strengths.partial,
  isLessThanOrEqualTo: strengths.partial,
  isAtMost: strengths.partial,
  isCloseTo: strengths.partial,
  isWithin: strengths.partial,
  of: strengths.partial,
  isInstanceOf: strengths.partial,
  hasMessageContaining: strengths.partial,
  hasMessageThat: strengths.partial,
  isBetween: strengths.partial,
  isNotNull: strengths.presence,
  isNotEmpty: strengths.presence,
  isNotEqualTo: strengths.presence,
  isPresent: strengths.presence,
  isNotBlank: strengths.presence,
};
const hamcrest: Readonly<Record<string, number>> = {
  is: 3,
  equalTo: 3,
  sameInstance: 3,
  nullValue: 3,
  closeTo: 2,
  containsString: 2,
  hasItem: 2,
  hasItems: 2,
  hasSize: 2,
  instanceOf: 2,
  greaterThan: 2,
  lessThan: 2,
  startsWith: 2,
  endsWith: 2,
  not: 1,
  notNullValue: 1,
  anything: 0,
  any: 1,
};

type Assertion = Found<TreeNode>['assertions'][number];
const one = (assertion: Assertion, inside: TreeNode[] = []): Found<TreeNode> => ({ assertions: [assertion], inside });

/** From the outermost call inwards: `assertThat(x).isEqualTo(y)` is `isEqualTo`, then `assertThat`. */
function chainOf(node: TreeNode, tree: SyntaxTree): { name: string; args: TreeNode[] }[] {
  const chain: { name: string; args: TreeNode[] }[] = [];
  for (let at: TreeNode | undefined = node; at?.type === 'method_invocation'; at = field(at, 'object'))
    chain.push({ name: tree.textOf(field(at, 'name')), args: named(field(at, 'arguments')) });
  return chain;
}

export function assertionsAt(
  node: TreeNode,
  tree: SyntaxTree,
  values: ReadonlyMap<string, string>,
): Found<TreeNode> | undefined {
  if (node.type === 'assert_statement') return one({ ...conditionOf(tree.textOf(named(node)[0])), line: node.line });
  if (node.type !== 'method_invocation') return undefined;
  const chain = chainOf(node, tree);
  const root = chain.at(-1);
  const outer = chain[0];
  if (root === undefined || outer === undefined) return undefined;
  const text = (arg: TreeNode | undefined): string => normalised(tree.textOf(arg));
  const lambdas = chain.flatMap(({ args }) => args).filter(({ type }) => type === 'lambda_expression');
  const same = (a: string, b: string): boolean => a === b || (a.includes('(') && values.get(b) === a);
  const fact = (
    kind: string,
    subject: string,
    expected: string | null,
    strength: number,
    tolerance: number | null = null,
  ) => one({ kind, subject, expected, strength, tolerance, line: node.line }, /[tT]hrow/.test(kind) ? [] : lambdas);
  if (/^assertThat(?:Code|ThrownBy|Object)?$|^assertWithMessage$|^expectThat$/.test(root.name) && chain.length > 1) {
    const checked = text((root.name === 'assertWithMessage' ? chain.at(-2)?.args : root.args)?.[0]);
    return { assertions: fluentOf(chain.slice(0, -1), checked, node, tree, same), inside: lambdas };
  }
  if (root.name === 'assertThat' && chain.length === 1) {
    const matcher = root.args.at(-1);
    const name = tree.textOf(field(matcher, 'name'));
    const inner = text(named(field(matcher, 'arguments'))[0]);
    const subject = text(root.args.at(-2));
    const base = hamcrest[name] ?? strengths.custom;
    const width = name === 'closeTo' ? numberOf(text(named(field(matcher, 'arguments'))[1])) : null;
    const nested = /^(\w+)\(/.exec(inner)?.[1];
    const strength = name === 'is' && nested !== undefined && nested in hamcrest ? (hamcrest[nested] ?? base) : base;
    return fact(
      name,
      subject,
      inner || null,
      same(subject, inner) || isLiteral(subject) ? strengths.none : strength,
      width,
    );
  }
  if (chain.length > 1 && !/^(?:assert\w+|fail|verify\w*)$/.test(outer.name)) {
    return /^verify(?:NoMoreInteractions|NoInteractions|ZeroInteractions)?$/.test(root.name)
      ? fact(
          'verify',
          text(root.args[0]),
          `${outer.name}(${outer.args.map(text).join(',')})`,
          /\bnever\(\)/.test(tree.textOf(node))
            ? strengths.exact
            : /\bany\w*\(/.test(outer.args.map(text).join())
              ? strengths.partial
              : strengths.exact,
        )
      : undefined;
  }
  const { name, args } = outer;
  const texts = args.map(text);
  if (name === 'fail') return fact('fail', '', null, strengths.presence);
  if (name === 'verify') return fact('verify', texts[0] ?? '', null, strengths.partial);
  if (name === 'assertAll') return undefined;
  if (!/^assert[A-Z]/.test(name)) {
    const isLocal = new RegExp(`\\b\\w+ ${name}\\(`).test(tree.text);
    return /^(?:check|verify|expect|ensure)[A-Z]\w*$/.test(name) && !isLocal
      ? fact(name, texts[0] ?? '', texts[1] ?? null, strengths.custom)
      : undefined;
  }
  // JUnit 4 has its message first.
  const own =
    /^"/.test(texts[0] ?? '') && args.length > (/True|False|Null/.test(name) ? 1 : 2) && !/^assertEquals$/.test(name)
      ? texts.slice(1)
      : texts;
  const ownArgs = own.length === args.length ? args : args.slice(1);
  if (name === 'assertTrue' || name === 'assertFalse')
    return one({ ...conditionOf(tree.textOf(ownArgs[0]), name === 'assertFalse'), line: node.line });
  const [first = '', second, third] = own;
  const known = byMethod[name];
  if (known === undefined && new RegExp(`\\bvoid ${name}\\(`).test(tree.text)) return undefined;
  if (/^assert(?:Throws|ThrowsExactly|DoesNotThrow)$/.test(name)) {
    const isBroad = /^(?:Exception|Throwable|RuntimeException)\.class$/.test(first);
    return fact(name, first, null, isBroad ? strengths.presence : (known ?? strengths.partial));
  }
  if (/Null$/.test(name))
    return fact(name, first, null, isLiteral(first) ? strengths.none : (known ?? strengths.custom));
  const [subject, expected] = name.startsWith('assertInstanceOf')
    ? [second ?? '', first]
    : [second ?? first, second === undefined ? null : first];
  const isConstant =
    expected !== null &&
    !/Not/.test(name) &&
    (same(subject, expected) || same(expected, subject) || (isLiteral(subject) && isLiteral(expected)));
  return fact(
    name,
    subject,
    expected,
    isConstant ? strengths.none : (known ?? strengths.custom),
    name === 'assertEquals' ? numberOf(third) : null,
  );
}

function fluentOf(
  calls: readonly { name: string; args: TreeNode[] }[],
  subject: string,
  node: TreeNode,
  tree: SyntaxTree,
  same: (a: string, b: string) => boolean,
): Assertion[] {
  const text = (arg: TreeNode | undefined): string => normalised(tree.textOf(arg));
  const found = calls
    .filter(
      ({ name }) =>
        !/^(?:as|describedAs|withFailMessage|that|usingRecursiveComparison|extracting|isWithin|hasMessageThat|usingDefaultComparator|inOrder|asString|first|last|element|satisfies|and)$/.test(
          name,
        ),
    )
    .map(({ name, args }): Assertion => {
      const expected = args.length === 0 ? null : args.map(text).join(',');
      const width =
        name === 'isCloseTo'
          ? numberOf(/\((.+)\)$/.exec(text(args[1]))?.[1])
          : name === 'of'
            ? numberOf(text(calls.find((call) => call.name === 'isWithin')?.args[0]))
            : null;
      const bound = numberOf(text(args[0]));
      const tolerance =
        width ??
        (bound === null
          ? null
          : /^is(?:LessThan|AtMost)/.test(name)
            ? bound
            : /^is(?:GreaterThan|AtLeast)/.test(name)
              ? -bound
              : null);
      const base = fluent[name] ?? strengths.custom;
      const fact = { kind: name, subject, expected, strength: base, tolerance, line: node.line };
      if (name === 'isTrue' || name === 'isFalse') {
        const condition = conditionOf(subject, name === 'isFalse');
        if (condition.strength === 0 || condition.expected !== null) return { ...condition, line: node.line };
      }
      const isConstant =
        isLiteral(subject) || (expected !== null && /^is(?:EqualTo|SameAs)/.test(name) && same(subject, expected));
      return isConstant ? { ...fact, strength: strengths.none } : fact;
    });
  return found.reverse();
}
