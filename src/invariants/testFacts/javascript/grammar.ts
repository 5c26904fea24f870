// What the nodes of a JavaScript tree mean to the walk over a test: blocks, ends, dead parts, assertions.
import { isNode, member, type Source, type SyntaxNode } from '../../source.ts';
import { deadReasons, type Grammar } from '../collect.ts';
import { isConstantCondition, normalised, swallows } from '../text.ts';
import { assertionsAt, type Constants } from './assertions.ts';
import { chainOf, childrenOf, isFunction, nodesOf, unwrapped } from './chain.ts';

export type Lists = ReadonlyMap<string, readonly string[]>;

export interface TestForm {
  /** The test takes no callback or context and may therefore end before what it started. */
  readonly hasNoParameters: boolean;
  /** Lists that constants of the file hold, by name. */
  readonly lists: Lists;
  readonly constants: Constants;
}

export function javascriptGrammar(source: Source, form: TestForm): Grammar<SyntaxNode> {
  const textOf = (node: unknown): string => (isNode(node) ? source.text.slice(node.start, node.end) : '');
  return {
    children: (node) => childrenOf(node),
    isBlock: (node) => node.type === 'BlockStatement' || node.type === 'FunctionBody' || node.type === 'StatementList',
    ends: (node) => node.type === 'ReturnStatement' || node.type === 'ThrowStatement',
    deadParts: (node) => deadParts(node, textOf, form),
    found: (node) => assertionsAt(node, source, form.constants),
    definition: definitionOf,
    mention: (node) =>
      node.type === 'Identifier' && typeof node.name === 'string'
        ? node.name
        : node.type === 'PrivateIdentifier'
          ? String(node.name)
          : undefined,
    call: (node) =>
      node.type === 'CallExpression' ? chainOf(node)?.findLast(({ args }) => args !== null)?.name : undefined,
    rows: (node) => rowsOf(node, form.lists, textOf),
    skips: (node) => {
      if (node.type !== 'CallExpression') return false;
      const [root, method] = chainOf(node.callee) ?? [];
      return /^(?:skip|fixme)$/.test(method?.name ?? '') && /^(?:this|t|ctx|context|test)$/.test(root?.name ?? '');
    },
    isConditional: (node) => node.type === 'IfStatement' && !isConstantCondition(textOf(node.test)),
    isImplicit: () => false,
  };
}

/** `function f() {}` and `const f = () => {}`. */
export function definitionOf(node: SyntaxNode): { name: string; body: SyntaxNode } | undefined {
  const name = member(node.id ?? node.key, 'name');
  if (typeof name !== 'string') return undefined;
  const body =
    node.type === 'FunctionDeclaration'
      ? node.body
      : node.type === 'VariableDeclarator' && isFunction(unwrapped(node.init))
        ? member(unwrapped(node.init), 'body')
        : node.type === 'MethodDefinition' || node.type === 'PropertyDefinition'
          ? member(node.value, 'body')
          : undefined;
  return isNode(body) ? { name, body } : undefined;
}

type Dead = { part: SyntaxNode; reason: string }[];

function deadParts(node: SyntaxNode, textOf: (node: unknown) => string, form: TestForm): Dead {
  const dead = (part: unknown, reason: string): Dead => (isNode(part) ? [{ part, reason }] : []);
  if (node.type === 'IfStatement' || node.type === 'ConditionalExpression') {
    const condition = textOf(node.test);
    if (!isConstantCondition(condition)) return [];
    const isNever = /^\(*\s*(?:false|0|null|undefined|''|"")\s*\)*$/.test(condition);
    return isNever ? dead(node.consequent, deadReasons.branch) : dead(node.alternate, deadReasons.branch);
  }
  if (node.type === 'WhileStatement' && /^\(?(?:false|0)\)?$/.test(textOf(node.test)))
    return dead(node.body, deadReasons.branch);
  if (node.type === 'LogicalExpression') {
    const left = textOf(node.left);
    const isNever =
      node.operator === '&&' ? /^(?:false|0|null)$/.test(left) : node.operator === '||' && /^(?:true|1)$/.test(left);
    return isNever ? dead(node.right, deadReasons.branch) : [];
  }
  if (node.type === 'TryStatement') {
    const handler = member(node.handler, 'body');
    return isNode(handler) && swallows(textOf(handler)) ? dead(node.block, deadReasons.swallowed) : [];
  }
  if (node.type === 'CallExpression') {
    const catches = catchOf(node);
    // What stands before `.catch(() => {})` in the chain.
    return catches !== undefined && swallows(textOf(catches)) ? dead(node.callee, deadReasons.swallowed) : [];
  }
  if (node.type === 'ExpressionStatement') return unawaited(node, textOf, form);
  return [];
}

function catchOf(node: SyntaxNode): unknown {
  const name = member(member(node.callee, 'property'), 'name');
  const [handler] = nodesOf(node.arguments);
  return name === 'catch' && isFunction(handler) ? handler.body : undefined;
}

function unawaited(node: SyntaxNode, textOf: (node: unknown) => string, form: TestForm): Dead {
  const expression = unwrapped(node.expression);
  if (!isNode(expression) || expression.type !== 'CallExpression') return [];
  const chain = chainOf(expression) ?? [];
  const names = chain.map(({ name }) => name);
  const [root] = names;
  const isPromised =
    root === 'expect' && chain[0]?.args !== null && names.some((name) => name === 'resolves' || name === 'rejects');
  const isStarted =
    form.hasNoParameters &&
    (names.some((name) => name === 'then' || name === 'finally') ||
      root === 'setTimeout' ||
      root === 'setImmediate' ||
      root === 'queueMicrotask' ||
      isAsyncCall(expression)) &&
    !/(?<!\.)\b(?:done|resolve|reject|cb)\s*\(|\.end\(|useFakeTimers|clock/.test(textOf(expression));
  return (isPromised || isStarted) && isNode(node.expression)
    ? [{ part: node.expression, reason: deadReasons.unawaited }]
    : [];
}

/** `(async () => { ... })()` as a statement. */
const isAsyncCall = (call: SyntaxNode): boolean => {
  const callee = unwrapped(call.callee);
  return isFunction(callee) && callee.async === true;
};

/** A loop over a written list, or over a constant that holds one. */
export function rowsOf(
  node: SyntaxNode,
  lists: Lists,
  textOf: (node: unknown) => string,
): readonly string[] | undefined {
  const listed = (value: unknown): readonly string[] | undefined => {
    const list = unwrapped(value);
    if (!isNode(list)) return undefined;
    if (list.type === 'ArrayExpression' && Array.isArray(list.elements)) return writtenRows(list, textOf);
    if (list.type === 'ObjectExpression' && Array.isArray(list.properties)) return writtenRows(list, textOf);
    if (list.type === 'Identifier') return lists.get(String(list.name));
    if (
      list.type === 'CallExpression' &&
      /^Object\.(?:entries|keys|values)\b/.test((chainOf(list) ?? []).map(({ name }) => name).join('.'))
    )
      return listed(nodesOf(list.arguments)[0]);
    return undefined;
  };
  if (node.type === 'ForOfStatement') return listed(node.right);
  if (node.type !== 'CallExpression') return undefined;
  const callee = unwrapped(node.callee);
  const name = member(member(callee, 'property'), 'name');
  return name === 'forEach' || name === 'map' ? listed(member(callee, 'object')) : undefined;
}

/** The parts of a written list or record, each as its text. */
export function writtenRows(list: SyntaxNode, textOf: (node: unknown) => string): string[] | undefined {
  const rows =
    list.type === 'ArrayExpression' ? list.elements : list.type === 'ObjectExpression' ? list.properties : undefined;
  return Array.isArray(rows) ? rows.map((row) => normalised(textOf(row))) : undefined;
}
