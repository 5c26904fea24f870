// The panel's side in the extension host: sends the whole state on every change, and takes parsed messages only.
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { HostToPanel, PanelState, PanelTab, PanelToHost } from '../../protocol/messages.ts';
import { assertNever } from '../../protocol/result.ts';
import { command, type Feature, type FeatureContext, requireRepository, succeeded } from '../feature.ts';
import { commands, panelInEditor, panelView } from '../ids.ts';
import { loadBoundary } from '../loadHost.ts';
import type { Repository } from '../supervisor.ts';
import { panelHtml } from './panelHtml.ts';

/** Milliseconds between two states; a run writes entries faster than a person reads. */
const throttleMs = 100;

export const panelFeature: Feature = (context) => {
  const panel = new Panel(context);
  return [
    vscode.window.registerWebviewViewProvider(panelView, panel),
    vscode.window.registerWebviewPanelSerializer(panelInEditor, panel),
    context.supervisor.onDidChange(() => panel.changed()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => panel.changed()),
    command(context, commands.showPanel, async () => await panel.show('overview')),
    // A waterfall wants the width of an editor.
    command(context, commands.showTrace, async () => await panel.showInEditor('trace')),
    command(
      context,
      commands.openPanelInEditor,
      async (tab) => await panel.showInEditor(tab === 'rules' ? tab : 'overview'),
    ),
    panel,
  ];
};

/** A place the panel is drawn in: the side bar's view, or an editor. */
interface Surface {
  readonly webview: vscode.Webview;
  readonly visible: boolean;
}

class Panel implements vscode.WebviewViewProvider, vscode.WebviewPanelSerializer {
  readonly #context: FeatureContext;
  readonly #surfaces = new Set<Surface>();
  #editor: vscode.WebviewPanel | undefined;
  #timer: NodeJS.Timeout | undefined;
  #tab: PanelTab | undefined;

  constructor(context: FeatureContext) {
    this.#context = context;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#draw(view);
    view.onDidDispose(() => this.#surfaces.delete(view));
    view.onDidChangeVisibility(() => this.changed());
  }

  async deserializeWebviewPanel(editor: vscode.WebviewPanel): Promise<void> {
    this.#adopt(editor);
  }

  async showInEditor(tab: PanelTab): Promise<void> {
    await this.#openRepository();
    this.#tab = tab;
    if (this.#editor === undefined)
      this.#adopt(vscode.window.createWebviewPanel(panelInEditor, 'Ratchet', vscode.ViewColumn.Active));
    else this.#editor.reveal();
    await this.#send();
  }

  #adopt(editor: vscode.WebviewPanel): void {
    this.#editor = editor;
    editor.iconPath = vscode.Uri.joinPath(this.#context.extension.extensionUri, 'media', 'ratchet.svg');
    this.#draw(editor);
    editor.onDidDispose(() => {
      this.#surfaces.delete(editor);
      if (this.#editor === editor) this.#editor = undefined;
    });
    editor.onDidChangeViewState(() => this.changed());
  }

  #draw(surface: Surface): void {
    this.#surfaces.add(surface);
    const dist = vscode.Uri.joinPath(this.#context.extension.extensionUri, 'dist');
    const { webview } = surface;
    webview.options = { enableScripts: true, localResourceRoots: [dist] };
    webview.onDidReceiveMessage(async (message: unknown) => await this.#receive(message));
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
    await this.#openRepository();
    this.#tab = tab;
    await vscode.commands.executeCommand(`${panelView}.focus`);
    await this.#send();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#editor?.dispose();
  }

  /** Opening the panel after a reload is the moment to look at what is on disk. */
  async #openRepository(): Promise<void> {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    if (!vscode.workspace.isTrusted || this.#context.supervisor.active !== undefined || folder === undefined) return;
    const opened = await this.#context.supervisor.open(folder);
    if (!opened.ok) this.#context.log.warn(opened.failure.message);
  }

  async #send(): Promise<void> {
    const visible = [...this.#surfaces].filter((surface) => surface.visible);
    if (visible.length === 0) return;
    const state = await stateOf(this.#context.supervisor.active);
    const tab = this.#tab;
    this.#tab = undefined;
    const asked = this.#editor?.visible === true ? this.#editor : visible[0];
    for (const surface of visible) {
      await post(surface, { type: 'state', state });
      if (tab !== undefined && surface === asked) await post(surface, { type: 'showTab', tab });
    }
  }

  async #receive(message: unknown): Promise<void> {
    const parsed = (await loadBoundary()).parsePanelMessage(message);
    if (parsed === undefined) {
      this.#context.log.warn('The panel sent a message that is not understood.');
      return;
    }
    if (parsed.type === 'ready') await this.#openRepository();
    await this.#act(parsed);
  }

  async #act(message: PanelToHost): Promise<void> {
    const run = async (id: string, ...args: unknown[]) => void (await vscode.commands.executeCommand(id, ...args));
    switch (message.type) {
      case 'ready':
        return await this.#send();
      case 'planFeature':
        return await run(commands.planFeature);
      case 'selectRun': {
        const { active } = this.#context.supervisor;
        if (active !== undefined) await this.#context.supervisor.select(active, message.runId);
        return;
      }
      case 'showReport':
        return await run(commands.showReport, message.runId);
      case 'planFix':
        return await run(commands.planFix, message.runId);
      case 'writeRegressionTest':
        return await run(commands.writeRegressionTest, message.runId);
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
      case 'pauseRun':
        return await run(commands.pauseRun);
      case 'continueRun':
        return await run(commands.continueRun);
      case 'commentRun':
        return await run(commands.commentRun);
      case 'redoStep':
        return await run(commands.redoStep, message.stepId);
      case 'extendBudget':
        return await run(commands.extendBudget);
      case 'choosePolicy':
        return await run(commands.choosePolicy);
      case 'showRuleHistory':
        return await run(commands.showRuleHistory);
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

async function post({ webview }: Surface, message: HostToPanel): Promise<void> {
  await webview.postMessage(message);
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
      check: null,
      ruleHistory: null,
      progress: null,
    };
  }
  const { host, view, runs, check, ruleHistory, progress, folder } = repository;
  return {
    repository: folder.name,
    trusted: isTrusted,
    policy: host.policyName,
    policyNotice: host.policyNotice,
    runs,
    selected: view ?? null,
    spans: view === undefined ? [] : await host.spans(view.runId),
    check: check?.verdicts ?? null,
    ruleHistory: ruleHistory ?? null,
    progress,
  };
}
