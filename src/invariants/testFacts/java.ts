// What Java's trees mean: JUnit 3 to 5 and TestNG, AssertJ, Hamcrest, Truth and Mockito.

import { deadReasons, type Grammar } from './collect.ts';
import { type AssertionFact, type MockFact, strengths, type TestFact } from './factSchemas.ts';
import { assertionsAt } from './javaAssertions.ts';
import { above, descend, field, named, type SyntaxTree, type TreeNode } from './syntaxTree.ts';
import { isConstantCondition, normalised, swallows } from './text.ts';
import { type DeclaredInTree, deepestList, functionsOf, type LanguageReader } from './treeFacts.ts';

const isTestAnnotation =
  /^@(?:\w+\.)*(?:Test|ParameterizedTest|RepeatedTest|TestFactory|TestTemplate|Property|Theory)\b/;

export const java: LanguageReader = {
  language: 'java',
  tests: testsOf,
  functions: functionsOf('method_declaration'),
  grammar,
  mocks: mocksOf,
  suppressions: (node, tree) =>
    node.type === 'annotation' || node.type === 'marker_annotation'
      ? /^@(?:\w+\.)*(SuppressWarnings|SuppressFBWarnings|Generated|ExcludeFromJacocoGeneratedReport|SuppressForbidden)\b/.exec(
          tree.textOf(node),
        )?.[1]
      : undefined,
  declarations: new Set([
    'class_declaration',
    'interface_declaration',
    'enum_declaration',
    'record_declaration',
    'method_declaration',
    'annotation_type_declaration',
  ]),
};

const annotationsOf = (node: TreeNode, tree: SyntaxTree): { text: string; node: TreeNode }[] =>
  (node.children.find(({ type }) => type === 'modifiers')?.children ?? [])
    .filter(({ type }) => type === 'annotation' || type === 'marker_annotation')
    .map((annotation) => ({ text: tree.textOf(annotation), node: annotation }));

function testsOf(tree: SyntaxTree): DeclaredInTree[] {
  const found: DeclaredInTree[] = [];
  const visit = (node: TreeNode, classes: readonly string[], isOldCase: boolean): void => {
    const name = tree.textOf(field(node, 'name'));
    const body = field(node, 'body');
    if (node.type === 'class_declaration') {
      const bases = tree.textOf(field(node, 'superclass'));
      const modifiers = [
        ...annotationsOf(node, tree).flatMap(({ text }) => marksOf(text)),
        ...hiddenBy(/\babstract\b/, node, tree),
      ];
      const isCase = /TestCase\b/.test(bases);
      if (/(?:Test|Tests|IT|TestCase|Spec)$|^Test/.test(name))
        found.push({
          node,
          body: undefined,
          name: [...classes, name].join('.'),
          isSuite: true,
          modifiers,
          statements: 1,
          cases: 1,
          rows: [],
        });
      for (const child of named(body)) visit(child, [...classes, name], isCase);
      return;
    }
    if (node.type === 'method_declaration' && body !== undefined) {
      const annotations = annotationsOf(node, tree);
      const isTest = annotations.some(({ text }) => isTestAnnotation.test(text)) || (isOldCase && /^test/.test(name));
      if (!isTest) return;
      found.push({
        node,
        body,
        name: [...classes, name].join('.'),
        isSuite: false,
        modifiers: [
          ...annotations.flatMap(({ text }) => marksOf(text)),
          ...hiddenBy(/\b(?:private|static|abstract)\b/, node, tree),
        ],
        statements: named(body).length,
        cases: Math.max(1, rowsOf(annotations, tree).length),
        rows: rowsOf(annotations, tree),
        declared: annotations.flatMap(({ text }) => exceptionOf(text, node.line)),
      });
      return;
    }
    for (const child of node.children) visit(child, classes, isOldCase);
  };
  for (const child of tree.root.children) visit(child, [], false);
  return found;
}

/** `@Test(expected = X.class)`. */
function exceptionOf(annotation: string, line: number): AssertionFact[] {
  const expected = /expected(?:Exceptions)?\s*=\s*([\w.]+)\.class/.exec(annotation)?.[1];
  if (expected === undefined) return [];
  const strength = /^(?:Exception|Throwable|RuntimeException)$/.test(expected) ? strengths.presence : strengths.partial;
  return [{ kind: 'expected', subject: '', expected, strength, tolerance: null, times: 1, line }];
}

/** JUnit runs no abstract class and no private test, and says nothing. */
function hiddenBy(word: RegExp, node: TreeNode, tree: SyntaxTree): string[] {
  const words =
    node.children.find(({ type }) => type === 'modifiers')?.children.filter(({ isNamed }) => !isNamed) ?? [];
  return words.some((modifier) => word.test(tree.textOf(modifier))) ? ['skip'] : [];
}

function marksOf(annotation: string): string[] {
  if (/^@(?:\w+\.)*(?:Disabled|Ignore)\b(?!If|On|For)/.test(annotation)) return ['skip'];
  if (/^@(?:\w+\.)*(?:Disabled|Enabled)(?:If|On|For)\w*/.test(annotation)) return ['conditional'];
  if (/^@(?:\w+\.)*Test\s*\(.*enabled\s*=\s*false/s.test(annotation)) return ['skip'];
  return [];
}

function rowsOf(annotations: readonly { text: string; node: TreeNode }[], tree: SyntaxTree): string[] {
  const rows: string[] = [];
  for (const { text, node } of annotations) {
    if (!/Source\b|RepeatedTest/.test(text)) continue;
    descend(node, (child) => {
      if (child.type === 'element_value_array_initializer')
        rows.push(...named(child).map((row) => normalised(tree.textOf(row))));
      if (child.type === 'string_literal' && /^"""/.test(tree.textOf(child)))
        rows.push(
          ...tree
            .textOf(child)
            .split('\n')
            .map((line) => line.trim())
            .filter((line) => line !== '' && !line.includes('"""')),
        );
    });
  }
  return rows;
}

function grammar(tree: SyntaxTree): Grammar<TreeNode> {
  const values = new Map<string, string>();
  descend(tree.root, (node) => {
    const value = field(node, 'value');
    if (node.type === 'variable_declarator' && value !== undefined)
      values.set(tree.textOf(field(node, 'name')), normalised(tree.textOf(value)));
  });
  return {
    children: ({ children }) => children,
    isBlock: ({ type }) => type === 'block',
    ends: ({ type }) => type === 'return_statement' || type === 'throw_statement',
    deadParts: (node) => deadParts(node, tree),
    found: (node) => assertionsAt(node, tree, values),
    definition: (node) => {
      const value = field(node, 'value');
      if (node.type === 'variable_declarator' && value?.type === 'lambda_expression')
        return { name: tree.textOf(field(node, 'name')), body: value };
      const body = field(node, 'body');
      return node.type === 'method_declaration' && body !== undefined
        ? { name: tree.textOf(field(node, 'name')), body }
        : undefined;
    },
    mention: (node) => (node.type === 'identifier' ? tree.textOf(node) : undefined),
    call: (node) =>
      node.type === 'method_invocation' ? tree.textOf(field(node, 'name')).split(/\.|::/).at(-1) : undefined,
    rows: (node) => {
      const value = node.type === 'enhanced_for_statement' ? field(node, 'value') : undefined;
      return value === undefined ? undefined : listOf(value, tree);
    },
    skips: (node) =>
      node.type === 'method_invocation' &&
      /^(?:Assumptions\.|Assume\.)?(?:assumeTrue\(false|assumeFalse\(true|abort\()/.test(tree.textOf(node)),
    isConditional: (node) => node.type === 'if_statement',
    isImplicit: (node) =>
      node.type === 'method_invocation' && /^(?:Mockito\.)?(?:verify|inOrder)/.test(tree.textOf(node)),
  };
}

function listOf(node: TreeNode, tree: SyntaxTree, depth = 0): string[] | undefined {
  if (depth > deepestList) return undefined;
  const texts = (nodes: readonly TreeNode[]) => nodes.map((row) => normalised(tree.textOf(row)));
  const array =
    node.type === 'array_initializer' ? node : node.children.find(({ type }) => type === 'array_initializer');
  if (array !== undefined) return texts(named(array));
  if (node.type === 'method_invocation' && /^(?:List|Set|Arrays|Stream)\.(?:of|asList)\(/.test(tree.textOf(node)))
    return texts(named(field(node, 'arguments')));
  if (node.type !== 'identifier') return undefined;
  let rows: string[] | undefined;
  descend(tree.root, (candidate) => {
    const value = field(candidate, 'value');
    if (
      candidate.type === 'variable_declarator' &&
      tree.textOf(field(candidate, 'name')) === tree.textOf(node) &&
      value !== undefined &&
      value.type !== 'identifier'
    )
      rows = listOf(value, tree, depth + 1) ?? rows;
  });
  return rows;
}

function deadParts(node: TreeNode, tree: SyntaxTree): { part: TreeNode; reason: string }[] {
  if (node.type === 'if_statement' || node.type === 'while_statement') {
    const condition = tree.textOf(field(node, 'condition'));
    const isNever = /^\(*\s*(?:false|Boolean\.FALSE|1 == 0|0 == 1)\s*\)*$/.test(condition);
    const part = isNever
      ? (field(node, 'consequence') ?? field(node, 'body'))
      : isConstantCondition(condition)
        ? field(node, 'alternative')
        : undefined;
    return part === undefined ? [] : [{ part, reason: deadReasons.branch }];
  }
  const body = field(node, 'body');
  if (/^try_/.test(node.type) && body !== undefined) {
    const isLost = node.children.some((handler) => {
      if (handler.type !== 'catch_clause') return false;
      const caught = tree.textOf(handler.children.find(({ type }) => type === 'catch_formal_parameter'));
      return (
        /\b(?:Throwable|Error|AssertionError|AssertionFailedError)\b/.test(caught) &&
        swallows(tree.textOf(field(handler, 'body')))
      );
    });
    return isLost ? [{ part: body, reason: deadReasons.swallowed }] : [];
  }
  // A thread that nothing joins: what it throws is lost.
  if (
    node.type === 'expression_statement' &&
    /new Thread\(|CompletableFuture\.runAsync\(|\.submit\(/.test(tree.textOf(node)) &&
    !/\.(?:join|get)\(/.test(tree.textOf(node))
  )
    return node.children.map((part) => ({ part, reason: deadReasons.unawaited }));
  return [];
}

function mocksOf(tree: SyntaxTree, path: string, _tests: readonly TestFact[]): MockFact[] {
  const found: MockFact[] = [];
  const subject = (path.split('/').at(-1) ?? '')
    .replace(/\.java$/, '')
    .replace(/^Test(?=[A-Z])|(?:Tests?|IT|TestCase)$/g, '');
  const add = (target: string, node: TreeNode) =>
    found.push({ target, line: node.line, subject: target === subject ? subject : null });
  descend(tree.root, (node) => {
    if (
      node.type === 'method_invocation' &&
      /^(?:mock|mockStatic|mockConstruction)$/.test(tree.textOf(field(node, 'name')))
    ) {
      const type = /^(\w+)\.class$/.exec(tree.textOf(named(field(node, 'arguments'))[0]))?.[1];
      if (type !== undefined) add(type, node);
    }
    if (node.type === 'marker_annotation' || node.type === 'annotation') {
      if (!/^@(?:Mock|MockBean|MockitoBean)\b/.test(tree.textOf(node))) return;
      const declared = above(node, ({ type }) => type === 'field_declaration' || type === 'formal_parameter');
      add(tree.textOf(field(declared, 'type')), node);
    }
  });
  return found;
}
