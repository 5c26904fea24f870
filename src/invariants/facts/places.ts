// Places in a text, and whether a node of its syntax tree is around one: a walk that asks leaves out what nobody looks for.
import { isNode, type SyntaxNode } from '../source.ts';

export class Places {
  readonly #sorted: readonly number[];

  /** @param places offsets in the order of the text */
  constructor(places: readonly number[]) {
    this.#sorted = places;
  }

  get count(): number {
    return this.#sorted.length;
  }

  with(more: Places): Places {
    return new Places([...this.#sorted, ...more.#sorted].sort((a, b) => a - b));
  }

  /** Whether one is not before the start and before the end. */
  isIn(start: number, end: number): boolean {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] ?? 0) < start) low = middle + 1;
      else high = middle;
    }
    return (this.#sorted[low] ?? end) < end;
  }
}

/** Decorators stand before what the parser takes for the beginning of a class or of a parameter. */
export function startOf(node: SyntaxNode): number {
  const first: unknown = Array.isArray(node.decorators) ? node.decorators[0] : undefined;
  return isNode(first) ? Math.min(first.start, node.start) : node.start;
}
