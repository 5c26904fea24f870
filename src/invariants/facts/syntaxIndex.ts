// The nodes of one script by their types, with the scope they are in and the nodes around them: one walk for all who ask.
import { isNode, type SyntaxNode } from '../source.ts';
import { keysOf } from './children.ts';
import { type Places, startOf } from './places.ts';
import { declareNames, openedBy, Scope } from './scopes.ts';

export class SyntaxIndex {
  /** The scope of the file. */
  readonly top: Scope;
  readonly #places: Places | undefined;
  // Beside each other, by a node's number in the order of the text: an object for each node would cost more than the walk.
  readonly #nodes: SyntaxNode[] = [];
  readonly #parents: number[] = [];
  readonly #scopes: Scope[] = [];
  readonly #byType = new Map<string, number[]>();

  /**
   * @param places when given, only nodes around one of them are in the index; what the scopes hold comes from those alone
   * @param carriers places of what may hand on what is looked for
   */
  constructor(program: SyntaxNode, places?: Places, carriers?: Places) {
    this.top = new Scope(undefined, true, carriers);
    this.#places = places;
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
      if (Array.isArray(value)) this.#addList(value, number, inner, node.start);
      else if (isNode(value) && this.#places?.isIn(startOf(value), value.end) !== false)
        this.#add(value, number, inner);
    }
  }

  #addList(list: readonly unknown[], parent: number, scope: Scope, start: number): void {
    const places = this.#places;
    // What stands between two nodes of a list may belong to the second, as decorators of what is exported do.
    let from = start;
    for (const item of list) {
      if (!isNode(item)) continue;
      if (places === undefined || places.isIn(Math.min(from, startOf(item)), item.end)) this.#add(item, parent, scope);
      from = item.end;
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
