// Investigation in the editor: the symptom of the open file, the wait, and what to do with the cause.
import * as vscode from 'vscode';
import type { RunView } from '../../protocol/run.ts';
import { command, type Feature, type FeatureContext, requireRepository, succeeded } from '../feature.ts';
import { commands, reportScheme } from '../ids.ts';
import { showFailure } from '../messages.ts';
import { followProgress } from '../plan/planFeature.ts';
import type { Repository } from '../supervisor.ts';
import { requireTrust } from '../trust.ts';
import { FaultHeat } from './faultHeat.ts';
import { pickSymptom } from './pickSymptom.ts';

export const investigateFeature: Feature = (context) => [
  ...heatOfFaults(context),
  vscode.workspace.registerTextDocumentContentProvider(reportScheme, {
    provideTextDocumentContent: async (uri) => await reportAt(context, uri),
  }),
  command(context, commands.investigateFile, async (given) => await investigate(context, given)),
  command(context, commands.showReport, async (runId) => {
    const view = await concludedRun(context, runId);
    if (view !== undefined) await showReport(view.runId);
  }),
  command(context, commands.planFix, async (runId) => {
    const view = await concludedRun(context, runId);
    if (view !== undefined) await vscode.commands.executeCommand(commands.planFeature, fixOf(view));
  }),
];

function heatOfFaults(context: FeatureContext): vscode.Disposable[] {
  const heat = new FaultHeat(context.supervisor);
  return [
    ...heat.register(),
    command(context, commands.clearFaultHeat, async () => {
      if (!heat.clear()) await vscode.window.showInformationMessage(vscode.l10n.t('No heat is shown.'));
    }),
  ];
}

async function investigate(context: FeatureContext, given: unknown): Promise<void> {
  const uri = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
  if (uri === undefined || uri.scheme !== 'file') {
    await vscode.window.showInformationMessage(vscode.l10n.t('Open the file that is to be investigated first.'));
    return;
  }
  if (!(await requireTrust())) return;
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (folder === undefined) {
    await vscode.window.showInformationMessage(vscode.l10n.t('The file is in no folder of this workspace.'));
    return;
  }
  const opened = await context.supervisor.open(folder);
  if (!(await succeeded(opened)) || !opened.ok) return;
  const repository = opened.value;
  const top = `${vscode.Uri.file(repository.host.root).path}/`;
  const file = uri.path.startsWith(top) ? uri.path.slice(top.length) : undefined;
  if (file === undefined) return;
  const picked = await pickSymptom(repository, file);
  if (picked === undefined) return;
  const started = await repository.host.startInvestigation({ file, ...picked, writesReport: false });
  if (!(await succeeded(started)) || !started.ok) return;
  await context.supervisor.select(repository, started.value.runId);
  await vscode.commands.executeCommand(commands.showPanel);
  await followInvestigation(context, repository, started.value.runId);
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
  if (picked === show) await showReport(view.runId);
  if (picked === plan) await vscode.commands.executeCommand(commands.planFix, view.runId);
}

async function showReport(runId: string): Promise<void> {
  await vscode.commands.executeCommand(
    'markdown.showPreview',
    vscode.Uri.from({ scheme: reportScheme, path: `/${runId}.md` }),
  );
}

async function reportAt(context: FeatureContext, uri: vscode.Uri): Promise<string> {
  const runId = uri.path.replace(/^\/|\.md$/g, '');
  const view = await context.supervisor.active?.host.view(runId);
  return (
    (view?.ok === true ? view.value.investigation?.report : undefined) ?? vscode.l10n.t('There is no such report.')
  );
}

/** The run that is named, or that is looked at, when it is an investigation with an outcome. */
async function concludedRun(context: FeatureContext, runId: unknown): Promise<RunView | undefined> {
  const repository = await requireRepository(context, false);
  if (repository === undefined) return undefined;
  const id = typeof runId === 'string' ? runId : repository.view?.runId;
  const view = id === undefined ? undefined : await repository.host.view(id);
  if (view?.ok === true && view.value.investigation?.outcome != null) return view.value;
  await vscode.window.showInformationMessage(vscode.l10n.t('There is no report: investigate a file first.'));
  return undefined;
}

function fixOf({ investigation }: RunView): string {
  const outcome = investigation?.outcome;
  if (outcome == null) return '';
  const aim =
    outcome.timings.length > 0 ? 'The fix must take as long as before.' : 'The fix must make the oracle pass.';
  return `Fix this: ${outcome.symptom}. ${outcome.summary} ${aim}`;
}
