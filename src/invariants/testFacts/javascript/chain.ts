// A chain of calls and members such as `expect(x).not.toBe(3)`, taken apart. Only the form is read, not what it means.
import { isNode, member, type SyntaxNode, stringOf } from '../../source.ts';

export interface Segment {
  readonly name: string;
  /** Null for a member that is not called. */
  readonly args: readonly SyntaxNode[] | null;
}

export function unwrapped(node: unknown): unknown {
  let inner = node;
  while (
    isNode(inner) &&
    [
      'ParenthesizedExpression',
      'ChainExpression',
      'TSNonNullExpression',
      'TSAsExpression',
      'TSSatisfiesExpression',
    ].includes(inner.type)
  )
    inner = inner.expression;
  return inner;
}

/** From the root to the end; undefined when the root is not a name. */
export function chainOf(node: unknown): Segment[] | undefined {
  const inner = unwrapped(node);
  if (!isNode(inner)) return undefined;
  if (inner.type === 'Identifier') return [{ name: String(inner.name), args: null }];
  if (inner.type === 'ThisExpression') return [{ name: 'this', args: null }];
  if (inner.type === 'AwaitExpression') return chainOf(inner.argument);
  if (inner.type === 'NewExpression') return [{ name: 'new', args: [] }];
  if (inner.type === 'CallExpression') {
    const callee = chainOf(inner.callee);
    const last = callee?.pop();
    if (callee === undefined || last === undefined) return undefined;
    if (last.args !== null) return [...callee, last, { name: '()', args: nodesOf(inner.arguments) }];
    return [...callee, { name: last.name, args: nodesOf(inner.arguments) }];
  }
  if (inner.type !== 'MemberExpression') return undefined;
  const object = chainOf(inner.object) ?? [{ name: '', args: null }];
  const property = inner.computed === true ? (stringOf(inner.property) ?? '[]') : member(inner.property, 'name');
  return typeof property === 'string' ? [...object, { name: property, args: null }] : undefined;
}

export const nodesOf = (value: unknown): SyntaxNode[] => (Array.isArray(value) ? value.filter(isNode) : []);

type FunctionNode = SyntaxNode & { readonly type: 'ArrowFunctionExpression' | 'FunctionExpression' };

export const isFunction = (node: unknown): node is FunctionNode =>
  isNode(node) && (node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression');

/** Child nodes in the order of the source. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (const [key, value] of Object.entries(node)) {
    if (key === 'parent') continue;
    if (Array.isArray(value)) found.push(...value.filter(isNode));
    else if (isNode(value)) found.push(value);
  }
  return found;
}
