// Workspace trust, asked in code before every effect: a command of an untrusted folder runs nothing.
import * as vscode from 'vscode';

/** True when the workspace is trusted; otherwise says why nothing happens and offers the way to change it. */
export async function requireTrust(): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true;
  const manage = vscode.l10n.t('Manage Workspace Trust');
  const message = vscode.l10n.t(
    'Ratchet runs the commands of this folder, so it does nothing until you trust the folder.',
  );
  const answer = await vscode.window.showWarningMessage(message, manage);
  if (answer === manage) await vscode.commands.executeCommand('workbench.trust.manage');
  return vscode.workspace.isTrusted;
}
