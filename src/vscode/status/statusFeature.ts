// Gate status at a glance: one status bar item, and publish-only test runs.
import * as vscode from 'vscode';
import type { Verdict } from '../../protocol/verdict.ts';
import type { Feature, FeatureContext } from '../feature.ts';
import { commands, contexts } from '../ids.ts';
import { latestVerdicts, shownFindings } from '../inline/findings.ts';
import type { Repository } from '../supervisor.ts';
import { gateLines, statusText } from './statusText.ts';

export const statusFeature: Feature = (context) => {
  const item = vscode.window.createStatusBarItem('ratchet.status', vscode.StatusBarAlignment.Left, 10);
  item.name = 'Ratchet';
  const tests = new GateTests();
  const update = (repository: Repository | undefined) => {
    updateItem(item, repository);
    updateContexts(repository);
    if (repository !== undefined) {
      const judged = latestVerdicts(repository);
      if (judged !== undefined) tests.publish(repository, judged.key, judged.verdicts);
    }
  };
  update(undefined);
  item.show();
  return [item, tests, context.supervisor.onDidChange((repository) => update(latest(context, repository)))];
};

const latest = ({ supervisor }: FeatureContext, changed: Repository): Repository => supervisor.active ?? changed;

function updateItem(item: vscode.StatusBarItem, repository: Repository | undefined): void {
  const { text, kind, next } = statusText(repository?.view, repository?.check?.verdicts);
  item.text = text.replace('$(ratchet-icon)', '$(gear)');
  item.backgroundColor = kind === 'plain' ? undefined : new vscode.ThemeColor(`statusBarItem.${kind}Background`);
  const byNext = {
    panel: commands.showPanel,
    plan: commands.editPlan,
    review: commands.openReview,
    resume: commands.resumeRun,
    continue: commands.continueRun,
    extend: commands.extendBudget,
  };
  item.command = byNext[next];
  const tooltip = new vscode.MarkdownString('', true);
  tooltip.appendMarkdown('**Ratchet**\n\n');
  if (repository?.view !== undefined) tooltip.appendText(`${repository.view.title}\n\n`);
  const verdicts = repository === undefined ? undefined : latestVerdicts(repository)?.verdicts;
  for (const line of gateLines(verdicts ?? [])) tooltip.appendMarkdown(`${line}\n\n`);
  if (repository !== undefined) tooltip.appendText(`Policy: ${repository.host.policyName}`);
  item.tooltip = tooltip;
  item.accessibilityInformation = { label: text.replace(/\$\([^)]*\)\s*/g, ''), role: 'button' };
}

function updateContexts(repository: Repository | undefined): void {
  const view = repository?.view;
  const set = (key: string, value: boolean) => void vscode.commands.executeCommand('setContext', key, value);
  set(contexts.isReviewing, view?.waitingFor === 'review');
  set(contexts.isWaitingForPlan, view?.waitingFor === 'planApproval');
  set(contexts.isRunning, view !== undefined && view.endedAt === null);
  set(contexts.isPaused, view?.isPaused === true && view.endedAt === null);
  set(contexts.isOutOfBudget, view?.failure?.reason === 'budgetExceeded');
}

/** Publish-only: results are shown in the Test Explorer, which cannot start them. */
class GateTests {
  readonly #controller = vscode.tests.createTestController('ratchet.gates', vscode.l10n.t('Ratchet gates'));
  #published = '';

  publish({ host }: Repository, key: string, verdicts: readonly Verdict[]): void {
    if (key === this.#published) return;
    this.#published = key;
    const items = verdicts.map((verdict) => this.#itemOf(host.root, verdict));
    this.#controller.items.replace(items);
    const run = this.#controller.createTestRun(new vscode.TestRunRequest(items), vscode.l10n.t('Ratchet gates'), false);
    verdicts.forEach((verdict, index) => {
      const item = items[index];
      if (item === undefined) return;
      for (const [, child] of item.children) run.failed(child, new vscode.TestMessage(child.label));
      if (verdict.status === 'passed') run.passed(item, verdict.durationMs);
      else if (verdict.status === 'unproven') run.skipped(item);
      else if (verdict.status === 'errored')
        run.errored(item, new vscode.TestMessage(verdict.summary), verdict.durationMs);
      else run.failed(item, new vscode.TestMessage(verdict.summary), verdict.durationMs);
      run.appendOutput(`${verdict.gate}: ${verdict.status}. ${verdict.summary}\r\n`);
    });
    run.end();
  }

  dispose(): void {
    this.#controller.dispose();
  }

  #itemOf(root: string, verdict: Verdict): vscode.TestItem {
    const { gate, summary, status } = verdict;
    const item = this.#controller.createTestItem(gate, gate);
    item.description = status === 'unproven' ? vscode.l10n.t('unproven: {0}', summary) : summary;
    shownFindings(verdict).forEach((finding, index) => {
      const uri = finding.path === undefined ? undefined : vscode.Uri.joinPath(vscode.Uri.file(root), finding.path);
      const label = finding.message.split('\n')[0] ?? finding.rule;
      const child = this.#controller.createTestItem(`${gate} ${index}`, label, uri);
      if (finding.range !== undefined)
        child.range = new vscode.Range(finding.range.startLine - 1, 0, finding.range.endLine - 1, 0);
      item.children.add(child);
    });
    return item;
  }
}
