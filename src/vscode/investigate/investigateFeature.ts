// Investigation in the editor: its commands, the report, and the way from a cause to the plan of its fix.
import * as vscode from 'vscode';
import type { RunView } from '../../protocol/run.ts';
import { command, type Feature, type FeatureContext, requireRepository, succeeded } from '../feature.ts';
import { commands, reportScheme } from '../ids.ts';
import { loadBoundary } from '../loadHost.ts';
import { followPlan } from '../plan/planFeature.ts';
import { FaultHeat } from './faultHeat.ts';
import { investigateSinceCommit } from './sinceCommit.ts';
import { investigate } from './startInvestigation.ts';
import { investigateTest } from './testAtHand.ts';

export const investigateFeature: Feature = (context) => [
  ...heatOfFaults(context),
  vscode.workspace.registerTextDocumentContentProvider(reportScheme, {
    provideTextDocumentContent: async (uri) => await reportAt(context, uri),
  }),
  command(context, commands.investigateFile, async (uri, asked) => {
    const { parseSymptom } = await loadBoundary();
    await investigate(context, uri instanceof vscode.Uri ? uri : undefined, parseSymptom(asked));
  }),
  command(context, commands.investigateTest, async (item) => await investigateTest(context, item)),
  ...[commands.investigateSinceCommit, commands.investigateSinceThisCommit].map((id) =>
    command(context, id, async (...given) => await investigateSinceCommit(context, given)),
  ),
  command(context, commands.showReport, async (runId) => {
    const view = await concludedRun(context, runId);
    if (view !== undefined) await showReport(view.runId);
  }),
  command(context, commands.writeRegressionTest, async (runId) => {
    const view = await concludedRun(context, runId);
    const repository = context.supervisor.active;
    if (view === undefined || repository === undefined) return;
    const started = await repository.host.startRegressionTest(view.runId);
    if ((await succeeded(started)) && started.ok) await followPlan(context, repository, started.value.runId);
  }),
  command(context, commands.planFix, async (runId) => {
    const view = await concludedRun(context, runId);
    if (view !== undefined) await vscode.commands.executeCommand(commands.planFeature, fixOf(view), view.runId);
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
    outcome.timings.length > 0
      ? 'The fix must take as long as before.'
      : `Acceptance test: what fails now must pass: ${investigation?.oracle ?? outcome.symptom}.`;
  return `Fix this: ${outcome.symptom}. ${outcome.summary} ${aim}`;
}
