// Which assertion a call in Go makes: an error that is reported, with the condition before it, or testify.

import type { Found } from './collect.ts';
import { conditionOf } from './compareStrength.ts';
import { strengths } from './factSchemas.ts';
import { field, named, type SyntaxTree, type TreeNode } from './syntaxTree.ts';
import { isConstantCondition, isLiteral, normalised, numberOf } from './text.ts';

const byMethod: Readonly<Record<string, number>> = {
  Equal: strengths.exact,
  EqualValues: strengths.exact,
  Exactly: strengths.strict,
  Same: strengths.exact,
  JSONEq: strengths.exact,
  YAMLEq: strengths.exact,
  ElementsMatch: strengths.exact,
  EqualError: strengths.exact,
  ErrorIs: strengths.partial,
  ErrorAs: strengths.partial,
  ErrorContains: strengths.partial,
  Nil: strengths.exact,
  NoError: strengths.exact,
  Zero: strengths.exact,
  Empty: strengths.exact,
  PanicsWithValue: strengths.exact,
  PanicsWithError: strengths.exact,
  NotPanics: strengths.exact,
  Panics: strengths.partial,
  Contains: strengths.partial,
  NotContains: strengths.partial,
  Subset: strengths.partial,
  Len: strengths.partial,
  Regexp: strengths.partial,
  IsType: strengths.partial,
  Greater: strengths.partial,
  GreaterOrEqual: strengths.partial,
  Less: strengths.partial,
  LessOrEqual: strengths.partial,
  InDelta: strengths.partial,
  InEpsilon: strengths.partial,
  WithinDuration: strengths.partial,
  Implements: strengths.partial,
  HTTPStatusCode: strengths.exact,
  HTTPBodyContains: strengths.partial,
  NotNil: strengths.presence,
  NotEmpty: strengths.presence,
  NotZero: strengths.presence,
  NotEqual: strengths.presence,
  Error: strengths.presence,
  Fail: strengths.presence,
  FailNow: strengths.presence,
};
const unary = new Set([
  'Nil',
  'NoError',
  'Zero',
  'Empty',
  'NotNil',
  'NotEmpty',
  'NotZero',
  'Error',
  'Panics',
  'NotPanics',
]);

type Assertion = Found<TreeNode>['assertions'][number];
const one = (assertion: Assertion, inside: TreeNode[] = []): Found<TreeNode> => ({ assertions: [assertion], inside });

export function assertionsAt(node: TreeNode, tree: SyntaxTree): Found<TreeNode> | undefined {
  if (node.type !== 'call_expression') return undefined;
  const name = tree.textOf(field(node, 'function'));
  const args = named(field(node, 'arguments'));
  const texts = args.map((arg) => normalised(tree.textOf(arg)));
  const fact = (
    kind: string,
    subject: string,
    expected: string | null,
    strength: number,
    tolerance: number | null = null,
  ) =>
    one(
      { kind, subject, expected, strength, tolerance, line: node.line },
      args.filter(({ type }) => type === 'func_literal'),
    );
  const [object = '', method = ''] = name.split('.');
  if (/^(?:t|b|f|tb|tt|T|c)$/.test(object) && /^(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow)$/.test(method))
    return reported(node, method, tree);
  const isTestify =
    /^(?:assert|require|must)$/.test(object) ||
    /\.(?:Require|Assert)\(\)/.test(name) ||
    // Short receivers mean anything, unless the file makes them of the library.
    (/^(?:is|r|a|s|suite)$/.test(object) &&
      args.length > 0 &&
      /\b(?:assert|require|is)\.New\(|suite\.Suite\b/.test(tree.text));
  const last = name.split('.').at(-1) ?? '';
  const plain = last.replace(/f$/, '');
  if (isTestify && (plain in byMethod || /^(?:True|False)$/.test(plain))) {
    const own = /^(?:t|b|tb|tt|T)$|\.T\(\)$/.test(texts[0] ?? '') ? 1 : 0;
    const [first = '', second, third] = texts.slice(own);
    if (plain === 'True' || plain === 'False') {
      const condition = conditionOf(tree.textOf(args[own]), plain === 'False');
      return one({ ...condition, line: node.line });
    }
    const strength = byMethod[plain] ?? strengths.custom;
    if (unary.has(plain)) return fact(plain, first, null, isLiteral(first) ? strengths.none : strength);
    const isWidth = plain === 'InDelta' || plain === 'InEpsilon';
    const [subject, expected] =
      isLiteral(first) && second !== undefined
        ? [second, first]
        : /^(?:Contains|NotContains|Len|ErrorIs|ErrorAs|ErrorContains|EqualError|Greater|Less|GreaterOrEqual|LessOrEqual)$/.test(
              plain,
            )
          ? [first, second ?? null]
          : [second ?? first, second === undefined ? null : first];
    const isConstant =
      isLiteral(subject) ||
      (subject === expected && plain !== 'NotEqual') ||
      (plain === 'Contains' && expected === '""');
    return fact(plain, subject, expected, isConstant ? strengths.none : strength, isWidth ? numberOf(third) : null);
  }
  if (
    /^(?:assert|require|check|verify|expect|must|ensure)(?:[A-Z]\w*)?$/.test(last) &&
    !new RegExp(`func (?:\\([^)]*\\) )?${last}\\(|\\b${last} := func`).test(tree.text) &&
    args.length > 0
  ) {
    const own = texts[0] === 't' ? 1 : 0;
    return fact(last, texts[own] ?? '', texts[own + 1] ?? null, strengths.custom);
  }
  return undefined;
}

/** `if got != want { t.Errorf(...) }`: what fails the test is the assertion, and its condition is what is asserted, turned round. */
function reported(node: TreeNode, method: string, tree: SyntaxTree): Found<TreeNode> {
  let child: TreeNode = node;
  let holder: TreeNode | undefined;
  for (
    let at = node.parent;
    at !== null && !/^(?:func_literal|function_declaration|method_declaration)$/.test(at.type);
    at = at.parent
  ) {
    if (/^(?:if_statement|expression_case|default_case|for_statement)$/.test(at.type)) {
      holder = at;
      break;
    }
    child = at;
  }
  const plain = {
    kind: method,
    subject: '',
    expected: null,
    strength: strengths.presence,
    tolerance: null,
    line: node.line,
  };
  if (holder === undefined) return one(plain);
  if (holder.type === 'expression_case')
    return one({
      ...plain,
      kind: 'case',
      subject: normalised(tree.textOf(field(holder, 'value'))),
      strength: strengths.partial,
    });
  if (holder.type !== 'if_statement') return one(plain);
  const isElse = field(holder, 'alternative') === child;
  const condition = tree.textOf(field(holder, 'condition'));
  if (isConstantCondition(condition))
    return one({
      ...plain,
      strength: /^(?:true|1 == 1)$/.test(condition) !== isElse ? strengths.presence : strengths.none,
    });
  // Both must hold before the test fails: each of them alone is not asserted.
  const parts = condition.split(/\|\|/);
  if (!isElse && parts.length > 1 && !/[()]/.test(condition.replace(/\w\([^()]*\)/g, '')))
    return { assertions: parts.map((part) => ({ ...conditionOf(part, true), line: node.line })), inside: [] };
  if (/&&/.test(condition) && !isElse) {
    const own = condition.split('&&').map((part) => conditionOf(part, true));
    const strongest = own.reduce((best, part) => (part.strength > best.strength ? part : best));
    return one({
      ...strongest,
      kind: 'all',
      subject: normalised(condition),
      expected: null,
      strength: Math.min(strongest.strength, strengths.presence),
      line: node.line,
    });
  }
  return one({ ...conditionOf(condition, !isElse), line: node.line });
}
