// A file parsed by tree-sitter, as plain objects. The grammars are WebAssembly: they run on every platform and can crash nothing.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Language, Parser, TreeCursor } from 'web-tree-sitter';

export const treeLanguages = ['python', 'go', 'rust', 'java'] as const;
export type TreeLanguage = (typeof treeLanguages)[number];

export interface TreeNode {
  readonly type: string;
  readonly isNamed: boolean;
  readonly start: number;
  readonly end: number;
  /** Counts from 1. */
  readonly line: number;
  readonly field: string | null;
  readonly parent: TreeNode | null;
  readonly children: TreeNode[];
}

export interface SyntaxTree {
  readonly text: string;
  readonly root: TreeNode;
  /** Where the text could first not be understood; null when it could. */
  readonly errorLine: number | null;
  textOf(node: TreeNode | undefined): string;
}

/** The module with its parser, loaded once and only when a file asks for it. */
let loading: Promise<{ parser: Parser; load: (language: TreeLanguage) => Promise<Language> }> | undefined;
const languages = new Map<TreeLanguage, Promise<Language>>();

export async function parseTree(language: TreeLanguage, text: string): Promise<SyntaxTree> {
  loading ??= start();
  const { parser, load } = await loading;
  const known = languages.get(language) ?? load(language);
  languages.set(language, known);
  parser.setLanguage(await known);
  const tree = parser.parse(text);
  if (tree === null) throw new Error('The parser gave up.');
  try {
    const found: { errorLine: number | null } = { errorLine: null };
    const root = copy(tree.walk(), null, found, tree.rootNode.hasError);
    return {
      text,
      root,
      errorLine: found.errorLine,
      textOf: (node) => (node === undefined ? '' : text.slice(node.start, node.end)),
    };
  } finally {
    tree.delete();
  }
}

async function start() {
  const module = await import('web-tree-sitter');
  await module.Parser.init({ locateFile: () => assetPath('web-tree-sitter', 'web-tree-sitter.wasm') });
  return {
    parser: new module.Parser(),
    load: (language: TreeLanguage) =>
      module.Language.load(assetPath(`tree-sitter-${language}`, `tree-sitter-${language}.wasm`)),
  };
}

/** Beside the bundle (whose code may stand in a chunk one folder deeper), or in the installed package when run from source. */
function assetPath(packageName: string, file: string): string {
  const here = import.meta.dirname;
  const bundled = [here, join(here, '..')].map((folder) => join(folder, 'wasm', file)).find((path) => existsSync(path));
  return bundled ?? createRequire(import.meta.url).resolve(`${packageName}/${file}`);
}

function copy(
  cursor: TreeCursor,
  parent: TreeNode | null,
  found: { errorLine: number | null },
  hasError: boolean,
): TreeNode {
  const node: TreeNode = {
    type: cursor.nodeType,
    isNamed: cursor.nodeIsNamed,
    start: cursor.startIndex,
    end: cursor.endIndex,
    line: cursor.startPosition.row + 1,
    field: cursor.currentFieldName,
    parent,
    children: [],
  };
  if (hasError && found.errorLine === null && (node.type === 'ERROR' || cursor.nodeIsMissing))
    found.errorLine = node.line;
  if (cursor.gotoFirstChild()) {
    do node.children.push(copy(cursor, node, found, hasError));
    while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }
  return node;
}

export const field = (node: TreeNode | undefined, name: string): TreeNode | undefined =>
  node?.children.find((child) => child.field === name);

export const named = (node: TreeNode | undefined): TreeNode[] =>
  node?.children.filter(({ isNamed, type }) => isNamed && !isComment(type)) ?? [];

export const isComment = (type: string): boolean =>
  type === 'comment' || type === 'line_comment' || type === 'block_comment';

export function descend(root: TreeNode, enter: (node: TreeNode) => void): void {
  enter(root);
  for (const child of root.children) descend(child, enter);
}

/** The nearest node above that `is`, not further than `stop`. */
export function above(
  node: TreeNode,
  is: (node: TreeNode) => boolean,
  stop?: (node: TreeNode) => boolean,
): TreeNode | undefined {
  for (let at = node.parent; at !== null && stop?.(at) !== true; at = at.parent) if (is(at)) return at;
  return undefined;
}
