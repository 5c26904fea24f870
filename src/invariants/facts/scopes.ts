// The scopes of a script and the names that are declared in them. They know what a name was given, and not what it stands for.
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

export const namespace = (specifier: string): Reference => ({
  root: { kind: 'import', specifier, name: '*' },
  path: [],
});

export function nameOf(node: unknown): string | undefined {
  const name = member(node, 'name');
  return typeof name === 'string' ? name : undefined;
}

export const list = (value: unknown): SyntaxNode[] => (Array.isArray(value) ? value.filter(isNode) : []);
