// How failures reach a person: what happened, and a button for what to do next.
import * as vscode from 'vscode';
import type { Failure } from '../protocol/failure.ts';
import { commands } from './ids.ts';

export async function showFailure(failure: Failure): Promise<void> {
  const actions = actionsFor(failure);
  const picked = await vscode.window.showErrorMessage(
    `Ratchet: ${failure.message}`,
    ...actions.map(({ title }) => title),
  );
  const action = actions.find(({ title }) => title === picked);
  if (action !== undefined) await vscode.commands.executeCommand(action.command);
}

interface Action {
  readonly title: string;
  readonly command: string;
}

function actionsFor({ reason }: Failure): Action[] {
  const log = { title: vscode.l10n.t('Show Log'), command: commands.showLog };
  switch (reason) {
    case 'unavailable':
      return [
        { title: vscode.l10n.t('Set API Key'), command: commands.setApiKey },
        { title: vscode.l10n.t('Choose Policy'), command: commands.choosePolicy },
        { title: vscode.l10n.t('Resume'), command: commands.resumeRun },
      ];
    case 'scriptExhausted':
      return [{ title: vscode.l10n.t('Choose Policy'), command: commands.choosePolicy }];
    case 'rateLimited':
    case 'overloaded':
    case 'network':
      return [{ title: vscode.l10n.t('Resume'), command: commands.resumeRun }, log];
    case 'budgetExceeded':
      return [{ title: vscode.l10n.t('Extend Budget'), command: commands.extendBudget }, log];
    case 'notARepository':
      return [{ title: vscode.l10n.t('Initialize Repository'), command: 'git.init' }];
    default:
      return [log];
  }
}
