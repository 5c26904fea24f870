// A badge in the explorer and on tabs for each file that a gate found something in, or where hunks wait for a person.
import * as vscode from 'vscode';
import type { Supervisor } from '../supervisor.ts';
import type { Findings } from './findings.ts';

export class FileBadges implements vscode.FileDecorationProvider {
  readonly #findings: Findings;
  readonly #supervisor: Supervisor;
  readonly #changed = new vscode.EventEmitter<vscode.Uri | undefined>();
  readonly onDidChangeFileDecorations = this.#changed.event;
  #shown = '';

  constructor(findings: Findings, supervisor: Supervisor) {
    this.#findings = findings;
    this.#supervisor = supervisor;
  }

  register(): vscode.Disposable[] {
    const refresh = () => {
      // A run's view changes many times a second, and what a badge says seldom does.
      const shown = JSON.stringify([this.#findings.judged?.key, [...this.#waiting()]]);
      if (shown === this.#shown) return;
      this.#shown = shown;
      this.#changed.fire(undefined);
    };
    return [
      this.#changed,
      vscode.window.registerFileDecorationProvider(this),
      this.#findings.onDidChange((uri) => (uri === undefined ? refresh() : this.#changed.fire(uri))),
      this.#supervisor.onDidChange(refresh),
    ];
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    const path = this.#findings.pathOf(uri);
    if (path === undefined) return undefined;
    const waiting = this.#waiting().get(path) ?? 0;
    const findings = this.#findings.of(uri);
    const errors = findings.filter(({ severity }) => severity === 'error');
    const [most = findings[0]] = errors;
    if (waiting > 0)
      return new vscode.FileDecoration(
        'R',
        waiting === 1
          ? vscode.l10n.t('Ratchet: 1 hunk waits for you')
          : vscode.l10n.t('Ratchet: {0} hunks wait for you', waiting),
        new vscode.ThemeColor('gitDecoration.modifiedResourceForeground'),
      );
    if (most === undefined) return undefined;
    const more = findings.length === 1 ? '' : vscode.l10n.t(' (and {0} more)', findings.length - 1);
    return new vscode.FileDecoration(
      errors.length > 0 ? 'R!' : 'R?',
      vscode.l10n.t('Ratchet, {0}: {1}', most.gate, `${most.message.split('\n')[0] ?? ''}${more}`),
      new vscode.ThemeColor(errors.length > 0 ? 'list.errorForeground' : 'list.warningForeground'),
    );
  }

  /** Open hunks by file. */
  #waiting(): Map<string, number> {
    const counts = new Map<string, number>();
    const view = this.#supervisor.active?.view;
    if (view?.waitingFor !== 'review') return counts;
    for (const { path, hunks } of view.proposal?.files ?? []) {
      const open = hunks.filter(({ id }) => view.hunks[id] === 'pending' || view.hunks[id] === 'stale').length;
      if (open > 0) counts.set(path, open);
    }
    return counts;
  }
}
