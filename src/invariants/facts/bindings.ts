// Which import, global or object a name of a script stands for, through aliases, destructuring and shadowing. It follows
// names, not values: what it cannot follow is unknown, and never taken for something else.
import { isNode, member, type SyntaxNode, stringOf } from '../source.ts';
import type { Places } from './places.ts';

/** `unknown`: a value that is made here or comes from elsewhere; `path` still tells the members that were taken of it. */
export type Root =
  | {
      readonly kind: 'import';
      readonly specifier: string;
      readonly name: string;
      /** The name was taken as a member of the whole module. */
      readonly isMember?: boolean | undefined;
    }
  | { readonly kind: 'global'; readonly name: string }
  | { readonly kind: 'unknown'; readonly name: string };

export interface Reference {
  readonly root: Root;
  /** Members taken from the root; `()` stands for the result of a call. */
  readonly path: readonly string[];
}

interface Source {
  readonly expression: unknown;
  readonly scope: Scope;
  /** What a destructuring takes of the expression. */
  readonly path: readonly string[];
}

interface Binding {
  readonly imported: Reference | undefined;
  readonly sources: Source[];
  /** A function or class of this file, for wrappers. */
  readonly declaration: SyntaxNode | undefined;
}

/** What the scopes of one file have in common. */
interface File {
  /** Every name that was asked for. */
  readonly asked: Set<string>;
  /** Names that may stand for what is looked for; found when `carriers` are given. */
  readonly bound: Set<string>;
  readonly carriers: Places | undefined;
  /** An expression is always looked at in one scope, so what it stands for is found once. */
  readonly resolved: WeakMap<SyntaxNode, Reference[]>;
  /** What is found on the way to one answer in a circle of names; it holds for that answer alone. */
  readonly partial: Map<SyntaxNode, Reference[]>;
  isPartial: boolean;
}

const newFile = (carriers: Places | undefined): File => ({
  ...{ asked: new Set(), bound: new Set(), carriers },
  ...{ resolved: new WeakMap(), partial: new Map(), isPartial: false },
});

export class Scope {
  readonly parent: Scope | undefined;
  readonly isFunction: boolean;
  readonly file: File;
  #bindings: Map<string, Binding> | undefined;

  constructor(parent: Scope | undefined, isFunction: boolean, carriers?: Places) {
    this.parent = parent;
    this.isFunction = isFunction;
    this.file = parent?.file ?? newFile(carriers);
  }

  get(name: string): Binding | undefined {
    return this.#bindings?.get(name);
  }

  set(name: string, binding: Binding): void {
    this.#bindings ??= new Map();
    this.#bindings.set(name, binding);
  }

  find(name: string): Binding | undefined {
    if (this.file.carriers !== undefined) this.file.asked.add(name);
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      const binding = scope.get(name);
      if (binding !== undefined) return binding;
    }
    return undefined;
  }

  get functionScope(): Scope {
    let scope: Scope = this;
    while (!scope.isFunction && scope.parent !== undefined) scope = scope.parent;
    return scope;
  }
}

const functions = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
const blocks = new Set([
  'BlockStatement',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'SwitchStatement',
  'CatchClause',
  'ClassDeclaration',
  'ClassExpression',
  'StaticBlock',
  'TSModuleBlock',
]);
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

/** The scope that a node opens inside of another; undefined where it opens none. */
export function openedBy(node: SyntaxNode, scope: Scope): Scope | undefined {
  const isFunction = functions.has(node.type);
  return isFunction || blocks.has(node.type) ? new Scope(scope, isFunction) : undefined;
}

/** Puts what a node declares into the scope that it is in, or into the one that it opens. Parents come before children. */
export function declareNames(node: SyntaxNode, scope: Scope, inner: Scope): void {
  switch (node.type) {
    case 'ImportDeclaration':
      for (const specifier of list(node.specifiers)) importBinding(node, specifier, scope);
      return;
    case 'TSImportEqualsDeclaration': {
      const specifier = stringOf(member(node.moduleReference, 'expression'));
      const name = nameOf(node.id);
      if (specifier !== undefined && name !== undefined) add(scope, name, { imported: namespace(specifier) });
      return;
    }
    case 'VariableDeclaration': {
      const target = node.kind === 'var' ? scope.functionScope : scope;
      for (const declarator of list(node.declarations)) {
        bindPattern(declarator.id, declarator.init, [], target, scope);
        if (scope.file.carriers?.isIn(declarator.start, declarator.end) === true)
          noteCarried(declarator, scope.file.bound);
      }
      return;
    }
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'TSEnumDeclaration': {
      const name = nameOf(node.id);
      if (name !== undefined) add(scope, name, { declaration: node });
      if (functions.has(node.type))
        for (const param of list(node.params)) bindPattern(param, undefined, [], inner, inner);
      return;
    }
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'ClassExpression': {
      const name = nameOf(node.id);
      if (name !== undefined) add(inner, name, { declaration: node });
      for (const param of list(node.params)) bindPattern(param, undefined, [], inner, inner);
      return;
    }
    case 'CatchClause':
      bindPattern(node.param, undefined, [], inner, inner);
      return;
    case 'AssignmentExpression':
      // A name that is given another value later may stand for either.
      if (node.operator === '=' && isNode(node.left) && node.left.type === 'Identifier') {
        const name = nameOf(node.left) ?? '';
        scope.find(name)?.sources.push({ expression: node.right, scope, path: [] });
        if (scope.file.carriers?.isIn(node.start, node.end) === true) scope.file.bound.add(name);
      }
  }
}

/** The names of a declaration, unless what they are given is a function or a class, which stands for itself. */
function noteCarried({ id, init }: SyntaxNode, bound: Set<string>): void {
  const isOwn = isNode(init) && (functions.has(init.type) || init.type === 'ClassExpression');
  if (isNode(init) && !isOwn) for (const name of namesOfPattern(id)) bound.add(name);
}

function namesOfPattern(pattern: unknown): string[] {
  if (!isNode(pattern)) return [];
  if (pattern.type === 'Identifier') return [nameOf(pattern) ?? ''];
  const inside = [
    pattern.left,
    pattern.argument,
    pattern.value,
    ...list(pattern.elements),
    ...list(pattern.properties),
  ];
  return inside.flatMap(namesOfPattern);
}

function importBinding(node: SyntaxNode, specifier: SyntaxNode, scope: Scope): void {
  const from = stringOf(node.source);
  const local = nameOf(specifier.local);
  if (from === undefined || local === undefined) return;
  const name =
    specifier.type === 'ImportDefaultSpecifier'
      ? 'default'
      : specifier.type === 'ImportNamespaceSpecifier'
        ? '*'
        : (nameOf(specifier.imported) ?? stringOf(specifier.imported) ?? local);
  add(scope, local, { imported: { root: { kind: 'import', specifier: from, name }, path: [] } });
}

function bindPattern(pattern: unknown, init: unknown, path: readonly string[], target: Scope, scope: Scope): void {
  if (!isNode(pattern)) return;
  switch (pattern.type) {
    case 'Identifier': {
      const name = nameOf(pattern);
      if (name !== undefined) add(target, name, { sources: isNode(init) ? [{ expression: init, scope, path }] : [] });
      return;
    }
    case 'AssignmentPattern':
      bindPattern(pattern.left, init, path, target, scope);
      return;
    case 'RestElement':
      bindPattern(pattern.argument, init, path, target, scope);
      return;
    case 'TSParameterProperty':
      bindPattern(pattern.parameter, init, path, target, scope);
      return;
    case 'ArrayPattern':
      for (const element of list(pattern.elements)) bindPattern(element, init, [...path, '?'], target, scope);
      return;
    case 'ObjectPattern':
      for (const property of list(pattern.properties)) {
        if (property.type === 'RestElement') bindPattern(property.argument, init, path, target, scope);
        else {
          const key =
            property.computed === true ? stringOf(property.key) : (nameOf(property.key) ?? stringOf(property.key));
          bindPattern(property.value, init, [...path, key ?? '?'], target, scope);
        }
      }
  }
}

function add(scope: Scope, name: string, more: Partial<Binding>): void {
  const known = scope.get(name);
  if (known === undefined)
    scope.set(name, { imported: more.imported, sources: more.sources ?? [], declaration: more.declaration });
  else known.sources.push(...(more.sources ?? []));
}

const namespace = (specifier: string): Reference => ({ root: { kind: 'import', specifier, name: '*' }, path: [] });
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

export function nameOf(node: unknown): string | undefined {
  const name = member(node, 'name');
  return typeof name === 'string' ? name : undefined;
}

export const list = (value: unknown): SyntaxNode[] => (Array.isArray(value) ? value.filter(isNode) : []);
