// A lens on each changed function with what the gates say of it, as long as the text is the one that was judged.
import * as vscode from 'vscode';
import { commands } from '../ids.ts';
import { type Findings, rangeOf } from './findings.ts';

const functionLike = new Set([
  vscode.SymbolKind.Function,
  vscode.SymbolKind.Method,
  vscode.SymbolKind.Constructor,
  vscode.SymbolKind.Class,
  vscode.SymbolKind.Interface,
  vscode.SymbolKind.Struct,
]);

export class GateLenses implements vscode.CodeLensProvider {
  readonly #findings: Findings;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;
  /** Files whose text is no longer what was judged. */
  readonly #edited = new Set<string>();

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  register(): vscode.Disposable[] {
    return [
      this.#changed,
      vscode.languages.registerCodeLensProvider({ scheme: 'file' }, this),
      this.#findings.onDidChange((uri) => {
        if (uri === undefined) this.#edited.clear();
        this.#changed.fire();
      }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.#edited.add(document.uri.toString());
      }),
    ];
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const path = this.#findings.pathOf(document.uri);
    const ranges = this.#findings.judged?.changes.find((change) => change.path === path)?.ranges ?? [];
    if (ranges.length === 0 || this.#edited.has(document.uri.toString()) || !isWanted(document)) return [];
    const changed = ranges.map(({ startLine, endLine }) => new vscode.Range(startLine - 1, 0, endLine - 1, 1));
    const functions = (await functionsOf(document)).filter((range) =>
      changed.some((change) => change.intersection(range) !== undefined),
    );
    // A file of a language without symbols, or a change outside of any function, has one lens at the change.
    const [first] = changed;
    const places = functions.length > 0 ? functions : first === undefined ? [] : [first];
    return places.map((place) => this.#lensAt(place, document));
  }

  #lensAt(place: vscode.Range, document: vscode.TextDocument): vscode.CodeLens {
    const line = Math.min(place.start.line, Math.max(0, document.lineCount - 1));
    const range = new vscode.Range(line, 0, line, 0);
    const own = this.#findings.of(document.uri).filter((finding) => place.intersection(rangeOf(finding)) !== undefined);
    const verdicts = this.#findings.judged?.verdicts ?? [];
    if (own.length > 0) {
      const gates = [...new Set(own.map(({ gate }) => gate))].join(', ');
      const title = own.length === 1 ? vscode.l10n.t('1 finding') : vscode.l10n.t('{0} findings', own.length);
      return new vscode.CodeLens(range, {
        title: `$(error) ${title}: ${gates}`,
        tooltip: own.map(({ message }) => message.split('\n')[0]).join('\n'),
        command: 'workbench.actions.view.problems',
      });
    }
    const icons = { passed: 'pass', failed: 'error', unproven: 'question', errored: 'warning' } as const;
    const title = verdicts.map(({ gate, status }) => `$(${icons[status]}) ${gate}`).join('  ');
    return new vscode.CodeLens(range, {
      title,
      tooltip: verdicts.map(({ gate, status, summary }) => `${gate} ${status}: ${summary}`).join('\n'),
      command: commands.showPanel,
    });
  }
}

const isWanted = (document: vscode.TextDocument): boolean =>
  vscode.workspace.getConfiguration('ratchet', document.uri).get<boolean>('gateLenses') !== false;

/** The innermost functions and types of a document, as its language's own extension knows them. */
async function functionsOf(document: vscode.TextDocument): Promise<vscode.Range[]> {
  const found: vscode.DocumentSymbol[] | undefined = await vscode.commands.executeCommand(
    'vscode.executeDocumentSymbolProvider',
    document.uri,
  );
  const ranges: vscode.Range[] = [];
  const visit = (symbols: readonly vscode.DocumentSymbol[]): boolean => {
    let any = false;
    for (const { kind, range, children } of symbols) {
      const hasInner = visit(children ?? []);
      const isOwn = functionLike.has(kind) && !hasInner;
      if (isOwn) ranges.push(range);
      any ||= isOwn || hasInner;
    }
    return any;
  };
  visit(found ?? []);
  return ranges;
}
