// Gates where the code is: problems, badges, lenses and actions, all of the same findings.
import * as vscode from 'vscode';
import { command, type Feature, requireRepository, succeeded } from '../feature.ts';
import { commands } from '../ids.ts';
import { FileBadges } from './fileBadges.ts';
import { FindingActions } from './findingActions.ts';
import { Findings } from './findings.ts';
import { GateLenses } from './gateLenses.ts';
import { Problems } from './problems.ts';

export const inlineFeature: Feature = (context) => {
  const findings = new Findings();
  const { supervisor } = context;
  return [
    findings,
    ...new Problems(findings).register(),
    ...new FileBadges(findings, supervisor).register(),
    ...new GateLenses(findings).register(),
    ...new FindingActions(findings).register(),
    supervisor.onDidChange((changed) => findings.update(supervisor.active ?? changed)),
    command(context, commands.explainRule, async (given) => {
      const repository = await requireRepository(context, false);
      const rules = findings.judged?.verdicts.flatMap((verdict) => verdict.findings.map(({ rule }) => rule)) ?? [];
      const rule = typeof given === 'string' ? given : await pickRule([...new Set(rules)].sort());
      if (repository === undefined || rule === undefined) return;
      const explained = await repository.host.explainRule(rule);
      if (!(await succeeded(explained)) || !explained.ok) return;
      const { text, path, line } = explained.value;
      const show = vscode.l10n.t('Show Rule');
      const buttons = path === null ? [] : [show];
      const picked = await vscode.window.showInformationMessage(rule, { modal: true, detail: text }, ...buttons);
      if (picked !== show || path === null) return;
      const at = new vscode.Position(Math.max(0, (line ?? 1) - 1), 0);
      const uri = vscode.Uri.joinPath(vscode.Uri.file(repository.host.root), path);
      await vscode.window.showTextDocument(uri, { selection: new vscode.Range(at, at) });
    }),
  ];
};

async function pickRule(rules: readonly string[]): Promise<string | undefined> {
  if (rules.length > 0)
    return await vscode.window.showQuickPick(rules, { title: vscode.l10n.t('Ratchet: Explain Rule') });
  await vscode.window.showInformationMessage(vscode.l10n.t('No gate has found anything. Check Gates looks again.'));
  return undefined;
}
