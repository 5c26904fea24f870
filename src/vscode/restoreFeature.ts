// Restore points: take one, bring the working copy back to one, and undo that from the message that says it was done.
import * as vscode from 'vscode';
import type { RestoreDocument, RestorePoint } from '../protocol/restorePoint.ts';
import { command, type Feature, type FeatureContext, requireRepository, succeeded } from './feature.ts';
import { commands } from './ids.ts';
import { withCancel } from './progress.ts';
import type { Repository } from './supervisor.ts';

/** Paths that the question names; the rest is counted. */
const maxNamed = 12;

export const restoreFeature: Feature = (context) => [
  command(context, commands.takeRestorePoint, async () => {
    const repository = await requireRepository(context, true);
    if (repository === undefined || !(await isSaved(repository))) return;
    const label = await vscode.window.showInputBox({
      title: vscode.l10n.t('Ratchet: Create Restore Point'),
      prompt: vscode.l10n.t('What is it? The working copy is kept as it is now; ignored files are not in it.'),
      value: vscode.l10n.t('taken by hand'),
    });
    if (label === undefined) return;
    const taken = await withCancel(vscode.l10n.t('Ratchet: Create Restore Point'), async (signal) =>
      repository.host.takeRestorePoint(label, signal),
    );
    if (taken === undefined || !(await succeeded(taken)) || !taken.ok) return;
    vscode.window.setStatusBarMessage(vscode.l10n.t('$(history) Restore point kept: {0}', label), 5_000);
  }),
  command(context, commands.restoreWorkingCopy, async () => {
    const repository = await requireRepository(context, true);
    if (repository === undefined) return;
    const point = await pickPoint(repository);
    if (point !== undefined) await restore(context, repository, point.id);
  }),
];

async function pickPoint(repository: Repository): Promise<RestorePoint | undefined> {
  const points = await repository.host.restorePoints();
  if (points.length === 0) {
    const create = vscode.l10n.t('Create Restore Point');
    const message = vscode.l10n.t('There is no restore point yet. One is taken before hunks are accepted.');
    if ((await vscode.window.showInformationMessage(message, create)) === create)
      await vscode.commands.executeCommand(commands.takeRestorePoint);
    return undefined;
  }
  const icons = { asked: 'bookmark', acceptance: 'git-pull-request', restore: 'discard' } as const;
  const items = points.map((point) => ({
    label: `$(${icons[point.reason]}) ${point.label}`,
    description: new Date(point.at).toLocaleString(),
    detail: point.runId === null ? point.id : vscode.l10n.t('{0}  of run {1}', point.id, point.runId),
    point,
  }));
  const title = vscode.l10n.t('Ratchet: Restore Working Copy');
  const placeHolder = vscode.l10n.t('What will change is shown before anything is written');
  const options = { title, placeHolder, matchOnDescription: true, matchOnDetail: true };
  return (await vscode.window.showQuickPick(items, options))?.point;
}

async function restore(context: FeatureContext, repository: Repository, id: string): Promise<void> {
  if (!(await isSaved(repository))) return;
  const title = vscode.l10n.t('Ratchet: Restore Working Copy');
  const preview = await withCancel(title, async (signal) => repository.host.restore(id, { dryRun: true, signal }));
  if (preview === undefined || !(await succeeded(preview)) || !preview.ok) return;
  const { point, written, removed } = preview.value;
  if (written.length + removed.length === 0) {
    await vscode.window.showInformationMessage(
      vscode.l10n.t('The working copy is already as it was: {0}.', point.label),
    );
    return;
  }
  const go = vscode.l10n.t('Restore');
  const question = vscode.l10n.t(
    'Restore "{0}"? Files to write: {1}, to remove: {2}.',
    point.label,
    written.length,
    removed.length,
  );
  const picked = await vscode.window.showWarningMessage(question, { modal: true, detail: detailOf(preview.value) }, go);
  if (picked !== go) return;
  const restored = await withCancel(title, async (signal) => repository.host.restore(id, { dryRun: false, signal }));
  if (restored === undefined || !(await succeeded(restored)) || !restored.ok) return;
  await offerUndo(context, repository, restored.value);
}

async function offerUndo(context: FeatureContext, repository: Repository, done: RestoreDocument): Promise<void> {
  const undo = vscode.l10n.t('Undo');
  const message = vscode.l10n.t(
    'Restored "{0}". Files written: {1}, removed: {2}.',
    done.point.label,
    done.written.length,
    done.removed.length,
  );
  context.log.info(`${message} ${[...done.written, ...done.removed].join(', ')}`);
  const picked = await vscode.window.showInformationMessage(message, undo);
  if (picked === undo && done.undo !== null) await restore(context, repository, done.undo);
}

function detailOf({ written, removed, leftAlone, notCovered }: RestoreDocument): string {
  const lines = [
    ...written.map((path) => vscode.l10n.t('write {0}', path)),
    ...removed.map((path) => vscode.l10n.t('remove {0}', path)),
  ];
  const named = lines.slice(0, maxNamed);
  if (lines.length > maxNamed) named.push(vscode.l10n.t('and {0} more', lines.length - maxNamed));
  if (leftAlone.length > 0) named.push(vscode.l10n.t('Left alone, since it is ignored: {0}', leftAlone.join(', ')));
  if (notCovered.length > 0) named.push(vscode.l10n.t('Not covered: {0}', notCovered.join(', ')));
  named.push(vscode.l10n.t('HEAD, the index and stashes stay as they are. This can be undone.'));
  return named.join('\n');
}

/** A restore point holds what is on disk, so text that is only in the editor is saved first. */
async function isSaved({ folder }: Repository): Promise<boolean> {
  const prefix = `${folder.uri.toString()}/`;
  const dirty = vscode.workspace.textDocuments.filter(
    (document) => document.isDirty && document.uri.toString().startsWith(prefix),
  );
  if (dirty.length === 0) return true;
  const save = vscode.l10n.t('Save All');
  const message = vscode.l10n.t('{0} files are not saved. Restore points hold what is on disk.', dirty.length);
  if ((await vscode.window.showWarningMessage(message, { modal: true }, save)) !== save) return false;
  const saved = await Promise.all(dirty.map(async (document) => await document.save()));
  return saved.every(Boolean);
}
