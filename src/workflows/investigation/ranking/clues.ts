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
  const stack = coverage.frames.map(({ path, line }) => innermost(coverage.functions, path, line));
  const culprits = new Set(
    hunks.flatMap(({ today }) => linesOf(today).map((line) => innermost(coverage.functions, today?.path ?? '', line))),
  );
  return coverage.functions.map((one, index): Pointed => {
    const at = changed[index] ?? 0;
    const frame = stack.indexOf(one);
    return [
      one,
      {
        line: Math.max(0, ...one.spans.map((span) => ochiai(span, totals))),
        whole: ochiai(one, totals),
        stack: frame < 0 ? 0 : 1 / (1 + frame),
        recency: at === 0 ? 0 : 1 / (1 + times.indexOf(at)),
        together: files.get(one.path)?.together ?? 0,
        named: words.has(lastName(one).toLowerCase()) ? 1 : 0,
        culprit: culprits.has(one) ? 1 : 0,
      },
    ];
  });
}

/** `app.render` is called by the name `render`. */
export const lastName = ({ name }: CoveredFunction): string => name.split('.').at(-1) ?? '';

/** A hunk that creates a file may be long. */
const maxLines = 300;

const linesOf = (today: CauseHunk['today']): number[] =>
  today === null
    ? []
    : Array.from({ length: Math.min(maxLines, today.endLine - today.startLine + 1) }, (_, at) => today.startLine + at);

/** The smallest function around a line; code in none is told by the very lines that ran. */
function innermost(functions: readonly CoveredFunction[], path: string, line: number): CoveredFunction | undefined {
  const around = functions.filter(
    (one) =>
      one.path === path &&
      (one.name === '' ? one.spans : [one]).some(({ startLine, endLine }) => startLine <= line && line <= endLine),
  );
  const sizeOf = ({ name, startLine, endLine }: CoveredFunction) =>
    name === '' ? Number.POSITIVE_INFINITY : endLine - startLine;
  return around.sort((a, b) => sizeOf(a) - sizeOf(b))[0];
}

/** When the lines of it that ran changed last; 0 where that is not known, and later than any time for what is not committed. */
export function changedAt({ spans }: CoveredFunction, file: FileChanges | undefined): number {
  const inside = (file?.spans ?? []).filter((change) =>
    spans.some(({ startLine, endLine }) => change.startLine <= endLine && startLine <= change.endLine),
  );
  return Math.max(0, ...inside.map(({ at, commit }) => (commit === null ? Number.MAX_SAFE_INTEGER : at)));
}
