// Orders functions by how much points at them, and says why. Pure; ties are broken by place, so the order is the same every time.
import type { Coverage, CoveredFunction, Suspect } from '../../../protocol/suspects.ts';
import { type Clues, type Pointers, pointersOf } from './clues.ts';
import { ochiai, type Totals } from './suspiciousness.ts';

type Clue = Exclude<keyof Pointers, 'line' | 'whole'>;

/**
 * A score is the root of Ochiai of the most suspicious line, times one and what the other clues are worth, as a share of the most
 * that it can be. The root keeps what most tests run through in sight, where the other clues decide. The culprit's lines were
 * shown by running, which is more than all other clues together.
 */
export const weights: Readonly<Record<Clue, number>> = {
  stack: 0.2,
  recency: 0.1,
  together: 1,
  named: 0.5,
  culprit: 3,
};

/** Suspects beyond this many help nobody. */
const maxSuspects = 20;

export function rankSuspects(given: Clues): Suspect[] {
  const { coverage, hunks } = given;
  return pointersOf(given)
    .map(([one, pointers]) => ({ one, pointers, score: scoreOf(pointers, hunks.length > 0) }))
    .sort((a, b) => b.score - a.score || byPlace(a.one, b.one))
    .slice(0, maxSuspects)
    .map(({ one, pointers, score }) => suspectOf(one, pointers, score, coverage));
}

const clues: readonly Clue[] = ['stack', 'recency', 'together', 'named', 'culprit'];

export function scoreOf(pointers: Pointers, hasCulprit: boolean): number {
  const open = clues.filter((clue) => hasCulprit || clue !== 'culprit');
  const worth = open.reduce((sum, clue) => sum + weights[clue] * pointers[clue], 1);
  const most = open.reduce((sum, clue) => sum + weights[clue], 1);
  return (Math.sqrt(pointers.line) * worth) / most;
}

export const byPlace = (a: CoveredFunction, b: CoveredFunction): number =>
  a.path === b.path ? a.startLine - b.startLine || a.endLine - b.endLine : a.path < b.path ? -1 : 1;

function suspectOf(one: CoveredFunction, pointers: Pointers, score: number, coverage: Coverage): Suspect {
  const totals: Totals = { failing: coverage.failing.length, passing: coverage.passing };
  const { path, name, startLine, endLine, failed, passed, spans } = one;
  return {
    path,
    function: name === '' ? 'top level' : name,
    startLine,
    endLine,
    score: Math.round(score * 1000) / 1000,
    lines: spans.map((span) => ({
      startLine: span.startLine,
      endLine: span.endLine,
      heat: Math.round(ochiai(span, totals) * 1000) / 1000,
    })),
    failed,
    passed,
    why: whyOf(pointers, one, totals),
  };
}

function whyOf(pointers: Pointers, { failed, passed }: CoveredFunction, { failing, passing }: Totals): string[] {
  const why = [`${failed} of ${failing} failing and ${passed} of ${passing} passing tests run through it`];
  if (pointers.culprit > 0) why.push('the culprit changed it');
  if (pointers.stack === 1) why.push('the failure happened in it');
  else if (pointers.stack > 0) why.push('it is in the stack of the failure');
  if (pointers.named > 0) why.push('the test names it');
  if (pointers.line > pointers.whole) why.push('some of its lines are run by fewer passing tests');
  if (pointers.recency === 1) why.push('it changed last of what the test runs through');
  else if (pointers.recency >= 0.2) why.push('it changed lately');
  if (pointers.together >= 0.2)
    why.push(`its file changed in ${Math.round(pointers.together * 100)} % of the commits to the test`);
  return why;
}
