// Judges what is on the screen while a person types: asks the host for each text and hands on what it says. Nothing is
// loaded or started before a file of a trusted repository with rules is shown or changed.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { FeatureContext } from '../feature.ts';
import { commands } from '../ids.ts';
import type { Repository } from '../supervisor.ts';
import { relativePath } from '../workspace.ts';
import type { Findings } from './findings.ts';
import { LiveQueue } from './liveQueue.ts';

/** In milliseconds. Typing is no reason to wait: a text costs a few, in another process, and keys in the meantime make one question. */
const pauses = { activation: 1_000, files: 600 };
/** Characters above which a file is left to the check. */
const maxLength = 1_000_000;
/** Failures within that time after which the window does without. */
const patience = { failures: 3, withinMs: 600_000 };

export class LiveDiagnostics {
  readonly #context: FeatureContext;
  readonly #findings: Findings;
  readonly #queue = new LiveQueue<vscode.TextDocument>(async (document) => await this.#judge(document));
  readonly #watchers = new Map<string, { readonly repository: Repository; readonly watcher: vscode.Disposable }>();
  readonly #failures: number[] = [];
  readonly #told = new Set<string>();
  #isGivenUp = false;
  #soon: NodeJS.Timeout | undefined;
  readonly #refreshes = new Map<string, NodeJS.Timeout>();

  constructor(context: FeatureContext, findings: Findings) {
    this.#context = context;
    this.#findings = findings;
  }

  register(): vscode.Disposable[] {
    this.#soon = setTimeout(() => this.#askShown(), pauses.activation);
    return [
      this,
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.#ask(document);
      }),
      vscode.workspace.onDidSaveTextDocument((document) => this.#ask(document)),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#askShown()),
      vscode.workspace.onDidCloseTextDocument((document) => void this.#closed(document)),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#askShown()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (!change.affectsConfiguration('ratchet.liveDiagnostics')) return;
        this.#findings.dropLive();
        this.#askShown();
      }),
    ];
  }

  dispose(): void {
    clearTimeout(this.#soon);
    for (const timer of this.#refreshes.values()) clearTimeout(timer);
    for (const { watcher } of this.#watchers.values()) watcher.dispose();
    this.#queue.dispose();
  }

  #askShown(): void {
    for (const { document } of vscode.window.visibleTextEditors) this.#ask(document);
  }

  #ask(document: vscode.TextDocument): void {
    if (document.uri.scheme !== 'file' || this.#isGivenUp || !vscode.workspace.isTrusted) return;
    this.#queue.ask(document.uri.toString(), document);
  }

  async #judge(document: vscode.TextDocument): Promise<void> {
    const { uri, version } = document;
    const isOn = vscode.workspace.getConfiguration('ratchet', uri).get<boolean>('liveDiagnostics') !== false;
    if (document.isClosed || !isOn || !vscode.workspace.isTrusted) return;
    await this.#judgeText(uri, document.getText(), () => !document.isClosed && document.version === version);
  }

  /** @param isCurrent whether the text is still what the file says; else another question is under way */
  async #judgeText(uri: vscode.Uri, text: string, isCurrent: () => boolean): Promise<void> {
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    if (folder === undefined || this.#isGivenUp || text.length > maxLength || !hasRules(folder)) return;
    const { supervisor } = this.#context;
    let repository: Repository | undefined;
    try {
      const opened = await supervisor.open(folder);
      if (!opened.ok) return this.#tellOnce(opened.failure.message);
      repository = opened.value;
      const path = relativePath(repository.host.root, uri);
      if (path === undefined) return;
      this.#watch(repository);
      const answer = await repository.host.live.judge(path, text);
      if (!answer.ok && supervisor.isClosed(repository)) return await this.#judgeText(uri, text, isCurrent);
      if (!answer.ok) return answer.failure.reason === 'ended' ? undefined : await this.#failed(answer.failure.message);
      const judged = answer.value;
      if (!isCurrent() || judged.kind === 'unread') return;
      const isKnown = judged.kind === 'judged';
      this.#findings.setLive(uri, isKnown ? { rules: new Set(judged.rules), findings: judged.findings } : undefined);
    } catch (error) {
      // A setting that was changed closes the host in the middle of a question.
      if (repository !== undefined && supervisor.isClosed(repository))
        return await this.#judgeText(uri, text, isCurrent);
      await this.#failed(error instanceof Error ? error.message : String(error));
    }
  }

  /** What was typed and thrown away is no longer true; what is on the disk is. */
  async #closed({ uri }: vscode.TextDocument): Promise<void> {
    if (!this.#findings.isLive(uri)) return;
    const bytes = await vscode.workspace.fs.readFile(uri).then(
      (read) => read,
      () => undefined,
    );
    const isReopened = () => vscode.workspace.textDocuments.some((one) => one.uri.toString() === uri.toString());
    if (bytes === undefined) this.#findings.setLive(uri, undefined);
    else await this.#judgeText(uri, new TextDecoder().decode(bytes), () => !isReopened());
  }

  /** Other files, rules and HEAD change what is true of a text. */
  #watch(repository: Repository): void {
    const key = repository.folder.uri.toString();
    const known = this.#watchers.get(key);
    if (known?.repository === repository) return;
    known?.watcher.dispose();
    const { root } = repository.host;
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(root), '**/*'));
    const changed = (uri: vscode.Uri) => {
      const path = relativePath(root, uri) ?? '';
      if (/(?:^|\/)node_modules\//.test(path) || (path.startsWith('.git/') && !/^\.git\/(?:logs\/)?HEAD$/.test(path)))
        return;
      clearTimeout(this.#refreshes.get(key));
      this.#refreshes.set(
        key,
        setTimeout(() => void this.#refresh(repository), pauses.files),
      );
    };
    watcher.onDidChange(changed);
    watcher.onDidCreate(changed);
    watcher.onDidDelete(changed);
    this.#watchers.set(key, { repository, watcher });
  }

  async #refresh({ host }: Repository): Promise<void> {
    try {
      const refreshed = await host.live.refresh();
      if (!refreshed.ok) this.#tellOnce(refreshed.failure.message);
      else if (refreshed.value) this.#askShown();
    } catch (error) {
      // A host that was closed meanwhile has nothing to tell.
      this.#tellOnce(error instanceof Error ? error.message : String(error));
    }
  }

  async #failed(message: string): Promise<void> {
    const { log } = this.#context;
    log.warn(`Rules while typing: ${message}`);
    const now = Date.now();
    this.#failures.push(now);
    if (this.#failures.filter((time) => now - time < patience.withinMs).length < patience.failures) return;
    if (this.#isGivenUp) return;
    this.#isGivenUp = true;
    const show = vscode.l10n.t('Show Log');
    const text = vscode.l10n.t(
      'Ratchet no longer judges files while you type in this window: {0} Check Gates still judges.',
      message,
    );
    if ((await vscode.window.showWarningMessage(text, show)) === show)
      await vscode.commands.executeCommand(commands.showLog);
  }

  #tellOnce(message: string): void {
    if (this.#told.has(message)) return;
    this.#told.add(message);
    this.#context.log.info(`Rules while typing: ${message}`);
  }
}

/** Without loading anything: whether the repository of the folder has rules. */
function hasRules(folder: vscode.WorkspaceFolder): boolean {
  for (let at = folder.uri.fsPath; ; at = dirname(at)) {
    if (existsSync(join(at, '.ratchet', 'invariants'))) return true;
    if (existsSync(join(at, '.git')) || dirname(at) === at) return false;
  }
}
