// One experiment from what a policy said to what came of it: refused, or run by the gym and judged.
import { ActivityError } from '../../../controller/errors.ts';
import type { Activities } from '../../../controller/workflow.ts';
import { canonicalJson } from '../../../protocol/canonicalJson.ts';
import type { Trial } from '../../../protocol/hypotheses.ts';
import { judgeExperiment } from './judgeExperiment.ts';
import { type Case, readExperiment } from './readExperiment.ts';
import { saidText } from './saidText.ts';
import type { Proposed, RanTrial, Subject } from './subject.ts';

export const pendingTrial = (id: string, prediction: string): Trial => ({
  id,
  prediction: saidText(prediction),
  experiment: '',
  patch: null,
  outcome: 'pending',
  detail: '',
  command: '',
});

/** A failure, tried by runs that pass or fail. */
export const failureSubject = (about: Case, parallel: number, act: Activities): Subject => ({
  kind: 'failure',
  todayTree: about.todayTree,
  hunks: about.culprit?.hunks ?? [],
  error: about.error,
  parallel,
  run: async (asked, name) => await runTrial(asked, about, act, name),
});

async function runTrial(
  asked: Proposed,
  about: Case,
  act: Activities,
  name = `Experiment ${asked.id}`,
): Promise<RanTrial> {
  const trial = pendingTrial(asked.id, asked.prediction);
  const read = readExperiment(asked.experiment, about);
  if ('refused' in read) return { trial: { ...trial, outcome: 'refused', detail: read.refused }, experiment: null };
  const { text, runs } = read;
  const { id } = asked;
  const patch = runs.find((run) => run.patch !== null)?.patch?.text ?? null;
  const ran = await act.experiment({ id, todayTree: about.todayTree, runs }, `${name}: ${text}`).catch(failed);
  if (ran instanceof ActivityError)
    return {
      trial: { ...trial, experiment: text, patch, outcome: 'inconclusive', detail: ran.message },
      experiment: null,
    };
  if (ran.refused !== null)
    return { trial: { ...trial, experiment: text, patch, outcome: 'refused', detail: ran.refused }, experiment: null };
  const judged = judgeExperiment(read, ran.results, about);
  return { trial: { ...trial, experiment: text, patch, ...judged }, experiment: canonicalJson(runs) };
}

/** What could not be run tells nothing, and costs the others nothing. */
export function failed(error: unknown): ActivityError {
  if (error instanceof ActivityError) return error;
  throw error;
}
