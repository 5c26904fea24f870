// What the results of activities change in the view of a run.
import { type ActivityInput, type ActivityName, type ActivityOutput, activitySchemas } from '../protocol/activities.ts';
import { finishInputSchema } from '../protocol/gym.ts';
import { overallStatus } from '../protocol/overallStatus.ts';
import { type Plan, planIssues } from '../protocol/plan.ts';
import type { HunkState } from '../protocol/proposal.ts';
import type { ContextView, RunView } from '../protocol/run.ts';
import { absorbInvestigation } from './absorbInvestigation.ts';
import { mergeViews } from './mergeViews.ts';
import { outsideOf } from './scope.ts';

/** What one result changes in the view, and its line in the timeline. */
export function absorb(
  view: RunView,
  name: ActivityName,
  input: unknown,
  output: unknown,
  at: number,
): { view: RunView; result: string | null } {
  switch (name) {
    case 'takeSnapshot':
      return { view, result: `tree ${activitySchemas.takeSnapshot.output.parse(output).tree.slice(0, 12)}` };
    case 'gatherContext': {
      const context = activitySchemas.gatherContext.output.parse(output);
      const result = `${context.excerpts.length} of ${context.totalFiles} files are shown to the policy`;
      return { view: { ...view, context: contextView(context) }, result };
    }
    case 'consider': {
      const { view: seen } = activitySchemas.consider.output.parse(output);
      return { view: { ...view, views: [...view.views, seen] }, result: seen.summary };
    }
    case 'verifyViews':
      return absorbEvidence(view, input, output);
    case 'synthesise':
      return absorbPlan(view, activitySchemas.synthesise.output.parse(output).plan);
    case 'nextTurn': {
      const { turn } = activitySchemas.nextTurn.output.parse(output);
      return { view, result: turn.text === '' ? turn.toolCalls.map((call) => call.name).join(', ') : turn.text };
    }
    case 'stepGym':
      return absorbStep(view, activitySchemas.stepGym.input.parse(input), activitySchemas.stepGym.output.parse(output));
    case 'noteChoice':
      return absorbChoice(view, activitySchemas.noteChoice.input.parse(input));
    case 'judge':
      return absorbVerdicts(
        view,
        activitySchemas.judge.input.parse(input),
        activitySchemas.judge.output.parse(output),
        at,
      );
    case 'weighHunks': {
      const { evidence } = activitySchemas.weighHunks.output.parse(output);
      const needed = evidence.filter((item) => item.needed === true).length;
      const idle = evidence.filter((item) => item.needed === false).length;
      const hunkEvidence = Object.fromEntries(evidence.map((item) => [item.hunkId, item]));
      const result = `${needed} hunks are needed by tests, ${idle} by none`;
      return { view: { ...view, hunkEvidence: { ...view.hunkEvidence, ...hunkEvidence } }, result };
    }
    case 'composeTree':
      return { view, result: `tree ${activitySchemas.composeTree.output.parse(output).tree.slice(0, 12)}` };
    case 'propose':
      return absorbProposal(view, activitySchemas.propose.output.parse(output));
    case 'applyHunks':
      return absorbOutcomes(view, activitySchemas.applyHunks.output.parse(output));
    case 'findOracle':
    case 'readHistory':
    case 'probe':
    case 'readHunks':
    case 'timePairs':
    case 'profilePair':
    case 'makeVariant':
    case 'readDrift':
    case 'coverTests':
    case 'readChanges':
    case 'noteOutcome':
    case 'hypothesise':
    case 'doubt':
    case 'experiment':
    case 'writeReport':
      return absorbInvestigation(view, name, input, output);
    case 'recordOutcome':
      return { view, result: activitySchemas.recordOutcome.output.parse(output).paths.join(', ') };
  }
}

function contextView({ excerpts, rules, budget }: ActivityOutput<'gatherContext'>): ContextView {
  return {
    files: excerpts.map(({ path, truncated, kind, reasons }) => ({
      path,
      kind: kind ?? (truncated ? 'part' : 'whole'),
      reasons: reasons ?? [],
    })),
    rules: (rules ?? []).map(({ path }) => path),
    budget: budget ?? null,
  };
}

function absorbEvidence(view: RunView, input: unknown, output: unknown): { view: RunView; result: string } {
  const { views } = activitySchemas.verifyViews.input.parse(input);
  const { problems } = activitySchemas.verifyViews.output.parse(output);
  const merged = mergeViews(views, problems);
  const kept = merged.views.reduce((sum, { claims }) => sum + claims.length, 0);
  const { dropped, conflicts } = merged;
  const result = `${kept} claims hold, ${dropped.length} dropped, ${conflicts.length} conflicts`;
  return { view: { ...view, views: merged.views, droppedClaims: dropped, conflicts }, result };
}

function absorbPlan(view: RunView, plan: Plan): { view: RunView; result: string } {
  const issues = planIssues(plan, view.conflicts);
  const result = issues.length === 0 ? plan.summary : `Refused by the plan gate: ${issues.join(' ')}`;
  return { view: { ...view, plan, steps: stepsOf(plan) }, result };
}

export const stepsOf = (plan: Plan): RunView['steps'] =>
  plan.steps.map(({ id, title }) => ({
    id,
    title,
    status: 'pending',
    attempts: 0,
    turns: 0,
    changedPaths: [],
    outside: [],
    ways: [],
  }));

function absorbStep(
  view: RunView,
  input: ActivityInput<'stepGym'>,
  output: ActivityOutput<'stepGym'>,
): { view: RunView; result: string } {
  const [line = ''] = output.observation.content.split('\n');
  const { changedPaths } = output.info;
  const outside = output.terminated ? outsideFiles(view, input, changedPaths) : null;
  const { way } = input;
  const changed = updateStep(view, input.stepId, (step) => {
    if (way === undefined) return { ...step, changedPaths, outside: outside ?? step.outside };
    const before = step.ways.find((known) => known.way === way);
    const now = { ...freshWay(way), ...before, changedPaths, outside: outside ?? before?.outside ?? [] };
    const ways = [...step.ways.filter((known) => known.way !== way), now].sort((a, b) => a.way - b.way);
    return { ...step, ways };
  });
  return { view: changed, result: output.observation.isError ? `refused: ${line}` : line };
}

const freshWay = (way: number): RunView['steps'][number]['ways'][number] => ({
  way,
  changedPaths: [],
  outside: [],
  passed: null,
  findings: 0,
  isChosen: false,
});

/** The step is what the chosen way made of it. */
function absorbChoice(
  view: RunView,
  { stepId, chosen, ways }: ActivityInput<'noteChoice'>,
): { view: RunView; result: string } {
  const next = updateStep(view, stepId, (step) => {
    const ended = ways.map(({ way, passed, findings }) => ({
      ...(step.ways.find((known) => known.way === way) ?? freshWay(way)),
      passed,
      findings,
      isChosen: way === chosen,
    }));
    const taken = ended.find(({ isChosen }) => isChosen) ?? freshWay(chosen);
    const { changedPaths, outside } = taken;
    return { ...step, status: taken.passed === true ? 'passed' : 'failed', changedPaths, outside, ways: ended };
  });
  const told = ways.map(({ way, passed, findings }) => `${way} ${passed ? 'passed' : `has ${findings} findings`}`);
  return { view: next, result: `way ${chosen} is taken: ${told.join(', ')}` };
}

/** What the step has changed outside of its list; what earlier steps have changed is theirs. */
function outsideFiles(
  { plan, steps }: RunView,
  { stepId, call }: ActivityInput<'stepGym'>,
  changedPaths: readonly string[],
): RunView['steps'][number]['outside'] | null {
  const index = plan?.steps.findIndex(({ id }) => id === stepId) ?? -1;
  const step = plan?.steps[index];
  if (step === undefined) return null;
  const before = steps[index - 1]?.changedPaths ?? [];
  const given = finishInputSchema.safeParse(call.input);
  const reasons = new Map(given.success ? given.data.outside.map(({ path, reason }) => [path, reason]) : []);
  return outsideOf(step, changedPaths, before).map((path) => ({ path, reason: reasons.get(path) ?? null }));
}

function absorbVerdicts(
  view: RunView,
  input: ActivityInput<'judge'>,
  output: ActivityOutput<'judge'>,
  at: number,
): { view: RunView; result: string } {
  const { phase, stepId } = input;
  const { verdicts } = output;
  const judgements = [...view.judgements, { phase, stepId, at, verdicts }];
  const status = overallStatus(verdicts);
  const judged = stepId === null ? view : updateStep(view, stepId, (step) => ({ ...step, status: stepStatus(status) }));
  const result = verdicts.map((verdict) => `${verdict.gate} ${verdict.status}`).join(', ');
  return { view: { ...judged, judgements }, result };
}

const stepStatus = (status: ReturnType<typeof overallStatus>) => (status === 'errored' ? 'failed' : status);

function absorbProposal(view: RunView, proposal: ActivityOutput<'propose'>): { view: RunView; result: string } {
  const ids = proposal.files.flatMap((file) => file.hunks.map((hunk) => hunk.id));
  const hunks: Record<string, HunkState> = Object.fromEntries(ids.map((id) => [id, view.hunks[id] ?? 'pending']));
  const files = proposal.files.length === 1 ? '1 file' : `${proposal.files.length} files`;
  return { view: { ...view, proposal, hunks, hunkMessages: {} }, result: `${ids.length} hunks in ${files}` };
}

function absorbOutcomes(view: RunView, output: ActivityOutput<'applyHunks'>): { view: RunView; result: string } {
  const hunks = { ...view.hunks };
  const hunkMessages = { ...view.hunkMessages };
  for (const { hunkId, state, message } of output.outcomes) {
    hunks[hunkId] = state;
    if (message === null) delete hunkMessages[hunkId];
    else hunkMessages[hunkId] = message;
  }
  const stale = output.outcomes.filter(({ state }) => state === 'stale').length;
  const done = `${output.outcomes.length - stale} applied`;
  return { view: { ...view, hunks, hunkMessages }, result: stale === 0 ? done : `${done}, ${stale} stale` };
}

/** The view with one of its steps changed. */
export function updateStep(
  view: RunView,
  id: string,
  change: (step: RunView['steps'][number]) => RunView['steps'][number],
): RunView {
  return { ...view, steps: view.steps.map((step) => (step.id === id ? change(step) : step)) };
}
