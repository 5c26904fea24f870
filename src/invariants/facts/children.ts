// The children of a syntax node, by the parser's own table of keys: looking at every property of every node is far slower.
import { createRequire } from 'node:module';
import { isNode, type SyntaxNode } from '../source.ts';

let keys: Readonly<Record<string, readonly string[]>> | undefined;

export function visitorKeys(): Readonly<Record<string, readonly string[]>> {
  keys ??= createRequire(import.meta.url)('oxc-parser').visitorKeys;
  return keys ?? {};
}

/** A type that the table does not know must not hide what is in it. */
export const keysOf = (node: SyntaxNode): readonly string[] => visitorKeys()[node.type] ?? Object.keys(node);

export function eachChild(node: SyntaxNode, visit: (child: SyntaxNode) => void): void {
  for (const key of keysOf(node)) {
    const value = node[key];
    if (typeof value !== 'object' || value === null || key === 'parent') continue;
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) visit(item);
    } else if (isNode(value)) visit(value);
  }
}
