// Several independent ways through the same step: the best is taken by what the gates said, never by what the policy says of it.
import type { StepStart } from './playEpisode.ts';

/** One way at its end. `findings` is how many stand in its way. */
export interface Way {
  readonly ok: boolean;
  readonly end: StepStart;
  readonly findings: number;
  /** False when it left everything as it was: nothing fails then, and nothing was done. */
  readonly changed: boolean;
  readonly message: string;
}

/** The index of the best: one that passes and did something, then fewest findings, then fewest changed files, then the first. */
export function bestWay(ways: readonly Way[]): number {
  const order = ways.map((way, index) => ({ way, index }));
  order.sort(
    (a, b) =>
      Number(b.way.ok && b.way.changed) - Number(a.way.ok && a.way.changed) ||
      Number(b.way.changed) - Number(a.way.changed) ||
      a.way.findings - b.way.findings ||
      a.way.end.changedPaths.length - b.way.end.changedPaths.length ||
      a.index - b.index,
  );
  return order[0]?.index ?? 0;
}
