// Which assertion a statement or call in Python makes: assert, unittest, pytest, mocks and numpy.

import type { Found } from './collect.ts';
import { conditionOf } from './compareStrength.ts';
import { strengths } from './factSchemas.ts';
import { field, named, type SyntaxTree, type TreeNode } from './syntaxTree.ts';
import { isLiteral, normalised, numberOf } from './text.ts';

const byMethod: Readonly<Record<string, number>> = {
  Equal: strengths.exact,
  Equals: strengths.exact,
  DictEqual: strengths.exact,
  ListEqual: strengths.exact,
  TupleEqual: strengths.exact,
  SetEqual: strengths.exact,
  SequenceEqual: strengths.exact,
  MultiLineEqual: strengths.exact,
  CountEqual: strengths.partial,
  Is: strengths.exact,
  IsNone: strengths.exact,
  AlmostEqual: strengths.partial,
  In: strengths.partial,
  NotIn: strengths.partial,
  Greater: strengths.partial,
  GreaterEqual: strengths.partial,
  Less: strengths.partial,
  LessEqual: strengths.partial,
  IsInstance: strengths.partial,
  Regex: strengths.partial,
  Raises: strengths.partial,
  RaisesRegex: strengths.exact,
  Warns: strengths.partial,
  WarnsRegex: strengths.exact,
  Logs: strengths.partial,
  NoLogs: strengths.exact,
  IsNotNone: strengths.presence,
  NotEqual: strengths.presence,
  IsNot: strengths.presence,
  NotIsInstance: strengths.presence,
  True: strengths.presence,
  False: strengths.presence,
};
const mockAsserts: Readonly<Record<string, number>> = {
  assert_called_once_with: strengths.exact,
  assert_called_with: strengths.exact,
  assert_has_calls: strengths.exact,
  assert_any_call: strengths.partial,
  assert_called_once: strengths.partial,
  assert_called: strengths.presence,
  assert_not_called: strengths.exact,
  assert_awaited_once_with: strengths.exact,
  assert_awaited_once: strengths.partial,
  assert_awaited: strengths.presence,
};

type Assertion = Found<TreeNode>['assertions'][number];

export function assertionsAt(
  node: TreeNode,
  tree: SyntaxTree,
  values: ReadonlyMap<string, string>,
): Found<TreeNode> | undefined {
  if (node.type === 'assert_statement') {
    const [checked] = named(node);
    // `assert (x, "message")` holds for ever: a tuple that is not empty is true.
    if (checked?.type === 'tuple')
      return one({ kind: 'constant', subject: '', expected: null, strength: 0, tolerance: null, line: node.line });
    const condition = conditionOf(tree.textOf(checked));
    return one({
      ...condition,
      strength: sameValue(condition.subject, condition.expected, values) ? 0 : condition.strength,
      line: node.line,
    });
  }
  if (node.type !== 'call') return undefined;
  const name = tree.textOf(field(node, 'function'));
  const args = named(field(node, 'arguments'));
  const plain = args.filter(({ type }) => type !== 'keyword_argument').map((arg) => normalised(tree.textOf(arg)));
  const option = (key: string): string | undefined =>
    args
      .find((arg) => arg.type === 'keyword_argument' && tree.textOf(field(arg, 'name')) === key)
      ?.children.findLast(({ field: part }) => part === 'value') === undefined
      ? undefined
      : tree.textOf(
          field(
            args.find((arg) => arg.type === 'keyword_argument' && tree.textOf(field(arg, 'name')) === key),
            'value',
          ),
        );
  const fact = (
    kind: string,
    subject: string,
    expected: string | null,
    strength: number,
    tolerance: number | null = null,
  ) => one({ kind, subject, expected, strength, tolerance, line: node.line });
  const last = name.split('.').at(-1) ?? '';
  const method = /^(?:self|cls|tc|case|testcase)\.assert(\w+?)_?$/.exec(name)?.[1];
  if (method !== undefined) return unittest(node, method, plain, option, tree, values);
  if (/^(?:pytest|self|tc)\.(?:raises|warns|deprecated_call)$|^raises$/.test(name)) {
    const isBroad = /^(?:Exception|BaseException|Warning)$/.test(plain[0] ?? '');
    const match = option('match');
    return fact(
      last,
      plain[0] ?? '',
      match ?? null,
      isBroad ? strengths.presence : match === undefined ? strengths.partial : strengths.exact,
    );
  }
  if (name === 'pytest.fail' || name === 'self.fail') return fact('fail', '', null, strengths.presence);
  if (last in mockAsserts)
    return fact(last, name.slice(0, -last.length - 1), plain.join(',') || null, mockAsserts[last] ?? strengths.partial);
  if (/^assert_\w+$/.test(last)) {
    const width = numberOf(option('rtol') ?? option('atol') ?? option('decimal'));
    return fact(
      last,
      plain[0] ?? '',
      plain[1] ?? null,
      /equal$/.test(last) ? strengths.exact : strengths.custom,
      option('decimal') !== undefined && width !== null ? 10 ** -width : width,
    );
  }
  // A function of the project that is named for asserting; what a local one asserts is counted by its calls.
  if (/^_?(?:check|verify|expect|ensure|assert)(?:_\w+)?$/.test(last) && !isLocal(last, tree))
    return fact(last, plain[0] ?? '', plain[1] ?? null, strengths.custom);
  return undefined;
}

const isLocal = (name: string, tree: SyntaxTree): boolean => new RegExp(`\\bdef ${name}\\b`).test(tree.text);
const one = (assertion: Assertion): Found<TreeNode> => ({ assertions: [assertion], inside: [] });
const sameValue = (subject: string, expected: string | null, values: ReadonlyMap<string, string>): boolean =>
  expected !== null && subject.includes('(') && values.get(expected) === subject;

function unittest(
  node: TreeNode,
  method: string,
  plain: readonly string[],
  option: (key: string) => string | undefined,
  tree: SyntaxTree,
  values: ReadonlyMap<string, string>,
): Found<TreeNode> {
  const [first = '', second] = plain;
  const fact = (subject: string, expected: string | null, strength: number, tolerance: number | null = null) =>
    one({ kind: `assert${method}`, subject, expected, strength, tolerance, line: node.line });
  if (method === 'True' || method === 'False' || method === '_') {
    const checked = named(field(node, 'arguments'))[0];
    const condition = conditionOf(tree.textOf(checked), method === 'False');
    return one({ ...condition, line: node.line });
  }
  const base = byMethod[method] ?? strengths.custom;
  if (/^(?:Raises|Warns)/.test(method)) {
    const isBroad = /^(?:Exception|BaseException)$/.test(first);
    return fact(first, second ?? null, isBroad ? strengths.presence : base);
  }
  const isUnary = /^Is(?:Not)?None$/.test(method);
  const isTautology =
    !isUnary &&
    second !== undefined &&
    (first === second || sameValue(first, second, values)) &&
    !/^Not|IsNot/.test(method);
  // Both orders are in use; what is written out is what is expected.
  const [subject, expected] =
    second !== undefined && isLiteral(first) && !isLiteral(second) ? [second, first] : [first, second ?? null];
  if (isTautology || isLiteral(subject)) return fact(subject, isUnary ? null : expected, strengths.none);
  if (method === 'AlmostEqual') {
    const delta = numberOf(option('delta'));
    const places = numberOf(option('places') ?? plain[2]) ?? 7;
    return fact(subject, expected, base, delta ?? 10 ** -places / 2);
  }
  const boundary = numberOf(expected);
  const tolerance =
    boundary === null ? null : /^Less/.test(method) ? boundary : /^Greater/.test(method) ? -boundary : null;
  return fact(subject, isUnary ? null : expected, base, tolerance);
}
