// The plan of a run as an editable YAML document. Edits are kept until the plan is approved, over reloads too.
import * as vscode from 'vscode';
import type { Plan } from '../../protocol/plan.ts';
import { failure, type Result, success } from '../../protocol/result.ts';
import type { FeatureContext } from '../feature.ts';
import { commands, planScheme } from '../ids.ts';
import { loadPlanText } from '../loadHost.ts';
import type { Repository } from '../supervisor.ts';

const editsKey = 'ratchet.planEdits';

/** What a person wrote over a plan. `plan` is the text it was written over: an edit says nothing about another plan. */
interface PlanEdit {
  readonly plan: string;
  readonly text: string;
}

export class PlanDocuments implements vscode.FileSystemProvider, vscode.CodeLensProvider {
  readonly #context: FeatureContext;
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly #lensesChanged = new vscode.EventEmitter<void>();
  readonly #diagnostics = vscode.languages.createDiagnosticCollection('ratchet plan');
  readonly #times = new Map<string, number>();
  readonly onDidChangeFile = this.#changed.event;
  readonly onDidChangeCodeLenses = this.#lensesChanged.event;

  constructor(context: FeatureContext) {
    this.#context = context;
  }

  register(): vscode.Disposable[] {
    const selector = { scheme: planScheme };
    return [
      this.#changed,
      this.#lensesChanged,
      this.#diagnostics,
      vscode.workspace.registerFileSystemProvider(planScheme, this, { isCaseSensitive: true }),
      vscode.languages.registerCodeLensProvider(selector, this),
      vscode.workspace.onDidChangeTextDocument(({ document }) => void this.#validate(document)),
      vscode.workspace.onDidOpenTextDocument((document) => void this.#validate(document)),
      this.#context.supervisor.onDidChange((repository) => {
        const uri = uriOf(repository);
        if (uri === undefined) return;
        this.#times.set(uri.path, Date.now());
        this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
        this.#lensesChanged.fire();
      }),
    ];
  }

  async show(): Promise<void> {
    const { active } = this.#context.supervisor;
    const uri = active === undefined ? undefined : uriOf(active);
    if (uri === undefined) {
      await vscode.window.showInformationMessage(vscode.l10n.t('There is no plan yet. Plan a feature first.'));
      return;
    }
    const document = await vscode.workspace.openTextDocument(uri);
    const typed = await vscode.languages.setTextDocumentLanguage(document, 'yaml').then(
      (changed) => changed,
      () => document,
    );
    await vscode.window.showTextDocument(typed, { preview: false });
  }

  /** null when the person changed nothing; a failure when what they wrote is not a plan. */
  async editedPlan(repository: Repository): Promise<Result<Plan | null>> {
    const uri = uriOf(repository);
    const plan = repository.view?.plan;
    if (uri === undefined || plan === null || plan === undefined)
      return failure('noPlan', vscode.l10n.t('There is no plan to approve.'));
    const { formatPlan, parsePlan } = await loadPlanText();
    const original = formatPlan(plan);
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
    const text = open?.getText() ?? this.#editOf(uri, original);
    if (text === undefined || text === original) return success(null);
    const parsed = parsePlan(text);
    const [problem] = parsed.problems;
    if (parsed.plan !== null && problem === undefined) {
      if (open?.isDirty === true) await open.save();
      return success(parsed.plan);
    }
    await this.show();
    return failure(
      'planInvalid',
      vscode.l10n.t('The plan has a problem in line {0}: {1}', problem?.line ?? 1, problem?.message ?? ''),
    );
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const { active } = this.#context.supervisor;
    if (active === undefined || uriOf(active)?.toString() !== document.uri.toString()) return [];
    if (active.view?.waitingFor !== 'planApproval') return [];
    const top = new vscode.Range(0, 0, 0, 0);
    const lens = (title: string, command: string) => new vscode.CodeLens(top, { title, command });
    return [
      lens(`$(check) ${vscode.l10n.t('Approve Plan')}`, commands.approvePlan),
      lens(`$(comment) ${vscode.l10n.t('Ask for Another Plan')}`, commands.revisePlan),
      lens(`$(close) ${vscode.l10n.t('Reject Plan')}`, commands.rejectPlan),
    ];
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const original = await this.#originalOf(uri);
    if (original === null) throw vscode.FileSystemError.FileNotFound(uri);
    return new TextEncoder().encode(this.#editOf(uri, original) ?? original);
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const { active } = this.#context.supervisor;
    const isWaiting = active?.view?.waitingFor === 'planApproval' && uriOf(active)?.path === uri.path;
    if (!isWaiting)
      throw vscode.FileSystemError.NoPermissions(
        vscode.l10n.t('This plan has been answered; it can be read, but not changed.'),
      );
    const edit: PlanEdit = { plan: (await this.#originalOf(uri)) ?? '', text: new TextDecoder().decode(content) };
    await this.#context.extension.workspaceState.update(editsKey, { ...this.#edits(), [uri.path]: edit });
    this.#times.set(uri.path, Date.now());
    this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { byteLength } = await this.readFile(uri);
    return { type: vscode.FileType.File, ctime: 0, mtime: this.#times.get(uri.path) ?? 0, size: byteLength };
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  #edits(): Record<string, PlanEdit> {
    return this.#context.extension.workspaceState.get<Record<string, PlanEdit>>(editsKey) ?? {};
  }

  #editOf(uri: vscode.Uri, original: string): string | undefined {
    const edit = this.#edits()[uri.path];
    return edit?.plan === original ? edit.text : undefined;
  }

  async #originalOf(uri: vscode.Uri): Promise<string | null> {
    const plan = await this.#planOf(uri);
    if (plan === null) return null;
    const { formatPlan } = await loadPlanText();
    return formatPlan(plan);
  }

  /** The plan named by the document's path; after a reload the host may have to be opened first. */
  async #planOf(uri: vscode.Uri): Promise<Plan | null> {
    const runId = uri.path.split('/')[1] ?? '';
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      if (!vscode.workspace.isTrusted) return null;
      const opened = await this.#context.supervisor.open(folder);
      const view = opened.ok ? await opened.value.host.view(runId) : undefined;
      if (view?.ok === true) return view.value.plan;
    }
    return null;
  }

  async #validate(document: vscode.TextDocument): Promise<void> {
    if (document.uri.scheme !== planScheme) return;
    const { parsePlan } = await loadPlanText();
    const found = parsePlan(document.getText()).problems.map(({ line, message }) => {
      const range = document.lineAt(Math.min(line, document.lineCount) - 1).range;
      const diagnostic = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Error);
      diagnostic.source = 'ratchet (plan)';
      return diagnostic;
    });
    this.#diagnostics.set(document.uri, found);
  }
}

function uriOf(repository: Repository): vscode.Uri | undefined {
  const { view } = repository;
  return view?.plan === undefined || view.plan === null
    ? undefined
    : vscode.Uri.from({ scheme: planScheme, path: `/${view.runId}/plan.yml` });
}
