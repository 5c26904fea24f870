// Which lines of a file a ranking points at, how strongly, and what of that is left after an edit. Pure.
import type { Suspect } from '../../protocol/suspects.ts';

export interface HeatSpan {
  /** From 1. */
  readonly startLine: number;
  readonly endLine: number;
  /** 0: warm, 1: hot, 2: the hottest. */
  readonly level: 0 | 1 | 2;
  readonly suspect: Suspect;
  /** Its place in the whole ranking, from 1. */
  readonly place: number;
}

/** Shares of the hottest line's heat. */
const [hottest, hot, warm] = [0.75, 0.4, 0.15];

export function heatOf(suspects: readonly Suspect[], path: string): HeatSpan[] {
  const most = Math.max(0, ...suspects.flatMap(({ lines, score }) => lines.map(({ heat }) => heat * score)));
  return suspects.flatMap((suspect, index) =>
    suspect.path !== path
      ? []
      : suspect.lines.flatMap(({ startLine, endLine, heat }): HeatSpan[] => {
          const share = most === 0 ? 0 : (heat * suspect.score) / most;
          if (share < warm) return [];
          const level = share >= hottest ? 2 : share >= hot ? 1 : 0;
          return [{ startLine, endLine, level, suspect, place: index + 1 }];
        }),
  );
}

/** Lines from `startLine` to `endLine` that now are `lines` lines. */
export interface LineEdit {
  readonly startLine: number;
  readonly endLine: number;
  readonly lines: number;
}

/** What an edit leaves: spans that it touches say nothing any more, those behind it move. */
export function afterEdit(spans: readonly HeatSpan[], { startLine, endLine, lines }: LineEdit): HeatSpan[] {
  const moved = lines - (endLine - startLine + 1);
  return spans.flatMap((span) => {
    if (span.endLine < startLine) return [span];
    if (span.startLine <= endLine) return [];
    return [{ ...span, startLine: span.startLine + moved, endLine: span.endLine + moved }];
  });
}

/** With less than half of its lines left, a heat misleads more than it helps. */
export function isBeyondUse(left: readonly HeatSpan[], before: readonly HeatSpan[]): boolean {
  return sizeOf(left) * 2 < sizeOf(before);
}

const sizeOf = (spans: readonly HeatSpan[]): number =>
  spans.reduce((sum, { startLine, endLine }) => sum + endLine - startLine + 1, 0);
