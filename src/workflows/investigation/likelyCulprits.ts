// How likely each commit is to be the culprit, before anything older was run: those that changed lines that the failing test runs
// through, by how few passing tests do; then those that changed a file that it reaches; then any other. Nobody is ruled out by it.
import type { HistoryCommit } from '../../protocol/investigation.ts';
import type { Coverage, CoveredFunction, FileChanges } from '../../protocol/suspects.ts';
import { ochiai } from './ranking/suspiciousness.ts';

export interface Known {
  readonly commits: readonly HistoryCommit[];
  /** Positions of the commits that change a file that the oracle reaches. */
  readonly near: readonly number[];
  /** What the failing test runs through and who changed that last, where it could be measured. */
  readonly lines?: { readonly coverage: Coverage; readonly changes: readonly FileChanges[] };
}

/** The chance that the culprit is of each kind, where there are such commits; `others` is what is left for all. */
const shares = { lines: 0.5, near: 0.3, others: 0.2 };

/** For each commit its chance; together they are 1. */
export function likelyCulprits({ commits, near, lines }: Known): number[] {
  const even = commits.map(() => 1);
  const isNear = new Set(near);
  const byLines = lines === undefined ? [] : heatOf(commits, lines.coverage, lines.changes);
  const byFiles = commits.map((_, at) => (isNear.has(at) ? 1 : 0));
  const parts = [part(byLines, shares.lines), part(byFiles, shares.near), part(even, shares.others)];
  const mixed = commits.map((_, at) => parts.reduce((sum, { of, share }) => sum + share * (of[at] ?? 0), 0));
  return part(mixed, 1).of;
}

/** Chances that together are 1, and no share where there are none. */
function part(weights: readonly number[], share: number): { of: number[]; share: number } {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return total === 0 ? { of: [], share: 0 } : { of: weights.map((weight) => weight / total), share };
}

/**
 * For each commit, the heat of the lines that it changed last: the hottest of each function, summed over functions. The root of it,
 * since who changed twice as much is likelier to have broken it, and not twice as likely.
 */
function heatOf(commits: readonly HistoryCommit[], coverage: Coverage, changes: readonly FileChanges[]): number[] {
  const positions = new Map(commits.map(({ commit }, at) => [commit, at]));
  const blamed = new Map(changes.map(({ path, spans }) => [path, spans]));
  const heat = commits.map(() => 0);
  for (const one of coverage.functions) {
    for (const [commit, hottest] of hottestLines(one, blamed.get(one.path) ?? [], coverage)) {
      const at = positions.get(commit);
      if (at !== undefined) heat[at] = (heat[at] ?? 0) + hottest;
    }
  }
  return heat.map(Math.sqrt);
}

function hottestLines(
  { spans }: CoveredFunction,
  blamed: FileChanges['spans'],
  { failing, passing }: Coverage,
): Map<string | null, number> {
  const hottest = new Map<string | null, number>();
  for (const span of spans) {
    const heat = ochiai(span, { failing: failing.length, passing });
    for (const { commit, startLine, endLine } of blamed) {
      if (endLine < span.startLine || startLine > span.endLine) continue;
      hottest.set(commit, Math.max(hottest.get(commit) ?? 0, heat));
    }
  }
  return hottest;
}
