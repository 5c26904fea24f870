// The hypotheses in a report: what was predicted, what was run, what came of it and what is believed. What a policy said stands as
// plain text, and what was refuted or refused stands beside what leads.
import type { Inquiry, Trial, TrialOutcome, TriedHypothesis } from '../../../protocol/hypotheses.ts';
import { percent } from '../conclude.ts';
import { fenced, table } from '../markdown.ts';
import { plainText } from './saidText.ts';

export function inquirySections(inquiry: Inquiry | null): string[] {
  if (inquiry === null) return [];
  const { hypotheses, doubt, noneOfThem, notes } = inquiry;
  const sections = ['## Hypotheses'];
  if (hypotheses.length > 0) {
    const head = ['', 'Hypothesis', 'Where', 'Prediction', 'Experiment', 'Outcome', 'Belief before', 'After'];
    sections.push(
      'A policy proposed these, and the gym tried them. Beliefs are about these explanations; the cause above stands without them.',
      table(head, [...hypotheses.map(rowOf), noneRow(noneOfThem)]),
    );
  }
  if (doubt !== null) sections.push(doubtText(doubt));
  for (const { id, patch } of hypotheses) if (patch !== null) sections.push(`What was tried for ${id}:`, fenced(patch));
  if (doubt !== null && doubt.patch !== null)
    sections.push(`What the sceptic had tried against ${doubt.id}:`, fenced(doubt.patch));
  const [ruledOut, open] = [hypotheses.filter(isRefuted), hypotheses.filter((one) => !isRefuted(one))];
  if (ruledOut.length > 0) sections.push(`Spoken against by their experiments: ${namesOf(ruledOut)}.`);
  const untold = open.filter(({ outcome }) => outcome !== 'cameTrue');
  if (untold.length > 0) sections.push(`Still unknown, since nothing was tried that could tell: ${namesOf(untold)}.`);
  if (noneOfThem.after >= 0.2 && hypotheses.length > 0)
    sections.push(`That none of these is right is still believed by ${percent(noneOfThem.after)}.`);
  sections.push(...notes.map(plainText));
  return sections;
}

export const outcomeText: Readonly<Record<TrialOutcome, string>> = {
  pending: 'not run yet',
  cameTrue: 'came true',
  didNot: 'did not come true',
  inconclusive: 'inconclusive',
  refused: 'refused',
};

/** Its prediction did not come true. */
export const isRefuted = ({ outcome }: Trial): boolean => outcome === 'didNot';

function rowOf(hypothesis: TriedHypothesis): string[] {
  const { id, statement, mechanism, prediction, experiment, before, after } = hypothesis;
  return [
    id,
    `${plainText(statement)} ${plainText(mechanism)}`,
    placeOf(hypothesis),
    plainText(prediction),
    plainText(experiment),
    outcomeOf(hypothesis),
    percent(before),
    percent(after),
  ];
}

const noneRow = ({ before, after }: Inquiry['noneOfThem']): string[] => [
  '',
  'None of these',
  '',
  '',
  '',
  '',
  percent(before),
  percent(after),
];

function placeOf({ path, startLine, isPlaceKnown }: TriedHypothesis): string {
  if (!isPlaceKnown) return `${plainText(path)} (there is no such file)`;
  const line = startLine === null ? '' : `:${startLine}`;
  return `[${plainText(path)}${line}](</${path.replaceAll(/[<>\\]/g, encodeURIComponent)}${startLine === null ? '' : `#L${startLine}`}>)`;
}

const outcomeOf = ({ outcome, detail }: Trial): string =>
  `${outcomeText[outcome]}${detail === '' ? '' : `: ${plainText(detail)}`}`;

function doubtText(doubt: NonNullable<Inquiry['doubt']>): string {
  const { id, objection, prediction, experiment, outcome, before, after } = doubt;
  const tried =
    experiment === '' && outcome !== 'refused'
      ? 'It proposed no experiment that would show that.'
      : `If so: ${plainText(prediction)} ${experiment === '' ? '' : `${plainText(experiment)}. `}This ${outcomeOf(doubt)}`;
  const moved = `The belief in ${id} went from ${percent(before)} to ${percent(after)}.`;
  return `The sceptic on ${id}: ${plainText(objection)} ${tried.replace(/[.\s]*$/, '.')} ${moved}`;
}

const namesOf = (hypotheses: readonly TriedHypothesis[]): string =>
  hypotheses.map(({ id, statement }) => `${id} (${plainText(statement)})`).join('; ');
