// What Python's trees mean: pytest and unittest, their skips, assertions, tolerances and patches.

import { deadReasons, type Grammar } from './collect.ts';
import type { MockFact, TestFact } from './factSchemas.ts';
import { assertionsAt } from './pythonAssertions.ts';
import { above, descend, field, named, type SyntaxTree, type TreeNode } from './syntaxTree.ts';
import { isConstantCondition, normalised, swallows } from './text.ts';
import { type DeclaredInTree, deepestList, functionsOf, type LanguageReader, testedNames } from './treeFacts.ts';

export const python: LanguageReader = {
  language: 'python',
  tests: testsOf,
  functions: functionsOf('function_definition'),
  grammar,
  mocks: mocksOf,
  suppressions: () => undefined,
  declarations: new Set(['function_definition', 'class_definition']),
};

function testsOf(tree: SyntaxTree, path: string): DeclaredInTree[] {
  const found: DeclaredInTree[] = [];
  const isTestFile = /(?:^|\/)(?:test_[^/]*|[^/]*_test|tests?|conftest)\.py$|(?:^|\/)tests?\//.test(path);
  const moduleMarks = moduleModifiers(tree);
  if (isTestFile)
    found.push({
      node: tree.root,
      body: undefined,
      name: '(module)',
      isSuite: true,
      modifiers: moduleMarks,
      statements: 1,
      cases: 1,
      rows: [],
    });
  const visit = (
    node: TreeNode,
    classes: readonly string[],
    decorators: readonly TreeNode[],
    isCase: boolean,
    rows: number,
  ): void => {
    if (node.type === 'decorated_definition') {
      const marks = node.children.filter(({ type }) => type === 'decorator');
      for (const child of named(node)) visit(child, classes, marks, isCase, rows);
      return;
    }
    const name = tree.textOf(field(node, 'name'));
    const body = field(node, 'body');
    if (node.type === 'class_definition') {
      const bases = tree.textOf(field(node, 'superclasses'));
      const isSuite = /^Test|Tests?$|TestCase/.test(name) || /TestCase|Test\b|Tests\b/.test(bases);
      // pytest does not collect a class with a constructor.
      const isHidden =
        /__test__\s*=\s*False/.test(tree.textOf(body)) ||
        (!/TestCase/.test(bases) && /^ *def __init__\(/m.test(tree.textOf(body)));
      const hidden = isHidden ? ['skip'] : [];
      if (isSuite)
        found.push({
          node,
          body: undefined,
          name: [...classes, name].join('::'),
          isSuite: true,
          modifiers: [...modifiersOf(decorators, tree), ...hidden],
          statements: 1,
          cases: 1,
          rows: [],
        });
      for (const child of named(body))
        visit(child, [...classes, name], [], isSuite, rows * rowsOfMarks(decorators, tree).cases);
      return;
    }
    if (node.type === 'function_definition') {
      if (!/^test/.test(name) || (classes.length > 0 && !isCase)) return;
      found.push({
        node,
        body,
        name: [...classes, name].join('::'),
        isSuite: false,
        modifiers: modifiersOf(decorators, tree),
        statements: named(body).filter((statement) => !isFiller(statement, tree)).length,
        cases: rows * rowsOfMarks(decorators, tree).cases,
        rows: rowsOfMarks(decorators, tree).rows,
      });
      return;
    }
    if (node.type === 'if_statement' && /^(?:False|0|None)$/.test(tree.textOf(field(node, 'condition')))) return;
    if (node.type === 'module' || node.type === 'block' || /^(?:if|else|elif|try|with)_/.test(node.type))
      for (const child of node.children) visit(child, classes, [], isCase, rows);
  };
  visit(tree.root, [], [], false, 1);
  return found;
}

/** `pass`, `...` and a docstring do nothing. */
function isFiller(statement: TreeNode, tree: SyntaxTree): boolean {
  if (statement.type === 'pass_statement') return true;
  const [only] = statement.children;
  return statement.type === 'expression_statement' && (only?.type === 'string' || tree.textOf(statement) === '...');
}

function moduleModifiers(tree: SyntaxTree): string[] {
  const found: string[] = [];
  for (const statement of named(tree.root)) {
    const text = tree.textOf(statement);
    if (/^pytestmark\s*=/.test(text)) found.push(...markModifiers(text));
    else if (statement.type === 'expression_statement' && /^pytest\.(?:skip\(|importorskip)/.test(text))
      found.push(text.startsWith('pytest.skip(') ? 'skip' : 'conditional');
    else if (/^(?:collect_ignore(?:_glob)?\s*[=+]|__test__\s*=\s*False)/.test(text)) found.push('skip');
  }
  return found;
}

const modifiersOf = (decorators: readonly TreeNode[], tree: SyntaxTree): string[] =>
  decorators.flatMap((decorator) => markModifiers(tree.textOf(decorator)));

function markModifiers(text: string): string[] {
  if (/\bskip(?:if|If|_if|Unless|unless)\b/.test(text)) {
    const condition = /\bskip(?:if|If|_if|Unless|unless)\s*\(\s*([^,)]*)/.exec(text)?.[1] ?? '';
    return [isConstantCondition(condition) ? 'skip' : 'conditional'];
  }
  if (/\bskip\b/.test(text)) return ['skip'];
  if (/\bxfail\b|\bexpectedFailure\b/.test(text))
    return [
      /xfail\s*\(\s*[^"'\s)][^,]*,|condition\s*=/.test(text) && !/xfail\(\s*(?:reason|strict|raises)\s*=/.test(text)
        ? 'conditional'
        : 'fails',
    ];
  return [];
}

function rowsOfMarks(decorators: readonly TreeNode[], tree: SyntaxTree): { cases: number; rows: string[] } {
  const found: { cases: number; rows: string[] } = { cases: 1, rows: [] };
  for (const decorator of decorators) {
    if (!/parametrize|expand\(|\bdata\(/.test(tree.textOf(decorator))) continue;
    const call = decorator.children.find(({ type }) => type === 'call');
    const list = named(field(call, 'arguments')).findLast(
      ({ type }) => type === 'list' || type === 'tuple' || type === 'identifier',
    );
    const count = list === undefined ? undefined : rowsOf(list, tree);
    if (count === undefined) continue;
    found.rows.push(...count);
    found.cases *= Math.max(1, count.length);
  }
  return found;
}

/** The rows of a written list, or of the one that a variable of the file holds. */
function rowsOf(node: TreeNode, tree: SyntaxTree, depth = 0): string[] | undefined {
  if (depth > deepestList) return undefined;
  if (/^(?:list|tuple|set|dictionary)$/.test(node.type)) return named(node).map((row) => normalised(tree.textOf(row)));
  if (node.type === 'call' && /\.(?:items|keys|values)$/.test(tree.textOf(field(node, 'function')))) {
    const object = field(field(node, 'function'), 'object');
    return object === undefined ? undefined : rowsOf(object, tree, depth + 1);
  }
  if (node.type !== 'identifier') return undefined;
  const name = tree.textOf(node);
  let rows: string[] | undefined;
  descend(tree.root, (candidate) => {
    const right = field(candidate, 'right');
    if (
      candidate.type === 'assignment' &&
      tree.textOf(field(candidate, 'left')) === name &&
      right !== undefined &&
      right.type !== 'identifier'
    )
      rows = rowsOf(right, tree, depth + 1) ?? rows;
  });
  return rows;
}

function grammar(tree: SyntaxTree): Grammar<TreeNode> {
  const values = valuesOf(tree);
  return {
    children: ({ children }) => children,
    isBlock: ({ type }) => type === 'block',
    ends: (node) => node.type === 'return_statement' || node.type === 'raise_statement',
    deadParts: (node) => deadParts(node, tree),
    found: (node) => assertionsAt(node, tree, values),
    definition: (node) => {
      const body = field(node, 'body');
      const name = field(node, 'name');
      if (node.type === 'function_definition' && body !== undefined) return { name: tree.textOf(name), body };
      const right = field(node, 'right');
      if (node.type === 'assignment' && right?.type === 'lambda')
        return { name: tree.textOf(field(node, 'left')), body: right };
      return undefined;
    },
    mention: (node) => (node.type === 'identifier' ? tree.textOf(node) : undefined),
    call: (node) => (node.type === 'call' ? tree.textOf(field(node, 'function')).split(/\.|::/).at(-1) : undefined),
    rows: (node) => {
      const right = field(node, 'right');
      return node.type === 'for_statement' && right !== undefined ? rowsOf(right, tree) : undefined;
    },
    skips: (node) =>
      (node.type === 'call' &&
        /^(?:pytest\.(?:skip|xfail)|self\.skipTest|unittest\.skip)$/.test(tree.textOf(field(node, 'function')))) ||
      (node.type === 'raise_statement' && /\bSkipTest\b/.test(tree.textOf(node))),
    isConditional: (node) =>
      (node.type === 'if_statement' && !isConstantCondition(tree.textOf(field(node, 'condition')))) ||
      node.type === 'except_clause',
    isImplicit: () => false,
  };
}

function valuesOf(tree: SyntaxTree): Map<string, string> {
  const values = new Map<string, string>();
  descend(tree.root, (node) => {
    const right = field(node, 'right');
    if (node.type === 'assignment' && right !== undefined)
      values.set(tree.textOf(field(node, 'left')), normalised(tree.textOf(right)));
  });
  return values;
}

function deadParts(node: TreeNode, tree: SyntaxTree): { part: TreeNode; reason: string }[] {
  if (node.type === 'if_statement' || node.type === 'while_statement') {
    const condition = tree.textOf(field(node, 'condition'));
    const isNever = /^\(*(?:False|0|None|not True|TYPE_CHECKING)\)*$/.test(condition);
    const part = isNever
      ? (field(node, 'consequence') ?? field(node, 'body'))
      : isConstantCondition(condition)
        ? field(node, 'alternative')
        : undefined;
    return part === undefined ? [] : [{ part, reason: deadReasons.branch }];
  }
  const body = field(node, 'body') ?? named(node).find(({ type }) => type === 'block');
  if (body === undefined) return [];
  if (node.type === 'try_statement') {
    const handlers = node.children.filter(({ type }) => type === 'except_clause' || type === 'except_group_clause');
    const lost = handlers.some(
      (handler) => catchesAssertions(handler, tree) && swallows(tree.textOf(named(handler).at(-1))),
    );
    return lost ? [{ part: body, reason: deadReasons.swallowed }] : [];
  }
  if (
    node.type === 'with_statement' &&
    /\bsuppress\(\s*(?:AssertionError|Exception|BaseException)/.test(tree.text.slice(node.start, body.start))
  )
    return [{ part: body, reason: deadReasons.swallowed }];
  if (node.type === 'for_statement' && /^(?:\[\]|\(\)|range\(0\))$/.test(tree.textOf(field(node, 'right'))))
    return [{ part: body, reason: deadReasons.branch }];
  return [];
}

function catchesAssertions(handler: TreeNode, tree: SyntaxTree): boolean {
  const block = named(handler).at(-1);
  const caught = tree.text.slice(handler.start, block?.start ?? handler.end).replace(/^except\*?/, '');
  return /^\s*:/.test(caught) || /\b(?:AssertionError|Exception|BaseException)\b/.test(caught);
}

function mocksOf(tree: SyntaxTree, path: string, tests: readonly TestFact[]): MockFact[] {
  const found: MockFact[] = [];
  const tested = testedNames(tests, valuesOf(tree));
  const isSubject = (name: string, node: TreeNode): string | null => {
    if (tested.has(name)) return name;
    const test =
      above(node, ({ type }) => type === 'function_definition') ??
      named(above(node, ({ type }) => type === 'decorated_definition')).at(-1);
    return tree.textOf(field(test, 'name')).replace(/^test_/, '') === name ? name : null;
  };
  const add = (target: string, name: string, node: TreeNode) =>
    found.push({ target, line: node.line, subject: isSubject(name, node) });
  descend(tree.root, (node) => {
    if (node.type === 'assignment') {
      const left = field(node, 'left');
      const right = tree.textOf(field(node, 'right'));
      const object = tree.textOf(field(left, 'object'));
      if (
        left?.type === 'attribute' &&
        object !== 'self' &&
        /^(?:lambda\b|(?:mock\.)?(?:Magic|Async)?Mock\()/.test(right) &&
        isImported(object, tree)
      )
        add(tree.textOf(left), tree.textOf(field(left, 'attribute')), left);
      return;
    }
    if (node.type !== 'call') return;
    const name = tree.textOf(field(node, 'function'));
    const args = named(field(node, 'arguments')).map((arg) => normalised(tree.textOf(arg)));
    const quoted = /^"([\w.]+)"$/;
    const [, target = ''] = quoted.exec(args[0] ?? '') ?? [];
    const [, attribute = ''] = quoted.exec(args[1] ?? '') ?? [];
    if (/(?:^|\.)patch$|^monkeypatch\.setattr$/.test(name) && target !== '')
      add(target, target.split('.').at(-1) ?? '', node);
    else if (/(?:^|\.)patch\.object$|^monkeypatch\.setattr$/.test(name) && attribute !== '')
      add(`${args[0]}.${attribute}`, attribute, node);
  });
  return found.filter(({ target }) => target !== '' && path !== '');
}

const isImported = (name: string, tree: SyntaxTree): boolean =>
  new RegExp(`^\\s*(?:import|from)\\b.*\\b${name.split('.')[0]}\\b`, 'm').test(tree.text);
