// What points at each function that a failing test runs through, clue by clue, each from 0 to 1. Pure.
import type { CauseHunk } from '../../../protocol/investigation.ts';
import type { Coverage, CoveredFunction, FileChanges } from '../../../protocol/suspects.ts';
import { ochiai, type Totals } from './suspiciousness.ts';

export interface Clues {
  readonly coverage: Coverage;
  readonly changes: readonly FileChanges[];
  /** What matters of the culprit commit, when there is one. */
  readonly hunks: readonly CauseHunk[];
}

export interface Pointers {
  /** Ochiai of its most suspicious line. */
  readonly line: number;
  /** Ochiai of the function as a whole. */
  readonly whole: number;
  /** 1 where the failure happened, half in the frame around it, and so on. */
  readonly stack: number;
  /** 1 for what changed last of all that the test runs through, half for what changed before that, and so on. */
  readonly recency: number;
  /** How often its file changed together with the test. */
  readonly together: number;
  /** Whether the test has its name. */
  readonly named: number;
  /** Whether the culprit commit changed it. */
  readonly culprit: number;
}

export type Pointed = readonly [one: CoveredFunction, pointers: Pointers];

export function pointersOf({ coverage, changes, hunks }: Clues): Pointed[] {
  const totals: Totals = { failing: coverage.failing.length, passing: coverage.passing };
  const files = new Map(changes.map((file) => [file.path, file]));
  const changed = coverage.functions.map((one) => changedAt(one, files.get(one.path)));
  const times = [...new Set(changed)].sort((a, b) => b - a);
  const words = new Set(coverage.words.map((word) => word.toLowerCase()));
  return coverage.functions.map((one, index): Pointed => {
    const at = changed[index] ?? 0;
    const frame = coverage.frames.findIndex(({ path, line }) => path === one.path && contains(one, line, line));
    return [
      one,
      {
        line: Math.max(0, ...one.spans.map((span) => ochiai(span, totals))),
        whole: ochiai(one, totals),
        stack: frame < 0 ? 0 : 1 / (1 + frame),
        recency: at === 0 ? 0 : 1 / (1 + times.indexOf(at)),
        together: files.get(one.path)?.together ?? 0,
        named: words.has(lastName(one).toLowerCase()) ? 1 : 0,
        culprit: hunks.some(({ today }) => today?.path === one.path && contains(one, today.startLine, today.endLine))
          ? 1
          : 0,
      },
    ];
  });
}

/** `app.render` is called by the name `render`. */
export const lastName = ({ name }: CoveredFunction): string => name.split('.').at(-1) ?? '';

const contains = ({ startLine, endLine }: CoveredFunction, from: number, to: number): boolean =>
  startLine <= to && from <= endLine;

/** When its lines changed last; 0 where that is not known, and later than any time for what is not committed. */
export function changedAt({ startLine, endLine }: CoveredFunction, file: FileChanges | undefined): number {
  const inside = (file?.spans ?? []).filter((span) => span.startLine <= endLine && span.endLine >= startLine);
  return Math.max(0, ...inside.map(({ at, commit }) => (commit === null ? Number.MAX_SAFE_INTEGER : at)));
}
