// A file parsed by tree-sitter, as plain objects.
import type { Language, Parser, TreeCursor } from 'web-tree-sitter';
import { loadTreeSitter, wasmPath } from '../treeSitter.ts';

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

let loading: Promise<Parser> | undefined;
const languages = new Map<TreeLanguage, Promise<Language>>();

export async function parseTree(language: TreeLanguage, text: string): Promise<SyntaxTree> {
  loading ??= loadTreeSitter().then(({ Parser }) => new Parser());
  const parser = await loading;
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

async function load(language: TreeLanguage): Promise<Language> {
  const { Language } = await loadTreeSitter();
  return await Language.load(wasmPath(`tree-sitter-${language}/tree-sitter-${language}.wasm`));
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
