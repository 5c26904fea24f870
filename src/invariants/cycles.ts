// Circles in a graph of imports: Tarjan's strongly connected components, without recursion.

/** One circle for each component with more than one node, and for each node that points to itself; sorted. */
export function findCycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const cycles: string[][] = [];
  for (const root of graph.keys()) {
    if (index.has(root)) continue;
    const work: { node: string; next: number }[] = [{ node: root, next: 0 }];
    for (let frame = work.at(-1); frame !== undefined; frame = work.at(-1)) {
      const { node } = frame;
      if (frame.next === 0) {
        index.set(node, index.size);
        low.set(node, index.get(node) ?? 0);
        stack.push(node);
        onStack.add(node);
      }
      const target = graph.get(node)?.[frame.next];
      frame.next += 1;
      if (target !== undefined) {
        if (!index.has(target)) work.push({ node: target, next: 0 });
        else if (onStack.has(target)) low.set(node, Math.min(low.get(node) ?? 0, index.get(target) ?? 0));
        continue;
      }
      if (low.get(node) === index.get(node)) cycles.push(...component(node, stack, onStack, graph));
      work.pop();
      const parent = work.at(-1)?.node;
      if (parent !== undefined) low.set(parent, Math.min(low.get(parent) ?? 0, low.get(node) ?? 0));
    }
  }
  return cycles.sort((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1));
}

function component(
  node: string,
  stack: string[],
  onStack: Set<string>,
  graph: ReadonlyMap<string, readonly string[]>,
): string[][] {
  const members = stack.splice(stack.lastIndexOf(node));
  for (const member of members) onStack.delete(member);
  if (members.length === 1) return graph.get(node)?.includes(node) === true ? [[node]] : [];
  return [shortestCircle(members, graph)];
}

/** The shortest circle through the component's first member by name: what a person can read and cut. */
function shortestCircle(members: readonly string[], graph: ReadonlyMap<string, readonly string[]>): string[] {
  const inside = new Set(members);
  const [start = ''] = [...members].sort();
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
    for (const target of graph.get(node) ?? []) {
      if (target === start) {
        const circle = [node];
        for (let back = cameFrom.get(node); back !== undefined; back = cameFrom.get(back)) circle.unshift(back);
        return circle;
      }
      if (inside.has(target) && !cameFrom.has(target)) {
        cameFrom.set(target, node);
        queue.push(target);
      }
    }
  }
  return [start];
}
