// Planning in the editor: the feature in words, the wait, the plan as a document, and the answer to it.
import * as vscode from 'vscode';
import type { RunView } from '../../protocol/run.ts';
import { command, type Feature, type FeatureContext, requireRepository, succeeded } from '../feature.ts';
import { commands } from '../ids.ts';
import { showFailure } from '../messages.ts';
import { tellContainmentSoon } from '../sandboxNotice.ts';
import type { Repository } from '../supervisor.ts';
import { PlanDocuments } from './planDocuments.ts';

const draftKey = 'ratchet.featureDraft';

export const planFeature: Feature = (context) => {
  const documents = new PlanDocuments(context);
  return [
    ...documents.register(),
    command(
      context,
      commands.planFeature,
      async (feature, mends) => await planAFeature(context, textOf(feature), textOf(mends)),
    ),
    command(context, commands.editPlan, async () => await documents.show()),
    command(
      context,
      commands.approvePlan,
      async () => await answerPlan(context, async (repository) => await approve(context, documents, repository)),
    ),
    command(
      context,
      commands.revisePlan,
      async () => await answerPlan(context, async (repository) => await revise(context, repository)),
    ),
    command(
      context,
      commands.rejectPlan,
      async () => await answerPlan(context, async (repository) => await reject(context, repository)),
    ),
  ];
};

const textOf = (given: unknown): string | undefined => (typeof given === 'string' ? given : undefined);

/**
 * `proposed`: words to begin with, for a person to change; without them, what was typed last and not sent. `mends`: the investigation
 * whose symptom must be gone.
 */
async function planAFeature(
  context: FeatureContext,
  proposed: string | undefined,
  mends: string | undefined,
): Promise<void> {
  const repository = await requireRepository(context, true);
  if (repository === undefined) return;
  const { workspaceState } = context.extension;
  const { host } = repository;
  const feature = await vscode.window.showInputBox({
    title: vscode.l10n.t('Ratchet: Plan Feature'),
    prompt: host.policyNotice ?? vscode.l10n.t('Policy: {0}', host.policyName),
    placeHolder: vscode.l10n.t('What should the software do that it does not do today?'),
    value: proposed ?? workspaceState.get<string>(draftKey) ?? '',
    ignoreFocusOut: true,
    validateInput: (text) => {
      void workspaceState.update(draftKey, text);
      return text.trim() === '' ? vscode.l10n.t('Say in a sentence what you want.') : undefined;
    },
  });
  if (feature === undefined) return;
  const started = await host.startPlan(feature.trim(), mends);
  if (!(await succeeded(started)) || !started.ok) return;
  await workspaceState.update(draftKey, undefined);
  await followPlan(context, repository, started.value.runId);
}

/** Of a plan that has begun: the panel, and the wait. */
export async function followPlan(context: FeatureContext, repository: Repository, runId: string): Promise<void> {
  tellContainmentSoon(context, repository);
  await context.supervisor.select(repository, runId);
  await vscode.commands.executeCommand(commands.showPanel);
  await follow(context, repository, runId);
}

/** Shows progress until the run waits for the person or ends, and says then what is to be done. */
export async function follow(context: FeatureContext, repository: Repository, runId: string): Promise<void> {
  const view = await followProgress(context, repository, runId, 'waiting');
  // The question is asked beside the command, which has done its work.
  announce(context, view).catch((error: unknown) => context.log.error(String(error)));
}

/** A notification with what the run does right now, and a way to cancel it. */
export async function followProgress(
  context: FeatureContext,
  repository: Repository,
  runId: string,
  until: 'waiting' | 'ended',
): Promise<RunView> {
  return await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Ratchet'), cancellable: true },
    async (progress, token) => {
      token.onCancellationRequested(() => {
        void repository.host.signal(runId, { name: 'cancel', payload: { reason: 'canceled in the editor' } });
      });
      const listener = context.supervisor.onDidChange((changed) => {
        if (changed !== repository || repository.view?.runId !== runId) return;
        const running = repository.view.activities.findLast((activity) => activity.endedAt === null);
        progress.report({
          message: [running?.label, repository.progress]
            .filter((text) => text !== undefined && text !== null)
            .join(': '),
        });
      });
      try {
        return await repository.host.settled(runId, until);
      } finally {
        listener.dispose();
      }
    },
  );
}

async function announce(context: FeatureContext, view: RunView): Promise<void> {
  if (view.waitingFor === 'planApproval') {
    const steps = view.plan?.steps.length ?? 0;
    const [approvePlan, editPlan] = [vscode.l10n.t('Approve'), vscode.l10n.t('Read and Edit')];
    const message = vscode.l10n.t('The plan is ready: {0} ({1} steps).', view.plan?.goal ?? '', steps);
    const picked = await vscode.window.showInformationMessage(message, approvePlan, editPlan);
    if (picked === approvePlan) await vscode.commands.executeCommand(commands.approvePlan);
    if (picked === editPlan) await vscode.commands.executeCommand(commands.editPlan);
  } else if (view.waitingFor === 'review') {
    const review = vscode.l10n.t('Review');
    const hunks = Object.keys(view.hunks).length;
    const gates = view.judgements.at(-1)?.verdicts.map(({ gate, status }) => `${gate} ${status}`) ?? [];
    const message = vscode.l10n.t('The proposal is ready: {0} hunks. Gates: {1}.', hunks, gates.join(', '));
    if ((await vscode.window.showInformationMessage(message, review)) === review)
      await vscode.commands.executeCommand(commands.openReview);
  } else if (view.waitingFor === 'continue') {
    const [go, tell] = [vscode.l10n.t('Continue'), vscode.l10n.t('Tell the Policy')];
    const picked = await vscode.window.showInformationMessage(vscode.l10n.t('The run is paused.'), go, tell);
    if (picked === go) await vscode.commands.executeCommand(commands.continueRun);
    if (picked === tell) await vscode.commands.executeCommand(commands.commentRun);
  } else if (view.failure !== null && view.failure.reason !== 'canceled') await showFailure(view.failure);
  else if (view.outcome !== null)
    await vscode.window.showInformationMessage(vscode.l10n.t('Ratchet: {0}', view.outcome.message));
  else context.log.info(`Run ${view.runId} ended: ${view.status}`);
}

async function answerPlan(
  context: FeatureContext,
  answer: (repository: Repository) => Promise<boolean>,
): Promise<void> {
  const repository = await requireRepository(context, false);
  if (repository?.view === undefined) return;
  if (repository.view.waitingFor !== 'planApproval') {
    await vscode.window.showInformationMessage(vscode.l10n.t('No plan waits for an answer.'));
    return;
  }
  const { runId } = repository.view;
  if (await answer(repository)) await follow(context, repository, runId);
}

async function approve(context: FeatureContext, documents: PlanDocuments, repository: Repository): Promise<boolean> {
  const edited = await documents.editedPlan(repository);
  if (!(await succeeded(edited)) || !edited.ok) return false;
  return await succeeded(
    await context.supervisor.signal(repository, { name: 'approvePlan', payload: { plan: edited.value } }),
  );
}

async function revise(context: FeatureContext, repository: Repository): Promise<boolean> {
  const comment = await vscode.window.showInputBox({
    title: vscode.l10n.t('Ratchet: Ask for Another Plan'),
    prompt: vscode.l10n.t('What should be different?'),
    ignoreFocusOut: true,
  });
  if (comment === undefined || comment.trim() === '') return false;
  return await succeeded(
    await context.supervisor.signal(repository, { name: 'revisePlan', payload: { comment: comment.trim() } }),
  );
}

async function reject(context: FeatureContext, repository: Repository): Promise<boolean> {
  return await succeeded(await context.supervisor.signal(repository, { name: 'rejectPlan', payload: { reason: '' } }));
}
