// What the editor knows: one host for each repository, the run that is looked at, and its view. Features listen to it.
// It never does the work of a run; it asks the host.
import * as vscode from 'vscode';
import type { Host, Log } from '../host/api.ts';
import type { CheckDocument } from '../protocol/cliDocuments.ts';
import { failure, type Result, success } from '../protocol/result.ts';
import type { RuleHistoryDocument } from '../protocol/ruleDocuments.ts';
import type { RunSummary, RunView } from '../protocol/run.ts';
import type { RunSignal } from '../protocol/signals.ts';
import { apiKeySecret } from './ids.ts';
import { loadBoundary, loadChatModels, loadCreateHost } from './loadHost.ts';
import { editorWorkspace } from './workspace.ts';

/** One repository that is in use. */
export interface Repository {
  readonly folder: vscode.WorkspaceFolder;
  readonly host: Host;
  /** The run that is looked at, folded up to now. */
  view: RunView | undefined;
  runs: RunSummary[];
  /** The last answer of Check Gates. */
  check: CheckDocument | undefined;
  /** The last answer of Rule History. */
  ruleHistory: RuleHistoryDocument | undefined;
  progress: string | null;
}

export class Supervisor {
  readonly #context: vscode.ExtensionContext;
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<Repository>();
  readonly #repositories = new Map<string, Promise<Result<Repository>>>();
  readonly #refreshing = new Map<string, Promise<void>>();
  readonly #queued = new Set<string>();
  readonly #outdated = new Set<Repository>();
  readonly #closed = new WeakSet<Repository>();
  #active: Repository | undefined;

  readonly onDidChange = this.#changed.event;

  constructor(context: vscode.ExtensionContext, log: Log) {
    this.#context = context;
    this.#log = log;
  }

  /** The repository that was used last. */
  get active(): Repository | undefined {
    return this.#active;
  }

  /** The repository of a folder; its host is made on first use. */
  async open(folder: vscode.WorkspaceFolder): Promise<Result<Repository>> {
    const key = folder.uri.toString();
    const known = this.#repositories.get(key);
    if (known !== undefined) return await known;
    const opening = this.#create(folder);
    this.#repositories.set(key, opening);
    const opened = await opening.catch((error: unknown) => {
      this.#repositories.delete(key);
      throw error;
    });
    if (!opened.ok) this.#repositories.delete(key);
    else this.#active ??= opened.value;
    return opened;
  }

  /** The folder to work in: the only one, the one of the open file, or the one a person picks. */
  async pickFolder(): Promise<vscode.WorkspaceFolder | undefined> {
    const folders = vscode.workspace.workspaceFolders ?? [];
    const [only] = folders;
    if (folders.length <= 1) return only;
    const items = folders.map((folder) => ({ label: folder.name, description: folder.uri.fsPath, folder }));
    const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Ratchet: which repository?') });
    return picked?.folder;
  }

  async select(repository: Repository, runId: string): Promise<void> {
    this.#active = repository;
    const view = await repository.host.view(runId);
    repository.view = view.ok ? view.value : undefined;
    await this.#refresh(repository);
  }

  async signal(repository: Repository, signal: RunSignal): Promise<Result<void>> {
    const runId = repository.view?.runId;
    if (runId === undefined) return failure('noRun', vscode.l10n.t('There is no run. Plan a feature first.'));
    const sent = await repository.host.signal(runId, signal);
    if (sent.ok || sent.failure.reason !== 'notRunning') return sent;
    // After a reload the run is on disk and nobody executes it yet.
    const resumed = await repository.host.resume(runId);
    if (!resumed.ok) return resumed;
    return await repository.host.signal(runId, signal);
  }

  setCheck(repository: Repository, check: CheckDocument): void {
    repository.check = check;
    this.#changed.fire(repository);
  }

  setRuleHistory(repository: Repository, history: RuleHistoryDocument): void {
    repository.ruleHistory = history;
    this.#changed.fire(repository);
  }

  /** Closes a repository's host, so that the next use reads its configuration anew. Refused while a run is executed. */
  async close(repository: Repository): Promise<void> {
    this.#repositories.delete(repository.folder.uri.toString());
    this.#closed.add(repository);
    if (this.#active === repository) this.#active = undefined;
    await repository.host.dispose();
  }

  /** What a closed one was asked in the meantime, another one can still answer. */
  isClosed(repository: Repository): boolean {
    return this.#closed.has(repository);
  }

  async dispose(): Promise<void> {
    for (const opening of this.#repositories.values()) {
      const opened = await opening;
      if (opened.ok) await opened.value.host.dispose();
    }
    this.#changed.dispose();
  }

  async #create(folder: vscode.WorkspaceFolder): Promise<Result<Repository>> {
    const createHost = await loadCreateHost();
    const { parsePolicySetting } = await loadBoundary();
    const { editorChatModels } = await loadChatModels();
    const settings = vscode.workspace.getConfiguration('ratchet', folder.uri);
    const created = await createHost({
      root: folder.uri.fsPath,
      workspace: editorWorkspace,
      log: this.#log,
      apiKey: async () => (await this.#context.secrets.get(apiKeySecret)) ?? process.env.ANTHROPIC_API_KEY,
      baseUrl: textSetting(settings, 'baseUrl') ?? process.env.ANTHROPIC_BASE_URL,
      chatModels: editorChatModels,
      policy: parsePolicySetting(textSetting(settings, 'policy'), textSetting(settings, 'model')),
      hostName: 'vscode',
    });
    if (!created.ok) return created;
    const host = created.value;
    const nothing = { view: undefined, check: undefined, ruleHistory: undefined, progress: null };
    const repository: Repository = { folder, host, runs: [], ...nothing };
    host.onDidChange((change) => {
      if (change.kind === 'progress') repository.progress = change.progress;
      else repository.progress = null;
      if (change.kind === 'runs') this.#outdated.add(repository);
      void this.#refresh(repository);
    });
    this.#outdated.add(repository);
    await this.#refresh(repository);
    const [latest] = repository.runs;
    if (latest !== undefined) {
      const view = await host.view(latest.runId);
      if (view.ok) repository.view = view.value;
    }
    return success(repository);
  }

  /** Reads the state anew; while one reading is under way, at most one more waits. */
  async #refresh(repository: Repository): Promise<void> {
    const key = repository.folder.uri.toString();
    const before = this.#refreshing.get(key);
    if (before !== undefined && this.#queued.has(key)) return await before;
    if (before !== undefined) this.#queued.add(key);
    const refreshing = (before ?? Promise.resolve()).then(async () => {
      this.#queued.delete(key);
      // The list reads every journal, so it is read anew only when runs come and go.
      if (this.#outdated.delete(repository)) repository.runs = await repository.host.runs();
      const runId = repository.view?.runId;
      const view = runId === undefined ? undefined : await repository.host.view(runId);
      // Another run may have been selected while this one was read.
      if (view?.ok === true && repository.view?.runId === runId) {
        const { status, phase, updatedAt, usage } = view.value;
        repository.view = view.value;
        repository.runs = repository.runs.map((run) =>
          run.runId === runId ? { ...run, status, phase, updatedAt, usage } : run,
        );
      }
      this.#changed.fire(repository);
    });
    this.#refreshing.set(key, refreshing);
    try {
      await refreshing;
    } catch (error) {
      this.#log.error(`The state could not be read: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      if (this.#refreshing.get(key) === refreshing) this.#refreshing.delete(key);
    }
  }
}

function textSetting(settings: vscode.WorkspaceConfiguration, key: string): string | undefined {
  const value = settings.get<string>(key);
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}
