// The facts of a file that tree-sitter parsed. A language says where its tests are and what its nodes mean; the rest is the same.
import { type DeclaredTest, helperFacts, restDigest, testFactOf } from './assemble.ts';
import { collect, type Grammar } from './collect.ts';
import type { FileFacts, MockFact, Suppression, TestFact } from './factSchemas.ts';
import { directiveIn } from './suppressions.ts';
import {
  descend,
  field,
  isComment,
  parseTree,
  type SyntaxTree,
  type TreeLanguage,
  type TreeNode,
} from './syntaxTree.ts';

export interface DeclaredInTree extends Omit<DeclaredTest, 'text' | 'line'> {
  readonly node: TreeNode;
  /** Undefined for a suite, whose parts are tests of their own. */
  readonly body: TreeNode | undefined;
}

export interface FunctionInTree {
  readonly name: string;
  readonly body: TreeNode;
}

/** Variables that are followed to find a list; one may be made of itself. */
export const deepestList = 3;

/** Reads the functions of languages in which each is a node of one type, wherever it stands. */
export const functionsOf =
  (type: string) =>
  (tree: SyntaxTree): FunctionInTree[] => {
    const found: FunctionInTree[] = [];
    descend(tree.root, (node) => {
      const body = field(node, 'body');
      if (node.type === type && body !== undefined) found.push({ name: tree.textOf(field(node, 'name')), body });
    });
    return found;
  };

export interface LanguageReader {
  readonly language: TreeLanguage;
  tests(tree: SyntaxTree, path: string): DeclaredInTree[];
  functions(tree: SyntaxTree): FunctionInTree[];
  grammar(tree: SyntaxTree): Grammar<TreeNode>;
  mocks(tree: SyntaxTree, path: string, tests: readonly TestFact[]): MockFact[];
  /** Silencing that is not a comment, such as an attribute or an annotation. */
  suppressions(node: TreeNode, tree: SyntaxTree): string | undefined;
  /** The text with what the grammar cannot look into written as what it stands for; as long as it was, line by line. */
  readonly rewritten?: (text: string) => string;
  /** Nodes that declare something under their field `name`. */
  readonly declarations: ReadonlySet<string>;
}

export async function readTree(path: string, original: string, reader: LanguageReader): Promise<FileFacts> {
  const text = reader.rewritten?.(original) ?? original;
  const tree = await parseTree(reader.language, text);
  const empty = { path, tests: [], helpers: [], suppressions: [], mocks: [], defines: [], rest: '' };
  if (tree.errorLine !== null)
    return {
      ...empty,
      problem: { message: `${path} cannot be parsed (line ${tree.errorLine}).`, line: tree.errorLine },
    };
  const grammar = reader.grammar(tree);
  const declared = reader.tests(tree, path);
  const bodies = new Set(declared.map(({ body }) => body));
  const functions = reader.functions(tree).filter(({ body }) => !bodies.has(body));
  const units = new Map(functions.map(({ name, body }) => [name, collect(body, body.line, grammar)] as const));
  const used = new Set<string>();
  const tests = declared.map(({ node, body, ...test }) =>
    testFactOf(
      { ...test, line: node.line, text: tree.textOf(body) },
      body === undefined ? undefined : collect(body, node.line, grammar),
      units,
      used,
    ),
  );
  const suppressions: Suppression[] = [];
  descend(tree.root, (node) => {
    const directive = isComment(node.type) ? directiveIn(tree.textOf(node)) : reader.suppressions(node, tree);
    if (directive !== undefined)
      suppressions.push({ directive, line: node.line, text: tree.textOf(node).trim().slice(0, 200) });
  });
  return {
    path,
    problem: null,
    tests,
    helpers: helperFacts(
      functions.map(({ name, body }) => ({ name, line: body.line, text: tree.textOf(body) })),
      units,
      used,
    ),
    suppressions,
    mocks: reader.mocks(tree, path, tests),
    defines: definedOutside(tree, reader, new Set(declared.map(({ node }) => node))),
    rest: restDigest(
      text,
      declared.filter(({ isSuite }) => !isSuite).map(({ node }) => [node.start, node.end] as const),
    ),
  };
}

/** Names that are declared for others than the tests. */
function definedOutside(tree: SyntaxTree, reader: LanguageReader, tests: ReadonlySet<TreeNode>): string[] {
  const names = new Set<string>();
  const visit = (node: TreeNode): void => {
    if (tests.has(node) && node !== tree.root) return;
    const name = reader.declarations.has(node.type) ? node.children.find((child) => child.field === 'name') : undefined;
    if (name !== undefined) names.add(tree.textOf(name));
    for (const child of node.children) visit(child);
  };
  visit(tree.root);
  return [...names];
}

/** Names that the subjects of assertions call, through one plain variable of the file. */
export function testedNames(tests: readonly TestFact[], values: ReadonlyMap<string, string>): Set<string> {
  const names = new Set<string>();
  for (const { assertions } of tests)
    for (const { subject } of assertions)
      for (const text of [subject, values.get(subject.replace(/[.[(].*$/, '')) ?? ''])
        for (const [, name] of text.matchAll(/([A-Za-z_]\w*)\(/g)) if (name !== undefined) names.add(name);
  return names;
}
