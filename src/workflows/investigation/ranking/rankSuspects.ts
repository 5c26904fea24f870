// Orders the functions that a failing test runs through by how much points at them: what passing tests run through, who changed
// them lately, the failure's stack, and what the test calls by name. Pure; ties are broken by place, so the order is the same
// every time.
import type { CauseHunk } from '../../../protocol/investigation.ts';
import type { Coverage, CoveredFunction, FileChanges, Suspect } from '../../../protocol/suspects.ts';
import { dStar, ochiai, op2, tarantula, type Totals } from './suspiciousness.ts';

export interface Clues {
  readonly coverage: Coverage;
  readonly changes: readonly FileChanges[];
  /** Lines of the culprit commit, when there is one. */
  readonly hunks: readonly CauseHunk[];
}

export interface Features {
  readonly ochiai: number;
  readonly whole: number;
  readonly tarantula: number;
  readonly dStar: number;
  readonly op2: number;
  readonly stack: number;
  readonly recency: number;
  readonly coupling: number;
  readonly named: number;
  readonly isCulprit: boolean;
}

export function featuresOf(clues: Clues): { readonly one: CoveredFunction; readonly features: Features }[] {
  const { coverage, changes, hunks } = clues;
  const totals: Totals = { failing: coverage.failing.length, passing: coverage.passing };
  const byPath = new Map(changes.map((file) => [file.path, file]));
  const newest = new Map(coverage.functions.map((one) => [one, newestOf(one, byPath.get(one.path))]));
  const times = [...new Set([...newest.values()])].sort((a, b) => b - a);
  const words = new Set(coverage.words.map((word) => word.toLowerCase()));
  return coverage.functions.map((one) => {
    const best = (formula: typeof ochiai) => Math.max(0, ...one.spans.map((span) => formula(span, totals)));
    const at = newest.get(one) ?? 0;
    const frame = coverage.frames.findIndex(({ path, line }) => path === one.path && isIn(one, line));
    const star = best(dStar);
    return {
      one,
      features: {
        ochiai: best(ochiai),
        whole: ochiai(one, totals),
        tarantula: best(tarantula),
        dStar: star === Number.POSITIVE_INFINITY ? 1 : star / (1 + star),
        op2: best(op2) / Math.max(1, totals.failing),
        stack: frame < 0 ? 0 : 1 / (1 + frame),
        recency: at === 0 ? 0 : 1 / (1 + times.indexOf(at)),
        coupling: byPath.get(one.path)?.together ?? 0,
        named: words.has((one.name.split('.').at(-1) ?? '').toLowerCase()) ? 1 : 0,
        isCulprit: hunks.some(({ today }) => today !== null && today.path === one.path && today.startLine <= one.endLine && today.endLine >= one.startLine),
      },
    };
  });
}

const isIn = ({ startLine, endLine }: CoveredFunction, line: number): boolean => startLine <= line && line <= endLine;

/** When its lines changed last; 0 where that is not known. */
function newestOf(one: CoveredFunction, file: FileChanges | undefined): number {
  const spans = (file?.spans ?? []).filter(({ startLine, endLine }) => startLine <= one.endLine && endLine >= one.startLine);
  return spans.reduce((newest, { at, commit }) => Math.max(newest, commit === null ? Number.MAX_SAFE_INTEGER : at), 0);
}
