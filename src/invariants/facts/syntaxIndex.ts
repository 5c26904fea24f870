// The nodes of one script by their types, with the scope they are in and the nodes around them: one walk for all who ask.
import { isNode, type SyntaxNode } from '../source.ts';
import { declareNames, openedBy, Scope } from './bindings.ts';
import { keysOf } from './children.ts';

export class SyntaxIndex {
  /** The scope of the file. */
  readonly top = new Scope(undefined, true);
  // Beside each other, by a node's number in the order of the text: an object for each node would cost more than the walk.
  readonly #nodes: SyntaxNode[] = [];
  readonly #parents: number[] = [];
  readonly #scopes: Scope[] = [];
  readonly #byType = new Map<string, number[]>();

  constructor(program: SyntaxNode) {
    this.#add(program, -1, this.top);
  }

  #add(node: SyntaxNode, parent: number, scope: Scope): void {
    const inner = openedBy(node, scope) ?? scope;
    const number = this.#nodes.push(node) - 1;
    this.#parents.push(parent);
    this.#scopes.push(inner);
    const known = this.#byType.get(node.type);
    if (known === undefined) this.#byType.set(node.type, [number]);
    else known.push(number);
    declareNames(node, scope, inner);
    // The walk of `eachChild`, without a function for each node.
    for (const key of keysOf(node)) {
      const value = node[key];
      if (typeof value !== 'object' || value === null || key === 'parent') continue;
      if (Array.isArray(value)) {
        for (const item of value) if (isNode(item)) this.#add(item, number, inner);
      } else if (isNode(value)) this.#add(value, number, inner);
    }
  }

  /** Numbers of nodes in the order of the text, those around a node before it; of all types when none are named. */
  numbers(types?: readonly string[]): readonly number[] {
    if (types === undefined) return this.#nodes.map((_, number) => number);
    const lists = [...new Set(types)].flatMap((type) => this.#byType.get(type) ?? []);
    return types.length === 1 ? lists : lists.sort((a, b) => a - b);
  }

  node(number: number): SyntaxNode {
    const node = this.#nodes[number];
    if (node === undefined) throw new Error('There is no such node.');
    return node;
  }

  /** The scope that the node opens, or else the one that it is in. */
  scope(number: number): Scope {
    return this.#scopes[number] ?? this.top;
  }

  /** The nodes around a node, outermost first. */
  ancestors(number: number): SyntaxNode[] {
    const around: SyntaxNode[] = [];
    for (let at = this.#parents[number] ?? -1; at >= 0; at = this.#parents[at] ?? -1) around.push(this.node(at));
    return around.reverse();
  }
}
