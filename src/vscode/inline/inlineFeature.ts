// Gates where the code is: problems, badges, lenses and actions, all of the same findings.
import * as vscode from 'vscode';
import { command, type Feature, type FeatureContext, requireRepository, succeeded } from '../feature.ts';
import { commands } from '../ids.ts';
import { withCancel } from '../progress.ts';
import { FailingTestLenses } from './failingTestLenses.ts';
import { FileBadges } from './fileBadges.ts';
import { canBeAccepted, FindingActions } from './findingActions.ts';
import { Findings } from './findings.ts';
import { GateLenses } from './gateLenses.ts';
import { LiveDiagnostics } from './liveDiagnostics.ts';
import { Problems } from './problems.ts';

export const inlineFeature: Feature = (context) => {
  const findings = new Findings();
  const { supervisor } = context;
  return [
    findings,
    ...new Problems(findings).register(),
    ...new FileBadges(findings, supervisor).register(),
    ...new GateLenses(findings).register(),
    ...new FailingTestLenses(findings).register(),
    ...new FindingActions(findings).register(),
    ...new LiveDiagnostics(context, findings).register(),
    supervisor.onDidChange((changed) => findings.update(supervisor.active ?? changed)),
    command(context, commands.acceptFinding, async (given) => await accept(context, findings, given)),
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

async function accept(context: FeatureContext, findings: Findings, given: unknown): Promise<void> {
  const repository = await requireRepository(context, false);
  const fingerprint = typeof given === 'string' ? given : await pickFinding(findings);
  if (repository === undefined || fingerprint === undefined) return;
  const title = vscode.l10n.t('Ratchet: Accept Finding');
  const reason = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('Why is this right? It is written into .ratchet/accepted.jsonl, for everybody to read.'),
    ignoreFocusOut: true,
    validateInput: (text) =>
      text.trim().length < 10 ? vscode.l10n.t('Say it in at least ten characters.') : undefined,
  });
  if (reason === undefined) return;
  const accepted = await withCancel(title, async (signal, onProgress) =>
    repository.host.acceptFinding(fingerprint, reason, { base: undefined, signal, onProgress }),
  );
  if (accepted === undefined || !(await succeeded(accepted))) return;
  await vscode.commands.executeCommand(commands.checkGates);
}

async function pickFinding(findings: Findings): Promise<string | undefined> {
  const items = findings.all.filter(canBeAccepted).map(({ message, rule, path, fingerprint }) => ({
    label: message.split('\n')[0] ?? rule,
    description: rule,
    ...(path === undefined ? {} : { detail: path }),
    fingerprint,
  }));
  const title = vscode.l10n.t('Ratchet: Accept Finding');
  if (items.length > 0) return (await vscode.window.showQuickPick(items, { title }))?.fingerprint;
  await vscode.window.showInformationMessage(vscode.l10n.t('No gate has found anything that could be accepted.'));
  return undefined;
}

async function pickRule(rules: readonly string[]): Promise<string | undefined> {
  if (rules.length > 0)
    return await vscode.window.showQuickPick(rules, { title: vscode.l10n.t('Ratchet: Explain Rule') });
  await vscode.window.showInformationMessage(vscode.l10n.t('No gate has found anything. Check Gates looks again.'));
  return undefined;
}
