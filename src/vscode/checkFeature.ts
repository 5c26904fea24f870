// Check Gates: judges the working copy, with progress and cancel.
import * as vscode from 'vscode';
import { command, type Feature, requireRepository, succeeded } from './feature.ts';
import { commands } from './ids.ts';
import { withCancel } from './progress.ts';
import { tellContainmentSoon } from './sandboxNotice.ts';

export const checkFeature: Feature = (context) => [
  command(context, commands.checkGates, async () => {
    const repository = await requireRepository(context, true);
    if (repository === undefined) return;
    tellContainmentSoon(context, repository);
    const checked = await withCancel(vscode.l10n.t('Ratchet: Check Gates'), async (signal, onProgress) =>
      repository.host.check({ base: undefined, signal, onProgress }),
    );
    if (checked === undefined || !(await succeeded(checked)) || !checked.ok) return;
    context.supervisor.setCheck(repository, checked.value);
    const text = checked.value.verdicts.map(({ gate, status }) => `${gate} ${status}`).join(', ');
    if (checked.value.status === 'passed')
      await vscode.window.showInformationMessage(vscode.l10n.t('Ratchet: every gate passed ({0}).', text));
    else {
      const problems = vscode.l10n.t('Show Problems');
      const message = vscode.l10n.t('Ratchet: the gates say {0} ({1}).', checked.value.status, text);
      if ((await vscode.window.showWarningMessage(message, problems)) === problems)
        await vscode.commands.executeCommand('workbench.actions.view.problems');
    }
  }),
  ...(['create', 'shrink'] as const).map((mode) =>
    command(context, mode === 'create' ? commands.createBaseline : commands.shrinkBaseline, async () => {
      const repository = await requireRepository(context, true);
      if (repository === undefined) return;
      const rewritten = await withCancel(vscode.l10n.t('Ratchet: Baseline'), async (signal) =>
        repository.host.rewriteBaseline({ mode }, signal),
      );
      if (rewritten === undefined || !(await succeeded(rewritten)) || !rewritten.ok) return;
      const { path, entries, removed } = rewritten.value;
      await vscode.window.showInformationMessage(
        vscode.l10n.t('{0}: {1} tolerated, {2} dropped.', path, entries, removed),
      );
    }),
  ),
];
