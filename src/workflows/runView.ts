// The run as a person sees it: a pure fold of the journal. The same entries give the same view, live or replayed.
import { nothingSpent, type Spent, spend } from '../controller/budget.ts';
import { type ActivityInput, type ActivityName, activitySchemas } from '../protocol/activities.ts';
import type { JournalEntry, JournalEventOf } from '../protocol/journal.ts';
import { planIssues } from '../protocol/plan.ts';
import { addUsage, noUsage } from '../protocol/policy.ts';
import type { HunkState } from '../protocol/proposal.ts';
import { type ActivityView, type Phase, planOutcomeSchema, type RunView } from '../protocol/run.ts';
import { type RunSignal, runSignalSchema } from '../protocol/signals.ts';
import { concluded, probeStarted, startOfInvestigation } from './absorbInvestigation.ts';
import { absorb, stepsOf, updateStep } from './absorbOutput.ts';

/** The view with what the fold must remember between entries. */
export interface Fold {
  readonly view: RunView;
  readonly spent: Spent;
  readonly inputs: ReadonlyMap<number, unknown>;
  readonly isPlanApproved: boolean;
  readonly isReviewOver: boolean;
}

export function foldRun(entries: readonly JournalEntry[]): RunView | undefined {
  let fold: Fold | undefined;
  for (const entry of entries) fold = evolve(fold, entry);
  return fold?.view;
}

/** Like `foldRun`, for journals nobody has replayed yet: a payload of another form ends the view there and is named. */
export function foldSafely(entries: readonly JournalEntry[]): { view: RunView | undefined; problem: string | null } {
  let fold: Fold | undefined;
  for (const entry of entries) {
    try {
      fold = evolve(fold, entry);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { view: fold?.view, problem: `Entry ${entry.index} cannot be read: ${message}` };
    }
  }
  return { view: fold?.view, problem: null };
}

/** The fold after one more entry. The first entry must be `runStarted`. */
export function evolve(fold: Fold | undefined, entry: JournalEntry): Fold {
  const { event } = entry;
  if (event.type === 'runStarted') return started(entry, event);
  if (fold === undefined) throw new Error('A run begins with runStarted.');
  const spent = spend(fold.spent, entry);
  const view: RunView = { ...fold.view, updatedAt: entry.at, turns: spent.turns, workedMs: spent.workedMs };
  const next: Fold = { ...fold, spent, view };
  return withStatus(applied(next, entry));
}

function started(entry: JournalEntry, event: JournalEventOf<'runStarted'>): Fold {
  const { runId, workflow, title, policy, budget } = event;
  const view: RunView = {
    runId,
    workflow,
    title,
    policy,
    status: 'running',
    phase: 'context',
    waitingFor: null,
    isPaused: false,
    startedAt: entry.at,
    updatedAt: entry.at,
    endedAt: null,
    budget,
    usage: noUsage,
    turns: 0,
    workedMs: 0,
    activities: [],
    context: null,
    views: [],
    droppedClaims: [],
    conflicts: [],
    plan: null,
    steps: [],
    judgements: [],
    proposal: null,
    hunks: {},
    hunkMessages: {},
    hunkEvidence: {},
    comments: [],
    outcome: null,
    investigation: startOfInvestigation(workflow),
    failure: null,
  };
  return { view, spent: spend(nothingSpent, entry), inputs: new Map(), isPlanApproved: false, isReviewOver: false };
}

function applied(fold: Fold, entry: JournalEntry): Fold {
  const { view } = fold;
  const { event } = entry;
  switch (event.type) {
    case 'runStarted':
      return fold;
    case 'runResumed': {
      const budget = event.budget ?? view.budget;
      return { ...fold, view: { ...view, budget, status: 'running', endedAt: null, failure: null } };
    }
    case 'activityScheduled':
      return scheduled(fold, entry, event);
    case 'activityAttemptFailed':
      return updateActivity(fold, event.activity, {
        status: 'retrying',
        attempts: event.attempt + 1,
        failure: event.failure,
      });
    case 'activityFailed':
      return updateActivity(fold, event.activity, { status: 'failed', endedAt: entry.at, failure: event.failure });
    case 'activityCompleted':
      return completed(fold, entry, event);
    case 'signalReceived':
      return signalled(fold, runSignalSchema.parse({ name: event.name, payload: event.payload }), entry.at);
    case 'runCompleted': {
      if (view.investigation !== null) return { ...fold, view: concluded(view, entry.at, event.output) };
      const outcome = planOutcomeSchema.parse(event.output);
      return { ...fold, view: { ...view, status: 'completed', phase: 'done', endedAt: entry.at, outcome } };
    }
    case 'runFailed':
      return { ...fold, view: { ...view, status: 'failed', endedAt: entry.at, failure: event.failure } };
    case 'runStopped':
      return { ...fold, view: { ...view, status: 'stopped', endedAt: entry.at, failure: event.failure } };
  }
}

/** What goes on while a person reviews: what hunks are for, and the judgement of what is left. Decisions wait their turn. */
function isBesideReview({ inputs }: Fold, { name, activity }: ActivityView): boolean {
  if (name !== 'judge') return name === 'weighHunks' || name === 'composeTree';
  return activitySchemas.judge.input.safeParse(inputs.get(activity)).data?.phase === 'remaining';
}

/** `waiting` is derived: a question is open, nobody works, and the run has not ended. */
function withStatus(fold: Fold): Fold {
  const { view } = fold;
  if (view.endedAt !== null) return { ...fold, view: { ...view, waitingFor: null } };
  const isWorking = view.activities.some((activity) => activity.endedAt === null && !isBesideReview(fold, activity));
  const waitingFor = isWorking ? null : view.isPaused ? 'continue' : openQuestion(fold);
  const phase = waitingFor === 'planApproval' ? 'approval' : waitingFor === 'review' ? 'review' : view.phase;
  return { ...fold, view: { ...view, phase, waitingFor, status: waitingFor === null ? 'running' : 'waiting' } };
}

function openQuestion(fold: Fold): RunView['waitingFor'] {
  const { view } = fold;
  if (view.proposal !== null) {
    const isOpen = Object.values(view.hunks).some((state) => state === 'pending' || state === 'stale');
    return isOpen && !fold.isReviewOver && view.phase !== 'done' ? 'review' : null;
  }
  const isAsked =
    view.plan !== null && view.phase !== 'execution' && planIssues(view.plan, view.conflicts).length === 0;
  return isAsked && !fold.isPlanApproved && (view.phase === 'synthesis' || view.phase === 'approval')
    ? 'planApproval'
    : null;
}

const phaseOf: Record<ActivityName, Phase | null> = {
  takeSnapshot: null,
  gatherContext: 'context',
  consider: 'perspectives',
  verifyViews: 'perspectives',
  synthesise: 'synthesis',
  nextTurn: 'execution',
  stepGym: 'execution',
  noteChoice: 'execution',
  judge: null,
  weighHunks: null,
  composeTree: 'application',
  propose: 'judgement',
  applyHunks: 'application',
  recordOutcome: 'application',
  findOracle: 'symptom',
  readHistory: 'bisect',
  probe: null,
  readHunks: 'shrink',
  timePairs: 'bisect',
  profilePair: 'shrink',
  makeVariant: 'hypotheses',
  readDrift: 'bisect',
  coverTests: null,
  readChanges: null,
  noteOutcome: null,
  hypothesise: 'hypotheses',
  doubt: 'hypotheses',
  experiment: 'hypotheses',
  writeReport: 'report',
};

function scheduled(fold: Fold, entry: JournalEntry, event: JournalEventOf<'activityScheduled'>): Fold {
  const activity: ActivityView = {
    activity: event.activity,
    name: event.name,
    label: event.label,
    status: 'running',
    attempts: 1,
    startedAt: entry.at,
    endedAt: null,
    failure: null,
    usage: null,
    result: null,
  };
  const inputs = new Map(fold.inputs).set(event.activity, event.input);
  let { view } = fold;
  const name = activityName(event.name);
  let phase = phaseOf[name] ?? view.phase;
  if (name === 'judge') {
    const { phase: judged } = activitySchemas.judge.input.parse(event.input);
    phase = judged === 'step' ? 'execution' : judged === 'proposal' ? 'judgement' : 'application';
  }
  if (name === 'coverTests')
    phase = activitySchemas.coverTests.input.parse(event.input).scope === 'own' ? 'bisect' : 'rank';
  if (name === 'timePairs' && activitySchemas.timePairs.input.parse(event.input).kind === 'trial') phase = 'hypotheses';
  if (name === 'probe') view = probeStarted(view, activitySchemas.probe.input.parse(event.input));
  if (name === 'nextTurn') view = turnStarted(view, activitySchemas.nextTurn.input.parse(event.input));
  return { ...fold, inputs, view: { ...view, phase, activities: [...view.activities, activity] } };
}

function turnStarted(view: RunView, episode: ActivityInput<'nextTurn'>): RunView {
  return updateStep(view, episode.step.id, (step) => ({
    ...step,
    status: 'running',
    attempts: episode.attempt + 1,
    turns: step.turns + 1,
  }));
}

function completed(fold: Fold, entry: JournalEntry, event: JournalEventOf<'activityCompleted'>): Fold {
  const activity = fold.view.activities[event.activity];
  if (activity === undefined) return fold;
  const name = activityName(activity.name);
  const usage = event.usage === null ? fold.view.usage : addUsage(fold.view.usage, event.usage);
  const absorbed = absorb({ ...fold.view, usage }, name, fold.inputs.get(event.activity), event.output, entry.at);
  const inputs = new Map(fold.inputs);
  inputs.delete(event.activity);
  return updateActivity({ ...fold, inputs, view: absorbed.view }, event.activity, {
    status: 'completed',
    endedAt: entry.at,
    failure: null,
    usage: event.usage,
    result: absorbed.result,
  });
}

function signalled(fold: Fold, signal: RunSignal, at: number): Fold {
  const { view } = fold;
  const isAsking = view.waitingFor === 'planApproval';
  switch (signal.name) {
    case 'approvePlan': {
      if (!isAsking) return fold;
      const plan = signal.payload.plan ?? view.plan;
      if (plan === null || planIssues(plan, view.conflicts).length > 0)
        return { ...fold, view: { ...view, plan, phase: 'synthesis' } };
      return { ...fold, isPlanApproved: true, view: { ...view, plan, steps: stepsOf(plan), phase: 'execution' } };
    }
    case 'revisePlan':
      return isAsking ? { ...fold, view: { ...view, plan: null, phase: 'synthesis' } } : fold;
    case 'rejectPlan':
      return isAsking ? { ...fold, isPlanApproved: true } : fold;
    case 'decideHunks': {
      const hunks = { ...view.hunks };
      for (const id of signal.payload.reject)
        if (hunks[id] === 'pending' || hunks[id] === 'stale') hunks[id] = 'rejected';
      return { ...fold, view: { ...view, hunks } };
    }
    case 'finishReview': {
      const left = Object.entries(view.hunks).map(([id, state]): [string, HunkState] => [
        id,
        state === 'accepted' ? 'accepted' : 'rejected',
      ]);
      return { ...fold, isReviewOver: true, view: { ...view, hunks: Object.fromEntries(left) } };
    }
    case 'pause':
    case 'continue':
      return { ...fold, view: { ...view, isPaused: signal.name === 'pause' } };
    case 'comment':
      return { ...fold, view: { ...view, comments: [...view.comments, { at, text: signal.payload.text }] } };
    case 'redoStep':
    case 'replyToHunk':
    case 'cancel':
      return fold;
  }
}

function activityName(name: string): ActivityName {
  const known = Object.entries(phaseOf).find(([candidate]) => candidate === name);
  if (known === undefined) throw new Error(`The journal names an activity this version does not know: ${name}.`);
  return known[0] as ActivityName;
}

function updateActivity(fold: Fold, activity: number, change: Partial<ActivityView>): Fold {
  const activities = fold.view.activities.map((item) => (item.activity === activity ? { ...item, ...change } : item));
  return { ...fold, view: { ...fold.view, activities } };
}
