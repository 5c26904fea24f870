// Personalised PageRank over a weighted graph: where a walk that keeps returning to its seeds spends its time. Pure.

export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
}

export interface Graph {
  readonly size: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Of each edge, as a share of all edges that leave its node. */
  readonly share: Float64Array;
}

export function graphOf(size: number, edges: readonly Edge[]): Graph {
  const leaving = new Float64Array(size);
  for (const { from, weight } of edges) leaving[from] = (leaving[from] ?? 0) + weight;
  return {
    size,
    from: Int32Array.from(edges, ({ from }) => from),
    to: Int32Array.from(edges, ({ to }) => to),
    share: Float64Array.from(edges, ({ from, weight }) => weight / Math.max(1e-12, leaving[from] ?? 0)),
  };
}

/** `seeds` need not sum to 1; without any, every node is one. What would be lost at a node without edges returns to the seeds. */
export function pageRank(graph: Graph, seeds: Float64Array, damping = 0.85, rounds = 30): Float64Array {
  const { size, from, to, share } = graph;
  const total = seeds.reduce((sum, seed) => sum + seed, 0);
  const home = total > 0 ? seeds.map((seed) => seed / total) : new Float64Array(size).fill(1 / Math.max(1, size));
  let rank = Float64Array.from(home);
  for (let round = 0; round < rounds; round += 1) {
    const next = new Float64Array(size);
    let moved = 0;
    for (let edge = 0; edge < from.length; edge += 1) {
      const flow = damping * (rank[from[edge] ?? 0] ?? 0) * (share[edge] ?? 0);
      next[to[edge] ?? 0] = (next[to[edge] ?? 0] ?? 0) + flow;
      moved += flow;
    }
    let change = 0;
    for (let node = 0; node < size; node += 1) {
      next[node] = (next[node] ?? 0) + (1 - moved) * (home[node] ?? 0);
      change += Math.abs((next[node] ?? 0) - (rank[node] ?? 0));
    }
    rank = next;
    if (change < 1e-7) break;
  }
  return rank;
}
