// The hypotheses of an investigation as a table: what was said, what came of it, and what is believed now. Pure.
import type { Hypothesis, Inquiry, Trial, TriedHypothesis } from '../../../protocol/hypotheses.ts';
import { type Beliefs, beliefsAfter, type Outcome, priorsOf } from './belief.ts';
import { pendingTrial } from './runTrial.ts';
import { saidText } from './saidText.ts';
import type { RanTrial } from './subject.ts';

export interface Said {
  readonly id: string;
  readonly hypothesis: Hypothesis;
  /** Whether there is such a file. */
  readonly isPlaceKnown: boolean;
}

export const nothingTried: Inquiry = { hypotheses: [], doubt: null, noneOfThem: { before: 1, after: 1 }, notes: [] };

export const priorsOfSaid = (said: readonly Said[]): Beliefs =>
  priorsOf(new Map(said.map(({ id, hypothesis }) => [id, hypothesis.prior])));

/** @param ran the trials of the hypotheses that were tried so far */
export function inquiryTable(
  said: readonly Said[],
  ran: readonly RanTrial[],
  after: Beliefs,
  notes: readonly string[],
): Inquiry {
  const before = priorsOfSaid(said);
  const rows = said.map((one): TriedHypothesis => {
    const trial = ran.find((known) => known.trial.id === one.id)?.trial;
    return { ...described(one, trial), before: before.of.get(one.id) ?? 0, after: after.of.get(one.id) ?? 0 };
  });
  return {
    hypotheses: rows.sort((a, b) => b.after - a.after),
    doubt: null,
    noneOfThem: { before: before.none, after: after.none },
    notes: [...notes],
  };
}

/** What the trials say for the beliefs: refused and inconclusive ones say nothing. */
export const outcomesOf = (ran: readonly RanTrial[]): Outcome[] =>
  ran.flatMap(({ trial: { id, outcome }, experiment }) =>
    experiment !== null && (outcome === 'cameTrue' || outcome === 'didNot')
      ? [{ experiment, of: id, cameTrue: outcome === 'cameTrue' }]
      : [],
  );

export const beliefsOf = (said: readonly Said[], outcomes: readonly Outcome[], error: number): Beliefs =>
  beliefsAfter(priorsOfSaid(said), outcomes, error);

function described(
  { id, hypothesis, isPlaceKnown }: Said,
  trial: Trial | undefined,
): Omit<TriedHypothesis, 'before' | 'after'> {
  const { statement, mechanism, path, prediction } = hypothesis;
  const startLine = isPlaceKnown ? lineOf(hypothesis.startLine) : null;
  const endLine = isPlaceKnown ? lineOf(hypothesis.endLine) : null;
  return {
    ...(trial ?? pendingTrial(id, prediction)),
    statement: saidText(statement),
    mechanism: saidText(mechanism),
    path: saidText(path),
    startLine,
    endLine: startLine !== null && endLine !== null && endLine >= startLine ? endLine : startLine,
    isPlaceKnown,
  };
}

const lineOf = (line: number | null): number | null =>
  line !== null && Number.isSafeInteger(line) && line > 0 ? line : null;
