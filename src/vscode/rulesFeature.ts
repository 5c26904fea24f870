// Rule History: how the rules fared in every commit, with progress and cancel; drawn by the panel.
import * as vscode from 'vscode';
import { command, type Feature, requireRepository, succeeded } from './feature.ts';
import { commands } from './ids.ts';
import { withCancel } from './progress.ts';

/** The newest commits that are judged; the CLI takes any number. */
const mostCommits = 10_000;

export const rulesFeature: Feature = (context) => [
  command(context, commands.showRuleHistory, async () => {
    const repository = await requireRepository(context, true);
    if (repository === undefined) return;
    const judged = await withCancel(vscode.l10n.t('Ratchet: Rule History'), async (signal) =>
      repository.host.invariants.history({ rule: undefined, limit: mostCommits }, signal),
    );
    if (judged === undefined || !(await succeeded(judged)) || !judged.ok) return;
    context.supervisor.setRuleHistory(repository, judged.value);
    await vscode.commands.executeCommand(commands.openPanelInEditor, 'rules');
  }),
];
