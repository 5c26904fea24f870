// Which import, global or object a name of a script stands for, through aliases, destructuring and shadowing. It follows
// names, not values: what it cannot follow is unknown, and never taken for something else.
import { isNode, type SyntaxNode, stringOf } from '../source.ts';
import { list, nameOf, namespace, type Reference, type Scope } from './scopes.ts';

/** What stands around an expression and does not change what it is. */
const transparent: Readonly<Record<string, string>> = {
  ParenthesizedExpression: 'expression',
  ChainExpression: 'expression',
  AwaitExpression: 'argument',
  TSAsExpression: 'expression',
  TSSatisfiesExpression: 'expression',
  TSNonNullExpression: 'expression',
  TSTypeAssertion: 'expression',
  TSInstantiationExpression: 'expression',
};
/** `globalThis.fetch` is `fetch`. */
export const globalObjects = new Set(['globalThis', 'window', 'self', 'global']);
const deepest = 200;
const most = 8;
const longest = 24;
export const callMark = '()';

const unknown = (name: string): Reference => ({ root: { kind: 'unknown', name }, path: [] });

/** Everything an expression may stand for; at least one. */
export function resolve(node: unknown, scope: Scope, depth = 0): Reference[] {
  if (!isNode(node) || depth > deepest) return [unknown('?')];
  const { file } = scope;
  const known = file.resolved.get(node);
  if (known !== undefined) return known;
  const partial = file.partial.get(node);
  if (partial !== undefined) {
    file.isPartial = true;
    return partial;
  }
  // A name that leads back to itself is unknown there.
  file.partial.set(node, [unknown('?')]);
  const wasPartial = file.isPartial;
  file.isPartial = false;
  const found = distinct(resolveNode(node, scope, depth));
  (file.isPartial ? file.partial : file.resolved).set(node, found);
  file.isPartial ||= wasPartial;
  if (depth === 0) {
    file.partial.clear();
    file.isPartial = false;
  }
  return found;
}

/** Few and short: a chain of calls without end is told by its beginning and its end. */
function distinct(references: readonly Reference[]): Reference[] {
  const found = new Map<string, Reference>();
  for (const { root, path } of references) {
    if (found.size >= most) break;
    const short = path.length > longest ? [...path.slice(0, longest / 2), '?', ...path.slice(-longest / 2)] : path;
    const of = root.kind === 'import' ? `${root.specifier}#${root.name}` : root.name;
    found.set(`${root.kind} ${of} ${short.join('.')}`, { root, path: short });
  }
  return [...found.values()];
}

function resolveNode(node: SyntaxNode, scope: Scope, depth: number): Reference[] {
  const inside = transparent[node.type];
  if (inside !== undefined) return resolve(node[inside], scope, depth + 1);
  switch (node.type) {
    case 'Identifier':
      return resolveName(nameOf(node) ?? '?', scope, depth);
    case 'ThisExpression':
      return [unknown('this')];
    case 'MemberExpression':
      return resolveMember(node, scope, depth);
    case 'ImportExpression': {
      const specifier = stringOf(node.source);
      return [specifier === undefined ? unknown('?') : namespace(specifier)];
    }
    case 'CallExpression': {
      const specifier = stringOf(list(node.arguments)[0]);
      if (nameOf(node.callee) === 'require' && scope.find('require') === undefined && specifier !== undefined)
        return [namespace(specifier)];
      // What `bind` gives is reported where it is bound, so it is not followed again.
      if (isNode(node.callee) && propertyOf(node.callee) === 'bind') return [unknown('?')];
      return results(resolve(node.callee, scope, depth + 1));
    }
    case 'NewExpression':
      return results(resolve(node.callee, scope, depth + 1));
    case 'LogicalExpression':
      return [...resolve(node.left, scope, depth + 1), ...resolve(node.right, scope, depth + 1)];
    case 'ConditionalExpression':
      return [...resolve(node.consequent, scope, depth + 1), ...resolve(node.alternate, scope, depth + 1)];
    case 'SequenceExpression':
      return resolve(list(node.expressions).at(-1), scope, depth + 1);
    case 'AssignmentExpression':
      return resolve(node.right, scope, depth + 1);
    default:
      return [unknown('?')];
  }
}

function resolveName(name: string, scope: Scope, depth: number): Reference[] {
  const binding = scope.find(name);
  if (binding === undefined) return [{ root: { kind: 'global', name }, path: [] }];
  if (binding.imported !== undefined) return [binding.imported];
  if (binding.sources.length === 0) return [unknown(name)];
  const found = binding.sources.flatMap(({ expression, scope: from, path }) => {
    // A value that is made here keeps its name, so that `on` can speak of it.
    const references = resolve(expression, from, depth + 1).map((one) =>
      one.root.kind === 'unknown' && one.root.name === '?' ? unknown(path.length === 0 ? name : '?') : one,
    );
    return references.map((one) => ({ root: one.root, path: [...one.path, ...path] }));
  });
  return found.map(normalise);
}

function resolveMember(node: SyntaxNode, scope: Scope, depth: number): Reference[] {
  const property = propertyOf(node) ?? '?';
  const literal = objectLiteral(node.object, scope);
  const own = list(literal?.node.properties).find((one) => (nameOf(one.key) ?? stringOf(one.key)) === property);
  if (literal !== undefined && own !== undefined) return resolve(own.value, literal.scope, depth + 1);
  return resolve(node.object, scope, depth + 1).map((one) =>
    normalise({ root: one.root, path: [...one.path, property] }),
  );
}

const results = (references: readonly Reference[]): Reference[] =>
  references.map(({ root, path }) => ({ root, path: [...path, callMark] }));

/** `n.b` of `import * as n` is `b`; `globalThis.fetch` is `fetch`. */
function normalise({ root, path }: Reference): Reference {
  const [first, ...rest] = path;
  if (first === undefined) return { root, path };
  if (root.kind === 'import' && root.name === '*')
    return { root: { ...root, name: first, isMember: true }, path: rest };
  if (root.kind === 'global' && globalObjects.has(root.name))
    return { root: { kind: 'global', name: first }, path: rest };
  return { root, path };
}

function objectLiteral(object: unknown, scope: Scope): { node: SyntaxNode; scope: Scope } | undefined {
  if (!isNode(object) || object.type !== 'Identifier') return undefined;
  const sources = scope.find(nameOf(object) ?? '')?.sources ?? [];
  const [only] = sources;
  if (sources.length !== 1 || only === undefined || only.path.length > 0 || !isNode(only.expression)) return undefined;
  return only.expression.type === 'ObjectExpression' ? { node: only.expression, scope: only.scope } : undefined;
}

export function propertyOf(node: SyntaxNode): string | undefined {
  if (node.type === 'ChainExpression' && isNode(node.expression)) return propertyOf(node.expression);
  if (node.type !== 'MemberExpression') return undefined;
  return node.computed === true ? stringOf(node.property) : nameOf(node.property);
}
