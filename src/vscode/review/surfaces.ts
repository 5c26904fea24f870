// The surfaces of the review: proposed documents, CodeLens, decorations, and the list in the source control view.
import * as vscode from 'vscode';
import type { HunkEvidence } from '../../protocol/proposal.ts';
import { commands, proposedScheme, sourceControlId } from '../ids.ts';
import type { Review } from './review.ts';
import { addedLines, describeEvidence, describeHunk, hunkAtLine, type PlacedHunk } from './reviewModel.ts';

/** The text of a file as it would be if every open hunk were accepted. Read only. */
export class ProposedDocuments implements vscode.TextDocumentContentProvider {
  readonly #review: Review;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;

  constructor(review: Review) {
    this.#review = review;
  }

  register(): vscode.Disposable[] {
    return [
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(proposedScheme, this),
      this.#review.onDidChange(() => {
        for (const document of vscode.workspace.textDocuments)
          if (document.uri.scheme === proposedScheme) this.#changed.fire(document.uri);
      }),
    ];
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const found = this.#review.fileOf(uri);
    if (found !== undefined) return (await this.#review.place(found.file)).proposedText ?? '';
    // Every hunk is decided: what is proposed is what is there.
    const bytes = await vscode.workspace.fs.readFile(fileBehind(uri)).then(
      (content) => content,
      () => new Uint8Array(),
    );
    return new TextDecoder().decode(bytes);
  }
}

const fileBehind = (proposed: vscode.Uri): vscode.Uri => proposed.with({ scheme: 'file', query: '' });

export class HunkLenses implements vscode.CodeLensProvider {
  readonly #review: Review;
  readonly onDidChangeCodeLenses: vscode.Event<void>;

  constructor(review: Review) {
    this.#review = review;
    this.onDidChangeCodeLenses = review.onDidChange;
  }

  register(): vscode.Disposable[] {
    return [vscode.languages.registerCodeLensProvider([{ scheme: 'file' }, { scheme: proposedScheme }], this)];
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const found = this.#review.fileOf(document.uri);
    if (found === undefined) return [];
    const { open } = await this.#review.place(found.file);
    const evidence = this.#review.repository?.view?.hunkEvidence ?? {};
    return open.flatMap((placed) => lensesOf(placed, found.side, document, evidence[placed.hunk.id]));
  }
}

function lensesOf(
  placed: PlacedHunk,
  side: 'current' | 'proposed',
  document: vscode.TextDocument,
  evidence: HunkEvidence | undefined,
): vscode.CodeLens[] {
  const { hunk, stale } = placed;
  const place = placed[side];
  // A stale hunk has no place any more; where it once stood is where a person looks for it.
  const line = Math.min(Math.max(1, place?.startLine ?? hunk.oldStart + 1) - 1, Math.max(0, document.lineCount - 1));
  const range = new vscode.Range(line, 0, line, 0);
  const lens = (title: string, command: string, tooltip: string) =>
    new vscode.CodeLens(range, { title, command, tooltip, arguments: [hunk.id] });
  if (stale !== null)
    return [
      lens(`$(warning) ${vscode.l10n.t('Stale: {0}', describeHunk(hunk))}`, commands.showHunk, stale),
      lens(vscode.l10n.t('Try Again'), commands.acceptHunk, vscode.l10n.t('Looks again whether the lines are there.')),
      lens(vscode.l10n.t('Reject'), commands.rejectHunk, vscode.l10n.t('Drops this hunk.')),
    ];
  return [
    lens(
      `$(git-pull-request) ${vscode.l10n.t('Ratchet {0}', describeHunk(hunk))}`,
      commands.showHunk,
      vscode.l10n.t('Shows the change.'),
    ),
    lens(`$(check) ${vscode.l10n.t('Accept')}`, commands.acceptHunk, vscode.l10n.t('Writes this hunk into the file.')),
    lens(
      `$(close) ${vscode.l10n.t('Reject')}`,
      commands.rejectHunk,
      vscode.l10n.t('Drops this hunk; the file stays as it is.'),
    ),
    lens(
      `$(comment) ${vscode.l10n.t('Reply')}`,
      commands.replyToHunk,
      vscode.l10n.t('Answers in words; the policy tries again.'),
    ),
    ...(evidence === undefined || evidence.needed === null
      ? []
      : [lens(describeEvidence(evidence), commands.showHunk, evidence.tests.join('\n'))]),
  ];
}

/** Marks the lines that a hunk would replace, or where it would insert, in the person's own file. */
export class HunkDecorations {
  readonly #review: Review;
  readonly #replaced = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor('diffEditor.removedLineBackground'),
    overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.modifiedForeground'),
    overviewRulerLane: vscode.OverviewRulerLane.Left,
  });
  readonly #note = vscode.window.createTextEditorDecorationType({
    after: { color: new vscode.ThemeColor('editorCodeLens.foreground'), margin: '0 0 0 2em', fontStyle: 'italic' },
  });

  constructor(review: Review) {
    this.#review = review;
  }

  register(): vscode.Disposable[] {
    const update = () => void this.#update();
    return [
      this.#replaced,
      this.#note,
      this.#review.onDidChange(update),
      vscode.window.onDidChangeVisibleTextEditors(update),
    ];
  }

  async #update(): Promise<void> {
    for (const editor of vscode.window.visibleTextEditors) {
      const found = this.#review.fileOf(editor.document.uri);
      const placed = found?.side === 'current' ? (await this.#review.place(found.file)).open : [];
      const replaced: vscode.DecorationOptions[] = [];
      const notes: vscode.DecorationOptions[] = [];
      for (const { hunk, current } of placed) {
        if (current === null) continue;
        const hoverMessage = new vscode.MarkdownString().appendCodeblock(hunk.lines.join('\n'), 'diff');
        const first = Math.min(current.startLine - 1, editor.document.lineCount - 1);
        if (current.lineCount > 0) {
          const last = Math.min(first + current.lineCount - 1, editor.document.lineCount - 1);
          replaced.push({ range: new vscode.Range(first, 0, last, 0), hoverMessage });
        }
        const added = addedLines(hunk);
        const line = Math.max(0, current.lineCount > 0 ? first : first - 1);
        const contentText = vscode.l10n.t(
          '← {0}: {1}',
          describeHunk(hunk),
          (added.find((text) => text.trim() !== '') ?? '').trim().slice(0, 80),
        );
        const end = editor.document.lineAt(line).range.end;
        notes.push({ range: new vscode.Range(end, end), hoverMessage, renderOptions: { after: { contentText } } });
      }
      editor.setDecorations(this.#replaced, replaced);
      editor.setDecorations(this.#note, notes);
    }
  }
}

/** The proposal in the source control view, with quick diff in proposed documents against the person's file. */
export class ProposalSourceControl implements vscode.QuickDiffProvider {
  readonly #review: Review;
  #control: vscode.SourceControl | undefined;
  #group: vscode.SourceControlResourceGroup | undefined;

  constructor(review: Review) {
    this.#review = review;
  }

  register(): vscode.Disposable[] {
    return [this.#review.onDidChange(() => this.#update()), { dispose: () => this.#control?.dispose() }];
  }

  provideOriginalResource(uri: vscode.Uri): vscode.Uri | undefined {
    return uri.scheme === proposedScheme ? fileBehind(uri) : undefined;
  }

  #update(): void {
    const files = this.#review.files();
    if (files.length === 0) {
      this.#control?.dispose();
      this.#control = undefined;
      return;
    }
    if (this.#control === undefined) {
      this.#control = vscode.scm.createSourceControl(sourceControlId, vscode.l10n.t('Ratchet Proposal'));
      this.#control.inputBox.visible = false;
      this.#control.quickDiffProvider = this;
      this.#group = this.#control.createResourceGroup('proposal', vscode.l10n.t('Waiting for you'));
    }
    const states = this.#review.repository?.view?.hunks ?? {};
    this.#control.count = files.length;
    if (this.#group === undefined) return;
    this.#group.resourceStates = files.map((file) => {
      const open = file.hunks.filter(({ id }) => states[id] === 'pending' || states[id] === 'stale').length;
      const tooltip = vscode.l10n.t('{0} of {1} hunks are open', open, file.hunks.length);
      return {
        resourceUri: this.#review.fileUri(file.path),
        contextValue: 'ratchetFile',
        decorations: { tooltip, strikeThrough: file.kind === 'deleted' },
        command: {
          title: tooltip,
          command: commands.showHunk,
          arguments: [file.hunks.find(({ id }) => states[id] !== 'accepted' && states[id] !== 'rejected')?.id],
        },
      };
    });
  }
}

/** Threads on the lines of a hunk: what is written there goes back to the policy. */
export class HunkComments {
  readonly #review: Review;
  readonly #controller = vscode.comments.createCommentController('ratchet.review', vscode.l10n.t('Ratchet review'));

  constructor(review: Review) {
    this.#review = review;
    this.#controller.options = {
      prompt: vscode.l10n.t('Answer this hunk'),
      placeHolder: vscode.l10n.t('What should be different?'),
    };
    this.#controller.commentingRangeProvider = {
      provideCommentingRanges: async (document) => {
        const found = this.#review.fileOf(document.uri);
        if (found === undefined) return [];
        const { open } = await this.#review.place(found.file);
        return open.flatMap((placed) => {
          const place = placed[found.side];
          if (place === null) return [];
          const first = Math.min(place.startLine - 1, document.lineCount - 1);
          return [
            new vscode.Range(first, 0, Math.min(first + Math.max(0, place.lineCount - 1), document.lineCount - 1), 0),
          ];
        });
      },
    };
  }

  register(): vscode.Disposable[] {
    return [this.#controller];
  }

  /** The hunk a thread stands at. */
  async hunkOf(thread: vscode.CommentThread): Promise<string | undefined> {
    const found = this.#review.fileOf(thread.uri);
    if (found === undefined) return undefined;
    const { open } = await this.#review.place(found.file);
    return hunkAtLine(open, (thread.range?.start.line ?? 0) + 1, found.side)?.hunk.id;
  }
}
