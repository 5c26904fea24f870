// Check Gates: judges the working copy, with progress and cancel.
import * as vscode from 'vscode';
import { command, type Feature, requireRepository, succeeded } from './feature.ts';
import { commands } from './ids.ts';

export const checkFeature: Feature = (context) => [
  command(context, commands.checkGates, async () => {
    const repository = await requireRepository(context, true);
    if (repository === undefined) return;
    const checked = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: vscode.l10n.t('Ratchet: Check Gates'),
        cancellable: true,
      },
      async (progress, token) => {
        const abort = new AbortController();
        token.onCancellationRequested(() => abort.abort());
        try {
          const onProgress = (message: string) => progress.report({ message });
          return await repository.host.check({ base: undefined, signal: abort.signal, onProgress });
        } catch (error) {
          if (abort.signal.aborted) return undefined;
          throw error;
        }
      },
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
];
