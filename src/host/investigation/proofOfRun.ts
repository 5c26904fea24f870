// What an ended investigation asks of a change that builds on it. Reads a journal; whether a change shows it, gates decide.
import { activitySchemas } from '../../protocol/activities.ts';
import { type InvestigationOutcome, investigationOutcomeSchema } from '../../protocol/investigation.ts';
import type { JournalEntry } from '../../protocol/journal.ts';
import type { Proof } from '../../protocol/proof.ts';
import { failure, type Result, success } from '../../protocol/result.ts';

/** The symptom, which must be gone; undefined where it is not one that fails: a slowdown, or a rule. */
export function fixProof(entries: readonly JournalEntry[]): Proof | undefined {
  const outcome = outcomeOf(entries);
  if (outcome === undefined || outcome.outcome === 'unproven' || outcome.timings.length > 0) return undefined;
  const asked = entries.find(({ event }) => event.type === 'activityScheduled' && event.name === 'findOracle')?.event;
  const answered = entries.find(
    ({ event }) =>
      event.type === 'activityCompleted' && asked?.type === 'activityScheduled' && event.activity === asked.activity,
  )?.event;
  const found = activitySchemas.findOracle.output.safeParse(
    answered?.type === 'activityCompleted' ? answered.output : undefined,
  );
  if (!found.success || found.data.oracle === null) return undefined;
  return { kind: 'fix', oracle: found.data.oracle, files: found.data.overlay.map(({ path }) => path) };
}

/** The regression that a new test must tell, and the task in words. */
export function regressionTest(entries: readonly JournalEntry[]): Result<{ feature: string; proof: Proof }> {
  const outcome = outcomeOf(entries);
  if (outcome === undefined) return failure('noCause', 'That run is no investigation with an outcome.');
  const { culprits, hunks, symptom, summary, timings } = outcome;
  const [commit, ...others] = culprits;
  if (outcome.outcome !== 'cause' || commit === undefined || others.length > 0)
    return failure('noCause', 'No single commit is the cause, so no test can be seen to catch it.');
  if (timings.length > 0) return failure('noCause', 'A slowdown is told by timings, and not by a test.');
  if (outcome.runs + outcome.cachedRuns === 0)
    return failure('noCause', 'The rule itself catches it: the invariants gate fails when it slips again.');
  if (hunks.length === 0)
    return failure(
      'noCause',
      'Which lines of the commit are the cause is not known, so they cannot be undone to compare.',
    );
  const places = [...new Set(hunks.map(({ path }) => path))].join(', ');
  return success({
    feature: [
      `Write a regression test for this: ${symptom}. ${summary}`,
      `Change test files only and mend nothing: what is new must fail as the code is now, by what ${places} does wrong,`,
      'and pass once the lines of that commit are undone. Tests that are there already do not count.',
    ].join(' '),
    proof: { kind: 'regressionTest', commit, hunkIds: hunks.map(({ id }) => id) },
  });
}

function outcomeOf(entries: readonly JournalEntry[]): InvestigationOutcome | undefined {
  const ended = entries.findLast(({ event }) => event.type === 'runCompleted')?.event;
  const parsed = investigationOutcomeSchema.safeParse(ended?.type === 'runCompleted' ? ended.output : undefined);
  return parsed.success ? parsed.data : undefined;
}
