// Whether a prediction came true, from the runs of its experiment. Pure. What a run cannot tell is inconclusive, and never counts
// for or against anything.
import type { Experiment, TrialOutcome } from '../../../protocol/hypotheses.ts';
import { type ExperimentResult, keptOutput, type ProbeResult } from '../../../protocol/investigation.ts';
import type { Case, ReadExperiment } from './readExperiment.ts';

export interface Judged {
  readonly outcome: Exclude<TrialOutcome, 'pending' | 'refused'>;
  /** What was seen. */
  readonly detail: string;
  readonly command: string;
}

type State = 'passed' | 'symptom' | 'otherFailure' | 'untestable';

export function judgeExperiment(
  { experiment, runs }: ReadExperiment,
  results: readonly ExperimentResult[],
  { oracle, symptom }: Case,
): Judged {
  const states = results.map((result, index) => stateOf(result, symptom, runs[index]?.oracle === oracle));
  const [first, second] = results;
  const command = first?.command ?? '';
  const [state, other] = states;
  if (first === undefined || state === undefined)
    return { outcome: 'inconclusive', detail: 'Nothing was run.', command };
  if (experiment.action === 'compareTrees') {
    if (second === undefined || other === undefined)
      return { outcome: 'inconclusive', detail: 'One of the two was not run.', command };
    const detail = `${stateText(state, first)}; then ${stateText(other, second)}`;
    if ([state, other].includes('untestable')) return { outcome: 'inconclusive', detail, command };
    return { outcome: (state === other) === (experiment.expects === 'same') ? 'cameTrue' : 'didNot', detail, command };
  }
  if (experiment.action === 'addProbe' && experiment.expects === 'prints') return printed(experiment, first, state);
  return { outcome: byState(experiment.expects, state), detail: stateText(state, first), command };
}

function byState(expects: 'passes' | 'fails' | 'failsOtherwise' | 'prints', state: State): Judged['outcome'] {
  if (state === 'untestable') return 'inconclusive';
  // Another failure hides whether the symptom is there, unless it is what was predicted.
  if (state === 'otherFailure') return expects === 'failsOtherwise' ? 'cameTrue' : 'inconclusive';
  const expected = { passes: 'passed', fails: 'symptom', failsOtherwise: null, prints: null }[expects];
  return state === expected ? 'cameTrue' : 'didNot';
}

function printed(
  { text }: Experiment & { action: 'addProbe' },
  { output, message, command }: ExperimentResult,
  state: State,
): Judged {
  const wanted = (text ?? '').trim();
  if (`${output}\n${message}`.includes(wanted))
    return { outcome: 'cameTrue', detail: `It printed ${JSON.stringify(wanted.slice(0, 200))}.`, command };
  const isWhole = output.trim() !== '' && output.length < keptOutput;
  const detail = isWhole
    ? 'It did not print that.'
    : 'What it printed was not kept whole, and what is left does not have it.';
  return { outcome: isWhole && state !== 'untestable' ? 'didNot' : 'inconclusive', detail, command };
}

/** Of another test than the one that shows the symptom, any failure is the one that is meant. */
function stateOf({ outcome, signature }: ProbeResult, symptom: ProbeResult, isOracle: boolean): State {
  if (outcome !== 'failed') return outcome;
  return !isOracle || signature === symptom.signature ? 'symptom' : 'otherFailure';
}

function stateText(state: State, { message }: ProbeResult): string {
  const line =
    message
      .split('\n')
      .find((text) => text.trim() !== '')
      ?.trim()
      .slice(0, 200) ?? '';
  const because = line === '' ? '' : `: ${line}`;
  switch (state) {
    case 'passed':
      return 'it passed';
    case 'symptom':
      return `it failed${because}`;
    case 'otherFailure':
      return `it failed in another way${because}`;
    case 'untestable':
      return `it could not be tested${because}`;
  }
}
