// `ratchet plan` and `ratchet resume`: follows a run from its start to a proposal, or to the applied change.
import { createInterface } from 'node:readline/promises';
import type { Host } from '../host/api.ts';
import { exitCodes, type PlanDocument, planDocumentSchema } from '../protocol/cliDocuments.ts';
import { overallStatus } from '../protocol/overallStatus.ts';
import { failure, type Result, success } from '../protocol/result.ts';
import type { RunView } from '../protocol/run.ts';
import type { RunSignal } from '../protocol/signals.ts';
import { note, noteContainment, sayDocument, sayPlan, sayPlanDocument } from './output.ts';
import { cancelOnInterrupt, watch } from './watchRun.ts';

export interface PlanOptions {
  readonly yes?: boolean;
  readonly apply?: boolean;
  readonly json?: boolean;
}

export async function followRun(host: Host, runId: string, options: PlanOptions): Promise<Result<number>> {
  const reached = await reachDocument(host, runId, options);
  if (!reached.ok) return reached;
  if (options.json === true) sayDocument(reached.value);
  else sayPlanDocument(reached.value);
  return success(exitCodeOf(reached.value));
}

/** Answers for the person what the options say, until the run ends or waits for what they do not say. */
export async function reachDocument(host: Host, runId: string, options: PlanOptions): Promise<Result<PlanDocument>> {
  note(`Run ${runId}, policy ${host.policyName}.`);
  if (host.policyNotice !== null) note(host.policyNotice);
  await noteContainment(host);
  const stopWatching = watch(host, runId);
  const stopCanceling = cancelOnInterrupt(host, runId);
  try {
    for (;;) {
      const view = await host.settled(runId, 'waiting');
      if (view.status !== 'waiting') return success(planDocumentSchema.parse(documentOf(view)));
      const answer = await answerTo(view, options);
      if (answer === null) return success(planDocumentSchema.parse(documentOf(view)));
      if (!answer.ok) {
        await host.signal(runId, { name: 'cancel', payload: { reason: answer.failure.message } });
        return answer;
      }
      const sent = await host.signal(runId, answer.value);
      if (!sent.ok) return sent;
      await moved(host, runId, view);
    }
  } finally {
    stopCanceling();
    stopWatching();
  }
}

/** A run that was paused elsewhere goes on: to follow it here is to continue it. */
async function answerTo(view: RunView, options: PlanOptions): Promise<Result<RunSignal> | null> {
  if (view.waitingFor === 'continue') return success({ name: 'continue', payload: {} });
  return view.waitingFor === 'planApproval' ? await approve(view, options) : review(view, options);
}

/** Waits until the run has taken the signal: its view is another one than before. */
async function moved(host: Host, runId: string, before: RunView): Promise<void> {
  for (;;) {
    const view = await host.view(runId);
    if (!view.ok || view.value.updatedAt !== before.updatedAt || view.value.status !== 'waiting') return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function approve(view: RunView, options: PlanOptions): Promise<Result<RunSignal>> {
  if (options.yes === true) return success({ name: 'approvePlan', payload: { plan: null } });
  if (!process.stdin.isTTY || options.json === true)
    return failure(
      'usage',
      'The plan needs approval and there is nobody to ask: pass --yes, or run this in a terminal.',
    );
  if (view.plan !== null) sayPlan(view.plan);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = (await lines.question('\nApprove this plan? [y]es, [n]o, or say what to change: ')).trim();
    if (/^y(?:es)?$/i.test(answer)) return success({ name: 'approvePlan', payload: { plan: null } });
    if (answer === '' || /^no?$/i.test(answer)) return success({ name: 'rejectPlan', payload: { reason: '' } });
    return success({ name: 'revisePlan', payload: { comment: answer } });
  } finally {
    lines.close();
  }
}

/** With --apply every hunk is accepted; without it, the proposal stays for a person, and null says so. */
function review(view: RunView, options: PlanOptions): Result<RunSignal> | null {
  if (options.apply !== true) return null;
  const open = Object.entries(view.hunks).flatMap(([id, state]) => (state === 'pending' ? [id] : []));
  if (open.length === 0) return success({ name: 'finishReview', payload: {} });
  return success({ name: 'decideHunks', payload: { accept: open, reject: [] } });
}

export function documentOf(view: RunView): PlanDocument {
  const { runId, plan, usage, failure: failed, outcome: ended } = view;
  const outcome =
    ended?.outcome ?? (view.status === 'waiting' ? 'proposed' : view.status === 'stopped' ? 'stopped' : 'failed');
  const verdicts =
    ended !== null && ended.verdicts.length > 0 ? ended.verdicts : (view.judgements.at(-1)?.verdicts ?? []);
  const message =
    ended?.message ??
    failed?.message ??
    `Review it in VS Code (Ratchet: Open Review), or accept all of it with: ratchet apply ${runId}`;
  return { runId, outcome, message, plan, verdicts, patch: view.proposal?.patch ?? '', usage, failure: failed };
}

export function exitCodeOf(document: PlanDocument): number {
  switch (document.outcome) {
    case 'proposed':
    case 'applied':
      return overallStatus(document.verdicts) === 'passed' ? exitCodes.passed : exitCodes.notPassed;
    case 'rejected':
    case 'failed':
      return document.failure?.reason === 'internal' ? exitCodes.internal : exitCodes.notPassed;
    case 'stopped':
      return exitCodes.stopped;
  }
}
