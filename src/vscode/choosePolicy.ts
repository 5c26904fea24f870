// Asks a person who proposes, and says for each door what it needs and whether that is there. A bundle of its own, loaded
// when the command is run; it stores the choice and starts nothing.
import * as vscode from 'vscode';
import { findClaudeCode } from '../host/findClaudeCode.ts';
import { apiKeySecret } from './ids.ts';

/** What was chosen and what it still lacks; undefined when the person turned away. */
export type Chosen = 'ready' | 'needsKey' | 'needsClaudeCode' | 'needsModel' | undefined;

interface Door extends vscode.QuickPickItem {
  readonly value: string;
  readonly lacks: Exclude<Chosen, undefined>;
}

/** `now` is the policy that is in use, in words. */
export async function choosePolicy(secrets: vscode.SecretStorage, now: string): Promise<Chosen> {
  const settings = vscode.workspace.getConfiguration('ratchet');
  const current = settings.get<string>('policy');
  const doors = await doorsFor(secrets);
  const picked = await vscode.window.showQuickPick(
    doors.map((door) => ({ ...door, label: `${door.value === current ? '$(check) ' : ''}${door.label}` })),
    { title: vscode.l10n.t('Ratchet: Choose Policy'), placeHolder: now },
  );
  if (picked === undefined) return undefined;
  // A model of one door is none of another.
  if (picked.value !== current && settings.inspect<string>('model')?.globalValue !== undefined)
    await settings.update('model', undefined, vscode.ConfigurationTarget.Global);
  await settings.update('policy', picked.value, vscode.ConfigurationTarget.Global);
  return picked.lacks;
}

async function doorsFor(secrets: vscode.SecretStorage): Promise<Door[]> {
  const key = (await secrets.get(apiKeySecret)) ?? process.env.ANTHROPIC_API_KEY ?? '';
  const program = findClaudeCode();
  const models = await vscode.lm.selectChatModels();
  const names = models.slice(0, 4).map(({ name }) => name);
  return [
    {
      value: 'repository',
      label: vscode.l10n.t('As the repository says'),
      description: 'policy in .ratchet/config.yml',
      lacks: 'ready',
    },
    {
      value: 'claude',
      label: 'Claude',
      description: vscode.l10n.t('the Anthropic API, with your key'),
      detail:
        key === ''
          ? vscode.l10n.t('No key is set yet: you are asked for it next.')
          : vscode.l10n.t('A key is set. The prompt cache, thinking and costs are all in your hands.'),
      lacks: key === '' ? 'needsKey' : 'ready',
    },
    {
      value: 'claudeCode',
      label: 'Claude Code',
      description: vscode.l10n.t('the one on this machine, with your subscription'),
      detail:
        program === undefined
          ? vscode.l10n.t('Not installed: there is no program named claude on the PATH or in ~/.local/bin.')
          : vscode.l10n.t('Found at {0}. Its own tools are off; only the gym acts.', program),
      lacks: program === undefined ? 'needsClaudeCode' : 'ready',
    },
    {
      value: 'languageModel',
      label: vscode.l10n.t('A model of the editor'),
      description: vscode.l10n.t('such as the ones of GitHub Copilot'),
      detail:
        models.length === 0
          ? vscode.l10n.t('There is none: install an extension that brings one, and sign in.')
          : vscode.l10n.t('Found: {0}. The editor may ask you for consent.', names.join(', ')),
      lacks: models.length === 0 ? 'needsModel' : 'ready',
    },
  ];
}
