// From a file and a symptom to a run that is followed, and what to do with the cause that it finds. Every door to an investigation
// leads here.
import * as vscode from 'vscode';
import type { AskedSymptom } from '../../protocol/investigation.ts';
import type { RunView } from '../../protocol/run.ts';
import { type FeatureContext, succeeded } from '../feature.ts';
import { commands } from '../ids.ts';
import { showFailure } from '../messages.ts';
import { followProgress } from '../plan/planFeature.ts';
import type { Repository } from '../supervisor.ts';
import { requireTrust } from '../trust.ts';
import { relativePath } from '../workspace.ts';
import { pickSymptom } from './pickSymptom.ts';

export interface FileAtHand {
  readonly repository: Repository;
  /** Relative to the repository. */
  readonly file: string;
}

/** Without a file, the one in the editor; without a symptom, the person is asked. */
export async function investigate(
  context: FeatureContext,
  uri: vscode.Uri | undefined,
  asked: AskedSymptom | undefined,
): Promise<void> {
  const found = await fileAtHand(context, uri);
  if (found !== undefined) await investigateFile(context, found, asked);
}

export async function investigateFile(
  context: FeatureContext,
  { repository, file }: FileAtHand,
  asked: AskedSymptom | undefined,
): Promise<void> {
  const picked = asked ?? (await pickSymptom(repository, file));
  if (picked === undefined) return;
  const started = await repository.host.startInvestigation({ file, ...picked, writesReport: false });
  if (!(await succeeded(started)) || !started.ok) return;
  await context.supervisor.select(repository, started.value.runId);
  await vscode.commands.executeCommand(commands.showPanel);
  await followInvestigation(context, repository, started.value.runId);
}

/** The file and its repository, in a trusted workspace; says why when there is none. */
export async function fileAtHand(
  context: FeatureContext,
  given: vscode.Uri | undefined,
): Promise<FileAtHand | undefined> {
  const uri = given ?? vscode.window.activeTextEditor?.document.uri;
  if (uri === undefined || uri.scheme !== 'file') {
    await vscode.window.showInformationMessage(vscode.l10n.t('Open the file that is to be investigated first.'));
    return undefined;
  }
  if (!(await requireTrust())) return undefined;
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (folder === undefined) {
    await vscode.window.showInformationMessage(vscode.l10n.t('The file is in no folder of this workspace.'));
    return undefined;
  }
  const opened = await context.supervisor.open(folder);
  if (!(await succeeded(opened)) || !opened.ok) return undefined;
  const repository = opened.value;
  const file = relativePath(repository.host.root, uri);
  return file === undefined ? undefined : { repository, file };
}

export async function followInvestigation(
  context: FeatureContext,
  repository: Repository,
  runId: string,
): Promise<void> {
  const view = await followProgress(context, repository, runId, 'ended');
  announce(context, view).catch((error: unknown) => context.log.error(String(error)));
}

async function announce(context: FeatureContext, view: RunView): Promise<void> {
  const outcome = view.investigation?.outcome ?? null;
  // A run that stopped knows what it had found by then, and the panel shows it.
  if (outcome === null || view.failure !== null) {
    if (view.failure !== null && view.failure.reason !== 'canceled') await showFailure(view.failure);
    else context.log.info(`Run ${view.runId} ended: ${view.status}`);
    return;
  }
  const [show, plan] = [vscode.l10n.t('Show Report'), vscode.l10n.t('Plan the Fix')];
  const message = vscode.l10n.t('Ratchet: {0}', outcome.summary);
  const picked =
    outcome.outcome === 'unproven'
      ? await vscode.window.showWarningMessage(message, show)
      : await vscode.window.showInformationMessage(message, show, plan);
  if (picked === show) await vscode.commands.executeCommand(commands.showReport, view.runId);
  if (picked === plan) await vscode.commands.executeCommand(commands.planFix, view.runId);
}
