// Chains of imports that lead to what may not be reached: for all files at once, and for one file whose text has changed
// among others that are as known.
import type { ImportsRule } from '../../protocol/codeRules.ts';
import type { FileRef } from '../facts/factStore.ts';
import { isScript } from '../facts/script.ts';
import { targetMatcher } from '../globs.ts';
import type { Edge } from '../importGraph.ts';
import type { Tree } from '../tree.ts';

/** How files come to a target by the shortest chains of imports. */
export interface Chains {
  /** Each file's next link; a target has none. */
  readonly next: ReadonlyMap<string, { readonly edge: Edge; readonly to: string }>;
  /** Targets and files in the order in which they were found: the nearest to a target first. */
  readonly order: ReadonlyMap<string, number>;
  readonly targets: number;
}

export const isCounted = (rule: ImportsRule, { fact }: Edge): boolean =>
  rule.forms === undefined || rule.forms.includes(fact.form);

export type Follows = (edge: Edge) => boolean;

export const followsOf =
  (rule: ImportsRule): Follows =>
  (edge) =>
    isCounted(rule, edge) && edge.problem === null && (rule.through === 'all' || !edge.fact.isTypeOnly);

/** Backwards from the targets, so that every file learns its next link and no chain is walked twice. */
export function chainsTo(rule: ImportsRule, tree: Tree): Chains {
  const isTarget = targetMatcher(rule.reaches);
  const follows = followsOf(rule);
  const importers = new Map<string, { from: string; edge: Edge }[]>();
  const scripts = tree.files.filter(({ path }) => isScript(path));
  for (const file of scripts)
    for (const edge of tree.graph.edges(file).edges) {
      if (!follows(edge)) continue;
      const known = importers.get(edge.to);
      if (known === undefined) importers.set(edge.to, [{ from: file.path, edge }]);
      else known.push({ from: file.path, edge });
    }
  const next = new Map<string, { edge: Edge; to: string }>();
  const queue = [...new Set([...importers.keys(), ...scripts.map(({ path }) => path)])].filter(isTarget);
  const targets = new Set(queue);
  for (let at = 0; at < queue.length; at += 1) {
    const to = queue[at] ?? '';
    for (const { from, edge } of importers.get(to) ?? []) {
      if (next.has(from) || targets.has(from)) continue;
      next.set(from, { edge, to });
      queue.push(from);
    }
  }
  return { next, order: new Map(queue.map((path, index) => [path, index])), targets: targets.size };
}

export function chainFrom(path: string, { next }: Chains): string[] {
  const chain = [path];
  for (let link = next.get(path); link !== undefined; link = next.get(link.to)) chain.push(link.to);
  return chain;
}

/** The link that the search from the targets would give the file, as it is now, among others as they are known. */
export function firstLink(rule: ImportsRule, file: FileRef, tree: Tree, chains: Chains) {
  const isTarget = targetMatcher(rule.reaches);
  if (isTarget(file.path)) return undefined;
  const follows = followsOf(rule);
  let best: { edge: Edge; to: string; rank: number } | undefined;
  for (const edge of tree.graph.edges(file).edges) {
    // A target that nobody imported before comes after those that are known.
    const rank = chains.order.get(edge.to) ?? (isTarget(edge.to) ? chains.targets - 0.5 : undefined);
    if (!follows(edge) || rank === undefined || (best !== undefined && best.rank <= rank)) continue;
    if (!chainFrom(edge.to, chains).includes(file.path)) best = { edge, to: edge.to, rank };
  }
  return best;
}
