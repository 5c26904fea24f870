// What Go's trees mean: testing.T, the conditions before its errors, testify, skips and tables.

import { deadReasons, type Grammar } from './collect.ts';
import type { MockFact, TestFact } from './factSchemas.ts';
import { assertionsAt } from './goAssertions.ts';
import { above, descend, field, named, type SyntaxTree, type TreeNode } from './syntaxTree.ts';
import { isConstantCondition, normalised } from './text.ts';
import { type DeclaredInTree, type LanguageReader, testedNames } from './treeFacts.ts';

export const go: LanguageReader = {
  language: 'go',
  tests: testsOf,
  functions: (tree) =>
    tree.root.children.flatMap((node) => {
      const body = field(node, 'body');
      const isFunction = node.type === 'function_declaration' || node.type === 'method_declaration';
      return isFunction && body !== undefined ? [{ name: tree.textOf(field(node, 'name')), body }] : [];
    }),
  grammar,
  mocks: mocksOf,
  suppressions: () => undefined,
  declarations: new Set(['function_declaration', 'method_declaration', 'type_spec', 'const_spec', 'var_spec']),
};

function testsOf(tree: SyntaxTree, path: string): DeclaredInTree[] {
  if (!path.endsWith('_test.go')) return [];
  // A build constraint takes the whole file out of the ordinary run.
  const constraints = tree.root.children.filter(
    (node) => node.type === 'comment' && /^\/\/\s*(?:go:build|\+build)\b/.test(tree.textOf(node)),
  );
  const modifiers = constraints.map((node) =>
    /\b(?:ignore|never|skip\w*|disabled)\b/.test(tree.textOf(node)) ? 'skip' : 'conditional',
  );
  const main = tree.root.children.find(
    (node) => node.type === 'function_declaration' && tree.textOf(field(node, 'name')) === 'TestMain',
  );
  if (main !== undefined && !/\.Run\(\)/.test(tree.textOf(main))) modifiers.push('skip');
  const suite = {
    node: tree.root,
    body: undefined,
    name: '(file)',
    isSuite: true,
    modifiers,
    statements: 1,
    cases: 1,
    rows: [],
  };
  const tests = tree.root.children.flatMap((node): DeclaredInTree[] => {
    const name = tree.textOf(field(node, 'name'));
    const body = field(node, 'body');
    const isTest = node.type === 'function_declaration' && /^(?:Test(?!Main$)|Fuzz|Example)(?![a-z])/.test(name);
    const isSuiteMethod =
      node.type === 'method_declaration' &&
      /^Test[A-Z]/.test(name) &&
      /[Ss]uite/.test(tree.textOf(field(node, 'receiver')));
    if (!(isTest || isSuiteMethod) || body === undefined) return [];
    return [
      {
        node,
        body,
        name,
        isSuite: false,
        modifiers: exampleModifiers(name, body, tree),
        statements: statementsOf(body).length,
        cases: 1,
        rows: [],
      },
    ];
  });
  return [suite, ...tests];
}

/** An example without its expected output is compiled and not run. */
const exampleModifiers = (name: string, body: TreeNode, tree: SyntaxTree): string[] =>
  name.startsWith('Example') && !/\/\/\s*(?:Unordered )?[Oo]utput:/.test(tree.textOf(body)) ? ['skip'] : [];

const statementsOf = (body: TreeNode): TreeNode[] => {
  const list = body.children.find(({ type }) => type === 'statement_list');
  return named(list ?? body);
};

function grammar(tree: SyntaxTree): Grammar<TreeNode> {
  return {
    children: ({ children }) => children,
    isBlock: ({ type }) => type === 'statement_list' || type === 'block',
    ends: (node) =>
      node.type === 'return_statement' ||
      (node.type === 'expression_statement' && /^(?:panic\(|os\.Exit\(|runtime\.Goexit\()/.test(tree.textOf(node))) ||
      (node.type === 'expression_statement' && /^\w+\.(?:Skip|Skipf|SkipNow)\(/.test(tree.textOf(node))),
    deadParts: (node) => deadParts(node, tree),
    found: (node) => assertionsAt(node, tree),
    definition: (node) => {
      if (node.type !== 'short_var_declaration' && node.type !== 'var_spec') return undefined;
      const right = named(field(node, 'right') ?? field(node, 'value'));
      const name = named(field(node, 'left'))[0] ?? field(node, 'name');
      const literal = right.find(({ type }) => type === 'func_literal');
      const body = field(literal, 'body');
      return right.length === 1 && literal !== undefined && body !== undefined
        ? { name: tree.textOf(name), body }
        : undefined;
    },
    mention: (node) => (node.type === 'identifier' || node.type === 'field_identifier' ? tree.textOf(node) : undefined),
    call: (node) =>
      node.type === 'call_expression' ? tree.textOf(field(node, 'function')).split(/\.|::/).at(-1) : undefined,
    rows: (node) => {
      const range =
        node.type === 'for_statement' ? node.children.find(({ type }) => type === 'range_clause') : undefined;
      const right = field(range, 'right');
      return right === undefined ? undefined : rowsOf(right, tree);
    },
    skips: (node) =>
      node.type === 'call_expression' && /^\w+\.(?:Skip|Skipf|SkipNow)$/.test(tree.textOf(field(node, 'function'))),
    isConditional: (node) =>
      node.type === 'if_statement' && !isConstantCondition(tree.textOf(field(node, 'condition'))),
    isImplicit: (node) => node.type === 'comment' && /^\/\/\s*(?:Unordered )?[Oo]utput:/.test(tree.textOf(node)),
  };
}

function rowsOf(node: TreeNode, tree: SyntaxTree): string[] | undefined {
  const texts = (literal: TreeNode) => named(field(literal, 'body')).map((row) => normalised(tree.textOf(row)));
  if (node.type === 'composite_literal') return texts(node);
  if (node.type !== 'identifier') return undefined;
  const name = tree.textOf(node);
  let rows: string[] | undefined;
  let nearest = -1;
  descend(tree.root, (candidate) => {
    if (candidate.type !== 'short_var_declaration' && candidate.type !== 'var_spec') return;
    const left = tree.textOf(field(candidate, 'left') ?? field(candidate, 'name'));
    const value = named(field(candidate, 'right') ?? field(candidate, 'value'))[0];
    if (
      left !== name ||
      value?.type !== 'composite_literal' ||
      candidate.start > node.start ||
      candidate.start < nearest
    )
      return;
    nearest = candidate.start;
    rows = texts(value);
  });
  return rows;
}

function deadParts(node: TreeNode, tree: SyntaxTree): { part: TreeNode; reason: string }[] {
  const body = field(node, 'body');
  if (
    node.type === 'for_statement' &&
    body !== undefined &&
    node.children.some(
      ({ type, start, end }) =>
        type === 'false' || (type === 'range_clause' && /\{\s*\}$/.test(tree.text.slice(start, end))),
    )
  )
    return [{ part: body, reason: deadReasons.branch }];
  // A recovered panic drops `FailNow` of an assertion library no more than an error; a plain goroutine may not get to run.
  if (node.type === 'go_statement' && !/\.(?:Done|Wait)\(|<-/.test(tree.textOf(node)))
    return node.children.map((part) => ({ part, reason: deadReasons.unawaited }));
  if (node.type !== 'if_statement') return [];
  const condition = tree.textOf(field(node, 'condition'));
  const [consequence, alternative] = [field(node, 'consequence'), field(node, 'alternative')];
  if (/^(?:false|1 == 0|0 == 1)$/.test(condition) || /(?:^|&&)\s*false\s*(?:$|&&)/.test(condition))
    return consequence === undefined ? [] : [{ part: consequence, reason: deadReasons.branch }];
  return isConstantCondition(condition) && alternative !== undefined
    ? [{ part: alternative, reason: deadReasons.branch }]
    : [];
}

function mocksOf(tree: SyntaxTree, _path: string, tests: readonly TestFact[]): MockFact[] {
  const found: MockFact[] = [];
  const tested = testedNames(tests, new Map());
  descend(tree.root, (node) => {
    if (
      node.type !== 'assignment_statement' ||
      !/\bfunc\b/.test(tree.textOf(named(field(node, 'right'))[0]).slice(0, 5))
    )
      return;
    const target = tree.textOf(field(node, 'left'));
    if (above(node, ({ type }) => type === 'function_declaration') === undefined || /^(?:err|_)$/.test(target)) return;
    const name = target.split('.').at(-1) ?? target;
    found.push({ target, line: node.line, subject: tested.has(name) ? name : null });
  });
  return found;
}
