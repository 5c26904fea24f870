// What an investigation's activities change in the view of its run.
import { type ActivityInput, activitySchemas, type InvestigationActivity } from '../protocol/activities.ts';
import { type InvestigationView, investigationOutcomeSchema, type ProbeView } from '../protocol/investigation.ts';
import type { RunView } from '../protocol/run.ts';
import { investigate } from './investigate.ts';
import { reportOf } from './investigation/report.ts';
import { withBatch } from './investigation/timing/timings.ts';

export const startOfInvestigation = (workflow: string): InvestigationView | null =>
  workflow === investigate.name
    ? { oracle: null, commits: null, signature: null, probes: [], timings: [], outcome: null, report: null }
    : null;

export function absorbInvestigation(
  view: RunView,
  name: InvestigationActivity,
  input: unknown,
  output: unknown,
): { view: RunView; result: string | null } {
  const { investigation } = view;
  if (investigation === null) return { view, result: null };
  const change = (changed: Partial<InvestigationView>): RunView => ({
    ...view,
    investigation: { ...investigation, ...changed },
  });
  switch (name) {
    case 'findOracle': {
      const { oracle, notes } = activitySchemas.findOracle.output.parse(output);
      if (oracle === null) return { view, result: notes[0] ?? 'nothing to run' };
      const text = oracle.kind === 'command' ? oracle.command : [oracle.file, oracle.name ?? ''].join(' ').trim();
      return { view: change({ oracle: text }), result: text };
    }
    case 'readHistory': {
      const { commits } = activitySchemas.readHistory.output.parse(output);
      const result = `${commits.length} commits`;
      return investigation.commits === null ? { view: change({ commits: commits.length }), result } : { view, result };
    }
    case 'probe':
      return probeEnded(view, investigation, activitySchemas.probe.input.parse(input), output);
    case 'readHunks':
      return { view, result: `${activitySchemas.readHunks.output.parse(output).hunks.length} hunks` };
    case 'timePairs': {
      const batch = activitySchemas.timePairs.output.parse(output);
      const timings = withBatch(investigation.timings, activitySchemas.timePairs.input.parse(input), batch);
      const result = batch.unfit === null ? `${batch.pairs.length} pairs` : `cannot be timed: ${batch.message}`;
      return { view: change({ timings }), result };
    }
    case 'profilePair': {
      const { before, message } = activitySchemas.profilePair.output.parse(output);
      return { view, result: message === '' ? `${2 * before.length} profiles` : message };
    }
    case 'makeVariant': {
      const made = activitySchemas.makeVariant.output.parse(output);
      return { view, result: made.kind === 'made' ? made.tree.slice(0, 10) : `refused: ${made.why}` };
    }
    case 'coverTests': {
      const { failing, passing, functions, notes } = activitySchemas.coverTests.output.parse(output);
      const measured = `${functions.length} functions, ${failing.length} failing and ${passing} passing tests`;
      return { view, result: failing.length === 0 ? (notes[0] ?? 'nothing') : measured };
    }
    case 'readChanges':
      return { view, result: `${activitySchemas.readChanges.output.parse(output).files.length} files` };
    case 'readDrift': {
      const { rules, commits } = activitySchemas.readDrift.output.parse(output);
      const result = `${rules.filter(({ now }) => now > 0).length} of ${rules.length} rules slipped`;
      return { view: change({ commits }), result };
    }
    case 'noteOutcome': {
      const { outcome } = activitySchemas.noteOutcome.input.parse(input);
      return { view: change({ outcome, report: reportOf(fileOf(view), outcome) }), result: outcome.summary };
    }
    case 'hypothesise': {
      const { hypotheses } = activitySchemas.hypothesise.output.parse(output).answer;
      return { view, result: `${hypotheses.length} hypotheses` };
    }
    case 'doubt':
      return { view, result: activitySchemas.doubt.output.parse(output).answer.objection };
    case 'experiment': {
      const { refused, results } = activitySchemas.experiment.output.parse(output);
      return { view, result: refused === null ? results.map((run) => run.outcome).join(', ') : `refused: ${refused}` };
    }
    case 'writeReport':
      return { view, result: activitySchemas.writeReport.output.parse(output).path };
  }
}

export function probeStarted(view: RunView, { commit, hunks }: ActivityInput<'probe'>): RunView {
  const { investigation } = view;
  if (investigation === null) return view;
  const what = hunks === null ? 'commit' : 'hunks';
  const open = { commit: commit.commit, subject: commit.subject, what, answer: null } as const;
  const probes: ProbeView[] = [...investigation.probes, { ...open, message: '', cached: false, durationMs: 0 }];
  return {
    ...view,
    phase: what === 'hunks' ? 'shrink' : 'bisect',
    investigation: { ...investigation, probes },
  };
}

function probeEnded(
  view: RunView,
  investigation: InvestigationView,
  { commit, hunks }: ActivityInput<'probe'>,
  output: unknown,
): { view: RunView; result: string } {
  const { outcome, signature, message, cached, durationMs } = activitySchemas.probe.output.parse(output);
  const what = hunks === null ? 'commit' : 'hunks';
  const at = investigation.probes.findIndex(
    (probe) => probe.answer === null && probe.commit === commit.commit && probe.what === what,
  );
  const isFirst = investigation.probes[0]?.commit === commit.commit;
  // The first run, on the newest commit, shows what the symptom is.
  const symptom = investigation.signature ?? (isFirst && outcome === 'failed' ? signature : null);
  const answer: ProbeView['answer'] =
    outcome === 'failed' && symptom !== null && symptom !== signature ? 'otherFailure' : outcome;
  const probes = investigation.probes.map((probe, index) =>
    index === at ? { ...probe, answer, message: message.slice(0, 500), cached, durationMs } : probe,
  );
  const line = message.split('\n')[0] ?? '';
  return {
    view: { ...view, investigation: { ...investigation, signature: symptom, probes } },
    result: `${answer}${cached ? ' (known)' : ''}${line === '' ? '' : `: ${line}`}`,
  };
}

const fileOf = ({ title }: RunView): string => title.replace(/^Investigate /, '');

/** The view when the workflow has returned. @throws ZodError for an outcome of another form */
export function concluded(view: RunView, at: number, output: unknown): RunView {
  const outcome = investigationOutcomeSchema.parse(output);
  const { investigation } = view;
  if (investigation === null) return view;
  const report = reportOf(fileOf(view), outcome);
  return {
    ...view,
    status: 'completed',
    phase: 'done',
    endedAt: at,
    investigation: { ...investigation, outcome, report },
  };
}
