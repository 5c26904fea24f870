// The panel's side in the extension host: sends the whole state on every change, and takes parsed messages only.
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import {
  type HostToPanel,
  type PanelState,
  type PanelTab,
  type PanelToHost,
  panelToHostSchema,
} from '../../protocol/messages.ts';
import { assertNever } from '../../protocol/result.ts';
import { command, type Feature, type FeatureContext, requireRepository, succeeded } from '../feature.ts';
import { commands, panelView } from '../ids.ts';
import type { Repository } from '../supervisor.ts';
import { panelHtml } from './panelHtml.ts';

/** Milliseconds between two states; a run writes entries faster than a person reads. */
const throttleMs = 100;

export const panelFeature: Feature = (context) => {
  const panel = new Panel(context);
  return [
    vscode.window.registerWebviewViewProvider(panelView, panel),
    context.supervisor.onDidChange(() => panel.changed()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => panel.changed()),
    command(context, commands.showPanel, async () => await panel.show('overview')),
    command(context, commands.showTrace, async () => await panel.show('trace')),
    panel,
  ];
};

class Panel implements vscode.WebviewViewProvider {
  readonly #context: FeatureContext;
  #view: vscode.WebviewView | undefined;
  #timer: NodeJS.Timeout | undefined;
  #tab: PanelTab | undefined;

  constructor(context: FeatureContext) {
    this.#context = context;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    const dist = vscode.Uri.joinPath(this.#context.extension.extensionUri, 'dist');
    const { webview } = view;
    webview.options = { enableScripts: true, localResourceRoots: [dist] };
    webview.onDidReceiveMessage(async (message: unknown) => await this.#receive(message));
    view.onDidDispose(() => {
      this.#view = undefined;
    });
    view.onDidChangeVisibility(() => this.changed());
    const uri = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(dist, name)).toString();
    const nonce = randomBytes(16).toString('base64url');
    webview.html = panelHtml({
      script: uri('panel.js'),
      style: uri('panel.css'),
      source: webview.cspSource,
      nonce,
      title: 'Ratchet',
    });
  }

  changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#send();
    }, throttleMs);
  }

  async show(tab: PanelTab): Promise<void> {
    // Opening the panel after a reload is the moment to look at what is on disk.
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    if (vscode.workspace.isTrusted && this.#context.supervisor.active === undefined && folder !== undefined) {
      const opened = await this.#context.supervisor.open(folder);
      if (!opened.ok) this.#context.log.warn(opened.failure.message);
    }
    this.#tab = tab;
    await vscode.commands.executeCommand(`${panelView}.focus`);
    await this.#send();
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  async #send(): Promise<void> {
    if (this.#view?.visible !== true) return;
    const state = await stateOf(this.#context.supervisor.active);
    await this.#post({ type: 'state', state });
    if (this.#tab === undefined) return;
    await this.#post({ type: 'showTab', tab: this.#tab });
    this.#tab = undefined;
  }

  async #post(message: HostToPanel): Promise<void> {
    await this.#view?.webview.postMessage(message);
  }

  async #receive(message: unknown): Promise<void> {
    const parsed = panelToHostSchema.safeParse(message);
    if (!parsed.success) {
      this.#context.log.warn('The panel sent a message that is not understood.');
      return;
    }
    await this.#act(parsed.data);
  }

  async #act(message: PanelToHost): Promise<void> {
    const run = async (id: string, ...args: unknown[]) => void (await vscode.commands.executeCommand(id, ...args));
    switch (message.type) {
      case 'ready':
        if (this.#context.supervisor.active === undefined) return await this.show(this.#tab ?? 'overview');
        return await this.#send();
      case 'planFeature':
        return await run(commands.planFeature);
      case 'selectRun': {
        const { active } = this.#context.supervisor;
        if (active !== undefined) await this.#context.supervisor.select(active, message.runId);
        return;
      }
      case 'approvePlan':
        return await run(commands.approvePlan);
      case 'editPlan':
        return await run(commands.editPlan);
      case 'revisePlan':
        return await this.#signal({ name: 'revisePlan', payload: { comment: message.comment } });
      case 'rejectPlan':
        return await run(commands.rejectPlan);
      case 'openReview':
        return await run(commands.openReview);
      case 'showHunk':
        return await run(commands.showHunk, message.hunkId);
      case 'decideHunks':
        return await this.#signal({ name: 'decideHunks', payload: { accept: message.accept, reject: message.reject } });
      case 'finishReview':
        return await run(commands.finishReview);
      case 'cancelRun':
        return await run(commands.cancelRun);
      case 'resumeRun':
        return await run(commands.resumeRun, message.runId);
      case 'openFile':
        return await this.#openFile(message.path, message.line);
      default:
        return assertNever(message);
    }
  }

  async #signal(signal: Parameters<FeatureContext['supervisor']['signal']>[1]): Promise<void> {
    const repository = await requireRepository(this.#context, false);
    if (repository !== undefined) await succeeded(await this.#context.supervisor.signal(repository, signal));
  }

  /** The path comes from a model or a gate: only a file inside of the repository is opened. */
  async #openFile(path: string, line: number | null): Promise<void> {
    const root = this.#context.supervisor.active?.host.root;
    if (root === undefined || path.startsWith('/') || path.split(/[\\/]/).includes('..')) return;
    const at = new vscode.Position(Math.max(0, (line ?? 1) - 1), 0);
    const uri = vscode.Uri.joinPath(vscode.Uri.file(root), path);
    await vscode.window.showTextDocument(uri, { selection: new vscode.Range(at, at) }).then(undefined, async () => {
      await vscode.window.showInformationMessage(vscode.l10n.t('{0} is not in the workspace.', path));
    });
  }
}

async function stateOf(repository: Repository | undefined): Promise<PanelState> {
  const { isTrusted } = vscode.workspace;
  if (repository === undefined) {
    const name = vscode.workspace.workspaceFolders?.[0]?.name ?? '';
    return {
      repository: name,
      trusted: isTrusted,
      policy: '',
      policyNotice: null,
      runs: [],
      selected: null,
      spans: [],
      progress: null,
    };
  }
  const { host, view, runs, progress, folder } = repository;
  return {
    repository: folder.name,
    trusted: isTrusted,
    policy: host.policyName,
    policyNotice: host.policyNotice,
    runs,
    selected: view ?? null,
    spans: view === undefined ? [] : await host.spans(view.runId),
    progress,
  };
}
