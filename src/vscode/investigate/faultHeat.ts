// Heat on the lines that a failing test points at, in the files that are open, for the investigation that is looked at. It changes
// no file; it goes by its command, with another run, and where edits have left too little of it.
import * as vscode from 'vscode';
import type { RunView } from '../../protocol/run.ts';
import type { Repository, Supervisor } from '../supervisor.ts';
import { relativePath } from '../workspace.ts';
import { afterEdit, type HeatSpan, heatOf, isBeyondUse } from './heatModel.ts';

const colors = ['ratchet.faultHeatWarm', 'ratchet.faultHeatHot', 'ratchet.faultHeatHottest'];
/** Suspects that are named beside the code: the colour alone would not say which is first. */
const maxNotes = 3;

interface OfFile {
  readonly before: readonly HeatSpan[];
  spans: readonly HeatSpan[];
}

export class FaultHeat {
  readonly #supervisor: Supervisor;
  readonly #levels = colors.map((name) =>
    vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      backgroundColor: new vscode.ThemeColor(name),
      overviewRulerColor: new vscode.ThemeColor(name),
      overviewRulerLane: vscode.OverviewRulerLane.Center,
    }),
  );
  readonly #note = vscode.window.createTextEditorDecorationType({
    after: { color: new vscode.ThemeColor('editorCodeLens.foreground'), margin: '0 0 0 2em', fontStyle: 'italic' },
  });
  /** The run whose heat is shown, and what is left of it in each file; a file without an entry was not drawn yet. */
  #runId = '';
  readonly #files = new Map<string, OfFile>();
  readonly #cleared = new Set<string>();

  constructor(supervisor: Supervisor) {
    this.#supervisor = supervisor;
  }

  register(): vscode.Disposable[] {
    const draw = () => void this.#draw();
    return [
      ...this.#levels,
      this.#note,
      this.#supervisor.onDidChange(draw),
      vscode.window.onDidChangeVisibleTextEditors(draw),
      vscode.workspace.onDidChangeTextDocument((event) => this.#edited(event)),
    ];
  }

  /** False when there was none. */
  clear(): boolean {
    const isShown = [...this.#files.values()].some(({ spans }) => spans.length > 0);
    this.#cleared.add(this.#runId);
    this.#files.clear();
    void this.#draw();
    return isShown;
  }

  async #draw(): Promise<void> {
    const repository = this.#supervisor.active;
    const view = repository?.view;
    if (this.#runId !== (view?.runId ?? '')) {
      this.#files.clear();
      this.#runId = view?.runId ?? '';
    }
    for (const editor of vscode.window.visibleTextEditors) {
      const file =
        repository === undefined || view === undefined ? undefined : await this.#fileOf(editor, repository, view);
      this.#show(editor, file?.spans ?? []);
    }
  }

  async #fileOf(editor: vscode.TextEditor, repository: Repository, view: RunView): Promise<OfFile | undefined> {
    const { uri } = editor.document;
    const suspects = view.investigation?.outcome?.ranking.suspects ?? [];
    const path = relativePath(repository.host.root, uri);
    if (suspects.length === 0 || path === undefined || this.#cleared.has(view.runId)) return undefined;
    const key = uri.toString();
    const known = this.#files.get(key);
    if (known !== undefined) return known;
    const spans = heatOf(suspects, path);
    // What was written since the run began has other lines, and nothing tells which.
    const isOld = spans.length > 0 && (editor.document.isDirty || (await changedSince(uri, view.startedAt)));
    const file = { before: spans, spans: isOld ? [] : spans };
    this.#files.set(key, file);
    return file;
  }

  #edited({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const file = this.#files.get(document.uri.toString());
    if (file === undefined || file.spans.length === 0 || contentChanges.length === 0) return;
    // From the end to the beginning, so that no change moves the lines of another.
    for (const { range, text } of [...contentChanges].sort((a, b) => b.range.start.compareTo(a.range.start)))
      file.spans = afterEdit(file.spans, {
        startLine: range.start.line + 1,
        endLine: range.end.line + 1,
        lines: text.split('\n').length,
      });
    if (isBeyondUse(file.spans, file.before)) file.spans = [];
    for (const editor of vscode.window.visibleTextEditors)
      if (editor.document === document) this.#show(editor, file.spans);
  }

  #show(editor: vscode.TextEditor, spans: readonly HeatSpan[]): void {
    const last = editor.document.lineCount - 1;
    for (const [level, decoration] of this.#levels.entries())
      editor.setDecorations(
        decoration,
        spans
          .filter((span) => span.level === level && span.startLine - 1 <= last)
          .map((span) => ({
            range: new vscode.Range(span.startLine - 1, 0, Math.min(span.endLine - 1, last), 0),
            hoverMessage: hoverOf(span),
          })),
      );
    const firsts = new Map<number, HeatSpan>();
    for (const span of spans)
      if (span.place <= maxNotes && span.startLine - 1 <= last && !firsts.has(span.place)) firsts.set(span.place, span);
    editor.setDecorations(
      this.#note,
      [...firsts.values()].map((span) => {
        const { end } = editor.document.lineAt(span.startLine - 1).range;
        const contentText = vscode.l10n.t('← suspect {0}: {1}', span.place, span.suspect.function);
        return { range: new vscode.Range(end, end), renderOptions: { after: { contentText } } };
      }),
    );
  }
}

function hoverOf({ suspect, place }: HeatSpan): vscode.MarkdownString {
  const title = vscode.l10n.t('Ratchet: suspect {0}, score {1}', place, suspect.score.toFixed(2));
  const text = new vscode.MarkdownString();
  text.appendMarkdown('**').appendText(title).appendMarkdown('**\n\n');
  for (const why of suspect.why) text.appendMarkdown('- ').appendText(why).appendMarkdown('\n');
  return text;
}

async function changedSince(uri: vscode.Uri, at: number): Promise<boolean> {
  try {
    return (await vscode.workspace.fs.stat(uri)).mtime > at;
  } catch {
    return true;
  }
}
