// Runs: look at one, resume, cancel, replay.
import * as vscode from 'vscode';
import type { RunSummary } from '../protocol/run.ts';
import { command, type Feature, type FeatureContext, requireRepository, succeeded } from './feature.ts';
import { commands } from './ids.ts';
import { followInvestigation } from './investigate/startInvestigation.ts';
import { follow } from './plan/planFeature.ts';
import type { Repository } from './supervisor.ts';

export const runsFeature: Feature = (context) => [
  command(context, commands.showRuns, async () => {
    const repository = await requireRepository(context, true);
    if (repository === undefined) return;
    const run = await pickRun(repository, () => true, vscode.l10n.t('Ratchet: Runs'));
    if (run === undefined) return;
    await context.supervisor.select(repository, run.runId);
    await vscode.commands.executeCommand(commands.showPanel);
  }),
  command(context, commands.resumeRun, async (runId) => {
    const repository = await requireRepository(context, false);
    if (repository === undefined) return;
    const id = typeof runId === 'string' ? runId : await resumable(repository);
    if (id === undefined) return;
    if (!(await succeeded(await repository.host.resume(id)))) return;
    await context.supervisor.select(repository, id);
    const { investigation, isPaused } = repository.view ?? {};
    if (isPaused === true) await succeeded(await repository.host.signal(id, { name: 'continue', payload: {} }));
    if (investigation != null) await followInvestigation(context, repository, id);
    else await follow(context, repository, id);
  }),
  command(context, commands.cancelRun, async () => await cancel(context)),
  command(context, commands.replayRun, async () => {
    const repository = await requireRepository(context, false);
    if (repository === undefined) return;
    const run = await pickRun(repository, () => true, vscode.l10n.t('Ratchet: Replay Run'));
    if (run === undefined) return;
    const replayed = await repository.host.replay(run.runId);
    if (!(await succeeded(replayed)) || !replayed.ok) return;
    const { identical, activities, entries, difference } = replayed.value;
    if (identical)
      await vscode.window.showInformationMessage(
        vscode.l10n.t('The replay is identical: {0} entries, {1} activities, no effect.', entries, activities),
      );
    else await vscode.window.showErrorMessage(vscode.l10n.t('The replay differs: {0}', difference ?? ''));
  }),
];

async function cancel(context: FeatureContext): Promise<void> {
  const repository = context.supervisor.active;
  const { view } = repository ?? {};
  if (repository === undefined || view === undefined || view.endedAt !== null) {
    await vscode.window.showInformationMessage(vscode.l10n.t('No run is under way.'));
    return;
  }
  await succeeded(
    await context.supervisor.signal(repository, { name: 'cancel', payload: { reason: 'canceled in the editor' } }),
  );
}

async function resumable(repository: Repository): Promise<string | undefined> {
  const { view } = repository;
  if (view?.status === 'stopped' && view.failure?.reason !== 'canceled') return view.runId;
  const run = await pickRun(
    repository,
    ({ interrupted, problem }) => interrupted && problem === null,
    vscode.l10n.t('Ratchet: Resume Run'),
  );
  return run?.runId;
}

async function pickRun(
  repository: Repository,
  fits: (run: RunSummary) => boolean,
  title: string,
): Promise<RunSummary | undefined> {
  const runs = (await repository.host.runs()).filter(fits);
  if (runs.length === 0) {
    await vscode.window.showInformationMessage(vscode.l10n.t('There is no such run. Plan a feature first.'));
    return undefined;
  }
  const items = runs.map((run) => ({
    label: `$(${iconOf(run)}) ${run.title}`,
    description: run.problem ?? `${run.status}${run.interrupted ? `, ${vscode.l10n.t('interrupted')}` : ''}`,
    detail: `${new Date(run.startedAt).toLocaleString()}  ${run.runId}`,
    run,
  }));
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true, matchOnDetail: true }))?.run;
}

function iconOf({ status, problem, interrupted }: RunSummary): string {
  if (problem !== null) return 'warning';
  if (interrupted) return 'debug-pause';
  switch (status) {
    case 'running':
      return 'sync~spin';
    case 'waiting':
      return 'comment-unresolved';
    case 'completed':
      return 'pass';
    case 'failed':
      return 'error';
    case 'stopped':
      return 'circle-slash';
  }
}
