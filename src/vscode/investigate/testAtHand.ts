// The failing test that a person means: the item of the Test Explorer, the one at the cursor, or the one they pick.
import * as vscode from 'vscode';
import { type FeatureContext, requireRepository } from '../feature.ts';
import { commands } from '../ids.ts';
import { latestVerdicts, shownFindings } from '../inline/findings.ts';
import type { Repository } from '../supervisor.ts';
import { investigateFile } from './startInvestigation.ts';
import { type FailingTest, failingTestOf, failingTests, lineOfTest, symptomOfTest } from './symptoms.ts';

/** @param item an item of the Test Explorer, or nothing */
export async function investigateTest(context: FeatureContext, item: unknown): Promise<void> {
  const repository = await requireRepository(context, false);
  if (repository === undefined) return;
  const test = testOfItem(repository, item) ?? testAtCursor(repository) ?? (await pickTest(repository));
  if (test !== undefined) await investigateFile(context, { repository, file: test.path }, symptomOfTest(test));
}

/** Items are known by their gate and number, as they were published. */
function testOfItem(repository: Repository, item: unknown): FailingTest | undefined {
  if (typeof item !== 'object' || item === null || !('id' in item) || typeof item.id !== 'string') return undefined;
  const number = /^tests (\d+)$/.exec(item.id)?.[1];
  const verdict = latestVerdicts(repository)?.verdicts.find(({ gate }) => gate === 'tests');
  const finding = verdict === undefined ? undefined : shownFindings(verdict)[Number(number)];
  return finding === undefined ? undefined : failingTestOf(finding);
}

/** The last one that begins above the cursor. */
function testAtCursor(repository: Repository): FailingTest | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || editor.document.uri.scheme !== 'file') return undefined;
  const { document, selection } = editor;
  return failingTests(latestVerdicts(repository)?.verdicts ?? [])
    .filter(({ path }) => vscode.Uri.joinPath(vscode.Uri.file(repository.host.root), path).path === document.uri.path)
    .flatMap((test) => {
      const line = lineOfTest(test, document.getText(), document.isDirty);
      return line === undefined || line > selection.active.line ? [] : [{ test, line }];
    })
    .sort((a, b) => b.line - a.line)[0]?.test;
}

async function pickTest(repository: Repository): Promise<FailingTest | undefined> {
  const items = failingTests(latestVerdicts(repository)?.verdicts ?? []).map((test) => ({
    label: `$(error) ${test.name}`,
    description: test.path,
    test,
  }));
  const title = vscode.l10n.t('Ratchet: Investigate Failing Test');
  if (items.length > 0) return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.test;
  const check = vscode.l10n.t('Check Gates');
  const message = vscode.l10n.t('No test is known to fail. Check Gates runs them.');
  if ((await vscode.window.showInformationMessage(message, check)) === check)
    await vscode.commands.executeCommand(commands.checkGates);
  return undefined;
}
