// What can be done about a finding, at the finding: read why its rule is there, look for its cause, or have the repair planned.
import * as vscode from 'vscode';
import type { Finding } from '../../protocol/verdict.ts';
import { commands } from '../ids.ts';
import { symptomOf } from '../investigate/symptoms.ts';
import { type Findings, rangeOf } from './findings.ts';

export class FindingActions implements vscode.CodeActionProvider {
  readonly #findings: Findings;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  register(): vscode.Disposable[] {
    const providedCodeActionKinds = [vscode.CodeActionKind.QuickFix];
    return [vscode.languages.registerCodeActionsProvider({ scheme: 'file' }, this, { providedCodeActionKinds })];
  }

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    return this.#findings
      .of(document.uri)
      .filter((finding) => rangeOf(finding).intersection(range) !== undefined)
      .flatMap((finding) => [
        ...fixOf(finding, document, diagnosticsOf(finding, diagnostics)),
        ...actionsFor(finding, document, diagnosticsOf(finding, diagnostics)),
      ]);
  }
}

const diagnosticsOf = ({ rule, message }: Finding, all: readonly vscode.Diagnostic[]): vscode.Diagnostic[] =>
  all.filter((diagnostic) => diagnostic.code === rule && diagnostic.message === message);

/** The rule's own replacement, while the text is still the one it was made for. */
function fixOf(finding: Finding, document: vscode.TextDocument, diagnostics: vscode.Diagnostic[]): vscode.CodeAction[] {
  const { fix, evidence, rule } = finding;
  const range = rangeOf(finding);
  if (fix === undefined || document.getText(range) !== evidence) return [];
  const made = new vscode.CodeAction(vscode.l10n.t('Ratchet: mend as {0} says', rule), vscode.CodeActionKind.QuickFix);
  made.diagnostics = diagnostics;
  made.edit = new vscode.WorkspaceEdit();
  made.edit.replace(document.uri, range, fix);
  return [made];
}

function actionsFor(
  finding: Finding,
  document: vscode.TextDocument,
  diagnostics: vscode.Diagnostic[],
): vscode.CodeAction[] {
  const symptom = symptomOf(finding);
  const action = (title: string, command: string, ...args: unknown[]): vscode.CodeAction => {
    const made = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    made.diagnostics = diagnostics;
    made.command = { title, command, arguments: args };
    return made;
  };
  return [
    action(vscode.l10n.t('Ratchet: why is there {0}?', finding.rule), commands.explainRule, finding.rule),
    ...(symptom === undefined
      ? []
      : [
          action(
            vscode.l10n.t('Ratchet: investigate {0}', finding.test ?? finding.rule),
            commands.investigateFile,
            document.uri,
            symptom,
          ),
        ]),
    action(vscode.l10n.t('Ratchet: plan the repair'), commands.planFeature, repairOf(finding)),
    ...(canBeAccepted(finding)
      ? [action(vscode.l10n.t('Ratchet: accept with a reason...'), commands.acceptFinding, finding.fingerprint)]
      : []),
  ];
}

/** What fails a gate whose findings can be right all the same. */
export const canBeAccepted = ({ gate, severity, fingerprint }: Finding): boolean =>
  gate === 'integrity' && severity === 'error' && fingerprint !== undefined;

function repairOf({ rule, message, path, range }: Finding): string {
  const place = path === undefined ? '' : ` in ${path}${range === undefined ? '' : `, line ${range.startLine}`}`;
  return `Repair ${rule}${place}: ${message.split('\n')[0] ?? ''}`;
}
