// "Investigate" above each test that fails in the working copy, as the gates saw it last.
import * as vscode from 'vscode';
import { commands } from '../ids.ts';
import { failingTestOf, lineOfTest, symptomOfTest } from '../investigate/symptoms.ts';
import type { Findings } from './findings.ts';

export class FailingTestLenses implements vscode.CodeLensProvider {
  readonly #findings: Findings;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  register(): vscode.Disposable[] {
    return [
      this.#changed,
      vscode.languages.registerCodeLensProvider({ scheme: 'file' }, this),
      this.#findings.onDidChange(() => this.#changed.fire()),
    ];
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    // A test that fails in a proposal need not fail in the files that a person has.
    if (this.#findings.judged?.isOfWorkingCopy !== true) return [];
    return this.#findings.of(document.uri).flatMap((finding) => {
      const test = failingTestOf(finding);
      const line = test === undefined ? undefined : lineOfTest(test, document.getText(), document.isDirty);
      if (test === undefined || line === undefined) return [];
      return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
        title: vscode.l10n.t('$(search-fuzzy) Investigate'),
        tooltip: vscode.l10n.t('Since which commit and by which lines {0} fails', test.name),
        command: commands.investigateFile,
        arguments: [document.uri, symptomOfTest(test)],
      });
    });
  }
}
