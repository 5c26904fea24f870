// Runs a workflow again on its journal, without any effect, and compares what comes out with what the journal holds.

import { Engine } from '../controller/engine.ts';
import { DeterminismError } from '../controller/errors.ts';
import { canonicalJson } from '../protocol/canonicalJson.ts';
import type { ReplayDocument } from '../protocol/cliDocuments.ts';
import type { JournalEntry } from '../protocol/journal.ts';
import { activityOptions } from '../workflows/activityOptions.ts';
import { foldSafely } from '../workflows/runView.ts';
import { workflowOf, workflowProblem } from '../workflows/workflowOf.ts';
import { sha256 } from './blobStore.ts';

/** @throws Error when there are no entries. */
export async function replayRun(runId: string, entries: readonly JournalEntry[]): Promise<ReplayDocument> {
  const { view, problem } = foldSafely(entries);
  if (view === undefined) throw new Error(`Run ${runId} never began.`);
  const activities = entries.filter(({ event }) => event.type === 'activityScheduled').length;
  const document = { runId, activities, entries: entries.length, run: view };
  const other = workflowProblem(entries);
  if (other !== null) return { ...document, identical: false, difference: other };
  const forbidden = (what: string) => () => {
    throw new DeterminismError('what is recorded', what);
  };
  const engine = new Engine({
    workflow: workflowOf(view.workflow),
    recorded: entries,
    ports: {
      append: forbidden('a new entry'),
      execute: forbidden('an effect'),
      now: forbidden('the time'),
      timer: forbidden('a timer'),
      settle: () => new Promise((resolve) => setImmediate(resolve)),
      digest: sha256,
    },
    options: activityOptions,
    host: 'replay',
    budget: null,
    replayOnly: true,
  });
  try {
    const end = await engine.run();
    const recorded = entries.findLast(({ event }) => event.type === 'runCompleted')?.event;
    const replayed = engine.workflowResult();
    if (recorded?.type === 'runCompleted' && canonicalJson(replayed) !== canonicalJson(recorded))
      return {
        ...document,
        identical: false,
        difference: 'The workflow returns another outcome than the journal holds.',
      };
    if (end.status === 'completed' && replayed === undefined)
      return {
        ...document,
        identical: false,
        difference: 'The journal has an outcome, but the workflow did not return.',
      };
    return { ...document, identical: problem === null, difference: problem };
  } catch (error) {
    if (error instanceof DeterminismError) return { ...document, identical: false, difference: error.message };
    throw error;
  }
}
