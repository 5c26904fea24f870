// Findings as problems: one collection a gate, so that the source of each names its gate and can be filtered by it.
import * as vscode from 'vscode';
import type { Finding, GateName } from '../../protocol/verdict.ts';
import { type Findings, rangeOf } from './findings.ts';

export const problemSource = (gate: GateName): string => `ratchet (${gate})`;

export class Problems {
  readonly #findings: Findings;
  readonly #collections = new Map<GateName, vscode.DiagnosticCollection>();

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  register(): vscode.Disposable[] {
    return [this, this.#findings.onDidChange((uri) => this.#publish(uri))];
  }

  dispose(): void {
    for (const collection of this.#collections.values()) collection.dispose();
  }

  #publish(only: vscode.Uri | undefined): void {
    if (only === undefined) for (const collection of this.#collections.values()) collection.clear();
    for (const uri of only === undefined ? this.#findings.uris : [only]) {
      const findings = this.#findings.of(uri);
      const gates = new Set(findings.map((finding) => finding.gate));
      // What stays is set anew and never taken away before: it must not flicker while a person types.
      for (const [gate, collection] of this.#collections) if (!gates.has(gate)) collection.delete(uri);
      for (const gate of gates)
        this.#collectionOf(gate).set(uri, findings.filter((finding) => finding.gate === gate).map(diagnosticOf));
    }
  }

  #collectionOf(gate: GateName): vscode.DiagnosticCollection {
    const known = this.#collections.get(gate) ?? vscode.languages.createDiagnosticCollection(`ratchet.${gate}`);
    this.#collections.set(gate, known);
    return known;
  }
}

function diagnosticOf(finding: Finding): vscode.Diagnostic {
  const severities = {
    error: vscode.DiagnosticSeverity.Error,
    warning: vscode.DiagnosticSeverity.Warning,
    info: vscode.DiagnosticSeverity.Information,
  };
  const diagnostic = new vscode.Diagnostic(rangeOf(finding), finding.message, severities[finding.severity]);
  diagnostic.source = problemSource(finding.gate);
  diagnostic.code = finding.rule;
  return diagnostic;
}
