// Who proposes: the choice of the policy and the key, which lives in the editor's secret storage and nowhere else.
import * as vscode from 'vscode';
import { command, type Feature, type FeatureContext } from './feature.ts';
import { apiKeySecret, commands } from './ids.ts';
import { loadChoosePolicy } from './loadHost.ts';

export const policyFeature: Feature = (context) => [
  command(context, commands.setApiKey, async () => {
    const key = await vscode.window.showInputBox({
      title: vscode.l10n.t('Ratchet: Set API Key'),
      prompt: vscode.l10n.t('The key is kept in the secret storage of the editor.'),
      password: true,
      ignoreFocusOut: true,
      validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('Paste the key.') : undefined),
    });
    if (key === undefined) return;
    await context.extension.secrets.store(apiKeySecret, key.trim());
    await reopen(context);
    await vscode.window.showInformationMessage(vscode.l10n.t('The key is stored.'));
  }),
  command(context, commands.clearApiKey, async () => {
    await context.extension.secrets.delete(apiKeySecret);
    await reopen(context);
    await vscode.window.showInformationMessage(vscode.l10n.t('The key was removed.'));
  }),
  command(context, commands.choosePolicy, async () => {
    const { choosePolicy } = await loadChoosePolicy();
    const chosen = await choosePolicy(context.extension.secrets, context.supervisor.active?.host.policyName ?? '');
    if (chosen === undefined) return;
    await reopen(context);
    if (chosen === 'needsKey') await vscode.commands.executeCommand(commands.setApiKey);
    else if (chosen === 'needsClaudeCode')
      await sayMissing(vscode.l10n.t('Claude Code is not installed on this machine.'), installClaudeCode);
    else if (chosen === 'needsModel')
      await sayMissing(vscode.l10n.t('The editor has no language model yet.'), searchModels);
  }),
  vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration('ratchet')) void reopen(context);
  }),
];

const installClaudeCode = {
  title: vscode.l10n.t('How to Install'),
  run: async () => await vscode.env.openExternal(vscode.Uri.parse('https://code.claude.com/docs')),
};

const searchModels = {
  title: vscode.l10n.t('Find Extensions'),
  run: async () => await vscode.commands.executeCommand('workbench.extensions.search', '@category:"ai"'),
};

/** The choice is kept; what it lacks is said, with the next step and the way back. */
async function sayMissing(message: string, next: { title: string; run: () => Promise<unknown> }): Promise<void> {
  const other = vscode.l10n.t('Choose Another');
  const picked = await vscode.window.showWarningMessage(message, next.title, other);
  if (picked === next.title) await next.run();
  if (picked === other) await vscode.commands.executeCommand(commands.choosePolicy);
}

/** The next use makes a host with the new choice; one that executes a run keeps its own until the run ends. */
async function reopen({ supervisor }: FeatureContext): Promise<void> {
  const { active } = supervisor;
  if (
    active === undefined ||
    active.runs.some(({ status, interrupted }) => !interrupted && (status === 'running' || status === 'waiting'))
  )
    return;
  const { folder } = active;
  await supervisor.close(active);
  if (vscode.workspace.isTrusted) await supervisor.open(folder);
}
