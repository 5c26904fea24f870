// The review of one proposal as the editor's features see it: places of hunks, texts, and the person's decisions.
import * as vscode from 'vscode';
import type { FileChange } from '../../protocol/proposal.ts';
import type { FeatureContext } from '../feature.ts';
import { proposedScheme } from '../ids.ts';
import type { Repository } from '../supervisor.ts';
import { relativePath } from '../workspace.ts';
import { isOpen, openHunks, type ReviewedFile, reviewFile } from './reviewModel.ts';

export class Review {
  readonly #context: FeatureContext;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #texts = new Map<string, Promise<string | undefined>>();
  readonly onDidChange = this.#changed.event;

  constructor(context: FeatureContext) {
    this.#context = context;
  }

  register(): vscode.Disposable[] {
    return [
      this.#changed,
      this.#context.supervisor.onDidChange(() => this.#changed.fire()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (this.fileOf(document.uri) !== undefined) this.#changed.fire();
      }),
    ];
  }

  /** The repository whose proposal waits for a person; undefined when none does. */
  get repository(): Repository | undefined {
    const { active } = this.#context.supervisor;
    return active?.view?.waitingFor === 'review' || this.#isApplying(active) ? active : undefined;
  }

  /** While accepted hunks are written, the others are still open and stay in view. */
  #isApplying(repository: Repository | undefined): boolean {
    const view = repository?.view;
    return (
      view !== undefined &&
      view.endedAt === null &&
      view.phase === 'application' &&
      Object.values(view.hunks).some(isOpen)
    );
  }

  /** Files with open hunks, in the order of the proposal. */
  files(): FileChange[] {
    const view = this.repository?.view;
    return view === undefined ? [] : [...new Set(openHunks(view).map(({ file }) => file))];
  }

  fileUri(path: string): vscode.Uri {
    return vscode.Uri.joinPath(vscode.Uri.file(this.repository?.host.root ?? ''), path);
  }

  /**
   * The virtual document with the proposed text. Its path is that of the file, so that a diff does not look like a
   * rename; the run is part of it, so that an old tab never shows a new proposal.
   */
  proposedUri(path: string): vscode.Uri {
    return this.fileUri(path).with({ scheme: proposedScheme, query: this.repository?.view?.runId ?? '' });
  }

  /** The open file that a document shows, on either side. */
  fileOf(uri: vscode.Uri): { file: FileChange; side: 'current' | 'proposed' } | undefined {
    const path = this.pathOf(uri);
    const file = this.files().find((candidate) => candidate.path === path);
    return file === undefined ? undefined : { file, side: uri.scheme === proposedScheme ? 'proposed' : 'current' };
  }

  /** The path of a document in the repository, on either side. */
  pathOf(uri: vscode.Uri): string | undefined {
    const { repository } = this;
    if (repository === undefined) return undefined;
    if (uri.scheme === proposedScheme && uri.query !== repository.view?.runId) return undefined;
    const file = uri.scheme === proposedScheme ? uri.with({ scheme: 'file', query: '' }) : uri;
    return relativePath(repository.host.root, file);
  }

  async place(file: FileChange): Promise<ReviewedFile> {
    const { repository } = this;
    const proposal = repository?.view?.proposal;
    if (repository?.view === undefined || proposal === undefined || proposal === null)
      return { path: file.path, open: [], proposedText: undefined };
    const { hunks } = repository.view;
    const [base, candidate] = await Promise.all([
      this.#textAt(repository, proposal.baseTree, file.path),
      this.#textAt(repository, proposal.candidateTree, file.path),
    ]);
    return reviewFile(file, hunks, { base, candidate, current: await this.#currentText(file.path) });
  }

  #textAt(repository: Repository, tree: string, path: string): Promise<string | undefined> {
    const key = `${tree}:${path}`;
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    const text = repository.host.fileAt(tree, path).then((bytes) => (bytes === undefined ? undefined : decode(bytes)));
    if (this.#texts.size > 500) this.#texts.clear();
    this.#texts.set(key, text);
    return text;
  }

  async #currentText(path: string): Promise<string | undefined> {
    const uri = this.fileUri(path);
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
    if (open?.isDirty === true) return open.getText();
    return await vscode.workspace.fs.readFile(uri).then(decode, () => undefined);
  }
}

const decode = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
