// Who proposes: the choice of the policy and the key, which lives in the editor's secret storage and nowhere else.
import * as vscode from 'vscode';
import { command, type Feature, type FeatureContext } from './feature.ts';
import { apiKeySecret, commands } from './ids.ts';

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
    const settings = vscode.workspace.getConfiguration('ratchet');
    const items = [
      {
        value: 'repository',
        label: vscode.l10n.t('As the repository says'),
        description: 'policy in .ratchet/config.yml',
      },
      { value: 'claude', label: 'Claude', description: vscode.l10n.t('the Anthropic API, with your key') },
    ];
    const current = settings.get<string>('policy');
    const picked = await vscode.window.showQuickPick(
      items.map((item) => ({ ...item, label: `${item.value === current ? '$(check) ' : ''}${item.label}` })),
      { title: vscode.l10n.t('Ratchet: Choose Policy'), placeHolder: context.supervisor.active?.host.policyName ?? '' },
    );
    if (picked === undefined) return;
    await settings.update('policy', picked.value, vscode.ConfigurationTarget.Global);
    await reopen(context);
    const hasKey =
      (await context.extension.secrets.get(apiKeySecret)) !== undefined || process.env.ANTHROPIC_API_KEY !== undefined;
    if (picked.value === 'claude' && !hasKey) await vscode.commands.executeCommand(commands.setApiKey);
  }),
  vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration('ratchet')) void reopen(context);
  }),
];

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
