// What Rust's trees mean: attributes of tests, assertion macros, should_panic, allow attributes.

import { deadReasons, type Grammar } from './collect.ts';
import { type AssertionFact, strengths } from './factSchemas.ts';
import { assertionsAt, bodyOf, splitTop } from './rustAssertions.ts';
import { descend, field, named, type SyntaxTree, type TreeNode } from './syntaxTree.ts';
import { isConstantCondition, normalised, swallows } from './text.ts';
import { type DeclaredInTree, deepestList, functionsOf, type LanguageReader } from './treeFacts.ts';

const isTestAttribute = /^#\[\s*(?:\w+::)*(?:test|rstest|test_case|quickcheck|proptest|wasm_bindgen_test|bench)\b/;

export const rust: LanguageReader = {
  language: 'rust',
  tests: testsOf,
  functions: functionsOf('function_item'),
  grammar,
  rewritten: withoutTestMacros,
  mocks: () => [],
  suppressions: (node, tree) => {
    if (node.type !== 'attribute_item' && node.type !== 'inner_attribute_item') return undefined;
    const text = tree.textOf(node);
    return (
      /^#!?\[\s*(?:cfg_attr\([^)]*,\s*)?(allow|expect)\s*\(/.exec(text)?.[1] ??
      (/\bcoverage\s*\(\s*off|tarpaulin/.test(text) ? 'coverage(off)' : undefined)
    );
  },
  declarations: new Set([
    'function_item',
    'struct_item',
    'enum_item',
    'trait_item',
    'type_item',
    'const_item',
    'macro_definition',
    'mod_item',
  ]),
};

/**
 * `test_like!(name, |dir| { ... });` as a function, since a macro's inside is no syntax to the grammar. The end of the macro
 * is the first bracket at the start of a line.
 */
function withoutTestMacros(text: string): string {
  return text.replace(
    /^(\w*test\w*!\s*\(\s*)(\w+)(\s*,\s*(?:move\s*)?\|[^|]*\|[^{;]*)\{([\s\S]*?\n)\}(\s*)\);?/gm,
    (whole, open: string, name: string, parameters: string, body: string, gap: string) => {
      const head = `#[test]fn ${name}()`;
      const room = open.length + name.length + parameters.length;
      if (head.length > room || /\n/.test(open + parameters)) return whole;
      const tail = whole.length - room - body.length - gap.length - 2;
      return `${head.padEnd(room)}{${body}}${gap}${' '.repeat(tail)}`;
    },
  );
}

/** Attributes stand before what they mark, as siblings. */
function attributesOf(node: TreeNode, tree: SyntaxTree): string[] {
  const siblings = node.parent?.children ?? [];
  const found: string[] = [];
  for (let index = siblings.indexOf(node) - 1; index >= 0; index -= 1) {
    const sibling = siblings[index];
    if (sibling === undefined || !/^(?:attribute_item|line_comment|block_comment)$/.test(sibling.type)) break;
    if (sibling.type === 'attribute_item') found.unshift(tree.textOf(sibling));
  }
  return found;
}

function testsOf(tree: SyntaxTree): DeclaredInTree[] {
  const found: DeclaredInTree[] = [];
  const inner = tree.root.children
    .filter(({ type }) => type === 'inner_attribute_item')
    .map((node) => tree.textOf(node));
  found.push({
    node: tree.root,
    body: undefined,
    name: '(file)',
    isSuite: true,
    modifiers: inner.flatMap(conditionsOf),
    statements: 1,
    cases: 1,
    rows: [],
  });
  const visit = (node: TreeNode, modules: readonly string[]): void => {
    const name = tree.textOf(field(node, 'name'));
    const body = field(node, 'body');
    const attributes = node.type === 'mod_item' || node.type === 'function_item' ? attributesOf(node, tree) : [];
    if (node.type === 'mod_item') {
      const isTests = attributes.some((attribute) => /cfg\s*\(/.test(attribute));
      if (isTests)
        found.push({
          node,
          body: undefined,
          name: [...modules, name].join('::'),
          isSuite: true,
          modifiers: attributes.flatMap(conditionsOf),
          statements: 1,
          cases: 1,
          rows: [],
        });
      for (const child of named(body)) visit(child, [...modules, name]);
      return;
    }
    if (node.type === 'function_item') {
      if (!attributes.some((attribute) => isTestAttribute.test(attribute)) || body === undefined) return;
      const rows = attributes.filter((attribute) => /^#\[\s*(?:test_case|case)\b/.test(attribute)).map(normalised);
      found.push({
        node,
        body,
        name: [...modules, name].join('::'),
        isSuite: false,
        modifiers: attributes.flatMap((attribute) => [...conditionsOf(attribute), ...markOf(attribute)]),
        statements: named(body).length,
        cases: Math.max(1, rows.length),
        declared: attributes.flatMap((attribute) => panicOf(attribute, node.line)),
        rows,
      });
      return;
    }
    for (const child of node.children) visit(child, modules);
  };
  for (const child of tree.root.children) visit(child, []);
  return found;
}

/** A panic that is expected is an assertion; one of a certain message says more. */
function panicOf(attribute: string, line: number): AssertionFact[] {
  if (!/^#\[\s*should_panic\b/.test(attribute)) return [];
  const expected = /"(.*)"/s.exec(attribute)?.[1] ?? null;
  const strength = expected === null ? strengths.presence : strengths.partial;
  return [{ kind: 'should_panic', subject: '', expected, strength, tolerance: null, times: 1, line }];
}

function markOf(attribute: string): string[] {
  if (/^#\[\s*ignore\b/.test(attribute)) return ['skip'];
  if (/^#\[\s*should_panic\b/.test(attribute)) return ['fails'];
  return /cfg_attr\s*\(.*\bignore\b/.test(attribute) ? ['conditional'] : [];
}

/** `cfg(test)` is what a test module has; any other condition takes tests away somewhere, and an empty `any()` everywhere. */
function conditionsOf(attribute: string): string[] {
  const condition = /^#!?\[\s*cfg\s*\(([\s\S]*)\)\s*\]$/.exec(attribute)?.[1]?.replace(/\s+/g, '');
  if (condition === undefined || condition === 'test') return [];
  return [/any\(\)|not\(test\)|not\(all\(\)\)|^false$/.test(condition) ? 'skip' : 'conditional'];
}

function grammar(tree: SyntaxTree): Grammar<TreeNode> {
  return {
    children: ({ children }) => children,
    isBlock: ({ type }) => type === 'block',
    ends: (node) =>
      /^(?:return\b|panic!|unimplemented!|todo!|std::process::exit|process::exit)/.test(tree.textOf(node)) &&
      node.type === 'expression_statement',
    deadParts: (node) => deadParts(node, tree),
    found: (node) => assertionsAt(node, tree),
    definition: (node) => {
      const body = field(node, 'body');
      if (node.type === 'function_item' && body !== undefined) return { name: tree.textOf(field(node, 'name')), body };
      const value = field(node, 'value');
      if (node.type === 'let_declaration' && value?.type === 'closure_expression')
        return { name: tree.textOf(field(node, 'pattern')), body: value };
      return undefined;
    },
    mention: (node) => (node.type === 'identifier' || node.type === 'field_identifier' ? tree.textOf(node) : undefined),
    call: (node) =>
      node.type === 'call_expression' ? tree.textOf(field(node, 'function')).split(/\.|::/).at(-1) : undefined,
    rows: (node) => {
      const value = node.type === 'for_expression' ? field(node, 'value') : undefined;
      return value === undefined ? undefined : rowsOf(value, tree);
    },
    skips: () => false,
    isConditional: (node) => node.type === 'if_expression',
    isImplicit: (node) =>
      node.type === 'try_expression' ||
      (node.type === 'call_expression' &&
        /\.(?:unwrap|expect|unwrap_err|expect_err)$/.test(tree.textOf(field(node, 'function')))) ||
      (node.type === 'macro_invocation' &&
        /^(?:panic|unreachable|insta::|quickcheck|proptest)/.test(tree.textOf(node))),
  };
}

function rowsOf(node: TreeNode, tree: SyntaxTree, depth = 0): string[] | undefined {
  if (depth > deepestList) return undefined;
  const inner = node.type === 'reference_expression' ? (field(node, 'value') ?? named(node).at(-1)) : node;
  if (inner?.type === 'array_expression') return named(inner).map((row) => normalised(tree.textOf(row)));
  if (inner?.type === 'macro_invocation' && /^vec!/.test(tree.textOf(inner)))
    return splitTop(bodyOf(tree.textOf(inner))).map(normalised);
  if (inner?.type === 'call_expression') {
    const object = field(field(inner, 'function'), 'value');
    return object === undefined ? undefined : rowsOf(object, tree, depth + 1);
  }
  if (inner?.type !== 'identifier') return undefined;
  const name = tree.textOf(inner);
  let rows: string[] | undefined;
  descend(tree.root, (candidate) => {
    const value = field(candidate, 'value');
    const isNamed = tree.textOf(field(candidate, 'pattern') ?? field(candidate, 'name')) === name;
    if (
      /^(?:let_declaration|const_item|static_item)$/.test(candidate.type) &&
      isNamed &&
      value !== undefined &&
      value.type !== 'identifier'
    )
      rows = rowsOf(value, tree, depth + 1) ?? rows;
  });
  return rows;
}

function deadParts(node: TreeNode, tree: SyntaxTree): { part: TreeNode; reason: string }[] {
  if (node.type === 'if_expression' || node.type === 'while_expression') {
    const condition = tree.textOf(field(node, 'condition'));
    const isNever = /^(?:false|cfg!\(any\(\)\))$/.test(condition);
    const part = isNever
      ? (field(node, 'consequence') ?? field(node, 'body'))
      : isConstantCondition(condition)
        ? field(node, 'alternative')
        : undefined;
    return part === undefined ? [] : [{ part, reason: deadReasons.branch }];
  }
  // `let _ = catch_unwind(|| assert!(..))` drops the panic.
  if (
    (node.type === 'let_declaration' || node.type === 'expression_statement') &&
    /catch_unwind\s*\(/.test(tree.textOf(node))
  ) {
    const isDropped =
      node.type === 'expression_statement'
        ? !/\.(?:unwrap|expect|is_err|is_ok|map_err)/.test(tree.textOf(node))
        : tree.textOf(field(node, 'pattern')).startsWith('_');
    return isDropped ? node.children.map((part) => ({ part, reason: deadReasons.swallowed })) : [];
  }
  if (
    node.type === 'expression_statement' &&
    /(?:thread::spawn|tokio::spawn)\s*\(/.test(tree.textOf(node)) &&
    !/\.join\(|\.await/.test(tree.textOf(node))
  )
    return node.children.map((part) => ({ part, reason: deadReasons.unawaited }));
  if (
    node.type === 'let_declaration' &&
    tree.textOf(field(node, 'pattern')) === '_' &&
    /\|\||\basync\b/.test(tree.textOf(field(node, 'value'))) &&
    !swallows(tree.textOf(field(node, 'value')))
  )
    return node.children.map((part) => ({ part, reason: deadReasons.uncalled }));
  return [];
}
