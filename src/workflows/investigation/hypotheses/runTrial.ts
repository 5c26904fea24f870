// One experiment from what a policy said to what came of it: refused, or run by the gym and judged.
import type { Activities } from '../../../controller/workflow.ts';
import { canonicalJson } from '../../../protocol/canonicalJson.ts';
import type { Trial } from '../../../protocol/hypotheses.ts';
import { judgeExperiment } from './judgeExperiment.ts';
import { type Case, readExperiment } from './readExperiment.ts';
import { saidText } from './saidText.ts';

export interface RanTrial {
  readonly trial: Trial;
  /** The same for what is run in the same way; null when nothing was run. */
  readonly experiment: string | null;
}

export const pendingTrial = (id: string, prediction: string): Trial => ({
  id,
  prediction: saidText(prediction),
  experiment: '',
  outcome: 'pending',
  detail: '',
  command: '',
});

export async function runTrial(
  asked: { readonly id: string; readonly prediction: string; readonly experiment: unknown },
  about: Case,
  act: Activities,
): Promise<RanTrial> {
  const trial = pendingTrial(asked.id, asked.prediction);
  const read = readExperiment(asked.experiment, about);
  if ('refused' in read) return { trial: { ...trial, outcome: 'refused', detail: read.refused }, experiment: null };
  const { text, runs } = read;
  const { id } = asked;
  const ran = await act.experiment({ id, todayTree: about.todayTree, runs }, `Experiment ${id}: ${text}`);
  if (ran.refused !== null)
    return { trial: { ...trial, experiment: text, outcome: 'refused', detail: ran.refused }, experiment: null };
  const judged = judgeExperiment(read, ran.results, about);
  return { trial: { ...trial, experiment: text, ...judged }, experiment: canonicalJson(runs) };
}
