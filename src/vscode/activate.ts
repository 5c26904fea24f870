// Activation: registers every feature and looks for runs that were interrupted. Nothing heavy is loaded here.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { command, registerFeatures } from './feature.ts';
import { commands } from './ids.ts';
import { panelFeature } from './panel/panelFeature.ts';
import { planFeature } from './plan/planFeature.ts';
import { runsFeature } from './runsFeature.ts';
import { statusFeature } from './status/statusFeature.ts';
import { type Repository, Supervisor } from './supervisor.ts';

/** For the extension's own tests; not an API for others. */
export interface RatchetApi {
  readonly activatedInMs: number;
  /** Resolves when every feature is registered, with the milliseconds that those took which could wait for the next turn. */
  readonly registered: Promise<number>;
  repository(folder: vscode.WorkspaceFolder): Promise<Repository>;
  /** Looks at a run, as the panel's list does. */
  select(repository: Repository, runId: string): Promise<void>;
}

export function activateRatchet(extension: vscode.ExtensionContext): RatchetApi {
  const started = performance.now();
  const log = vscode.window.createOutputChannel('Ratchet', { log: true });
  const supervisor = new Supervisor(extension, log);
  const context = { extension, supervisor, log };
  extension.subscriptions.push(log, { dispose: () => void supervisor.dispose() });
  extension.subscriptions.push(command(context, commands.showLog, async () => log.show()));
  // What a window that comes up shows, and what a run needs to go on.
  registerFeatures(context, { plan: planFeature, status: statusFeature, panel: panelFeature, runs: runsFeature });
  // The others wait for the next turn of the event loop: before the editor can ask for anything, and after it was told that
  // Ratchet is there.
  const registered = new Promise<number>((done) => {
    setImmediate(async () => {
      const from = performance.now();
      try {
        registerFeatures(context, (await import('./laterFeatures.ts')).laterFeatures);
      } catch (error) {
        log.error(`Features could not be loaded: ${error instanceof Error ? error.message : String(error)}`);
      }
      done(performance.now() - from);
    });
  });
  const resume = () => {
    for (const folder of vscode.workspace.workspaceFolders ?? [])
      if (hasRuns(folder))
        resumeInterrupted(supervisor, folder, log).catch((error: unknown) => log.error(String(error)));
  };
  if (vscode.workspace.isTrusted) setImmediate(resume);
  else extension.subscriptions.push(vscode.workspace.onDidGrantWorkspaceTrust(resume));
  return {
    activatedInMs: performance.now() - started,
    registered,
    repository: async (folder) => {
      const opened = await supervisor.open(folder);
      if (!opened.ok) throw new Error(opened.failure.message);
      return opened.value;
    },
    select: async (repository, runId) => await supervisor.select(repository, runId),
  };
}

/** Without loading the host: whether this folder has had a run at all. */
function hasRuns(folder: vscode.WorkspaceFolder): boolean {
  return folder.uri.scheme === 'file' && existsSync(join(folder.uri.fsPath, '.git', 'ratchet', 'runs'));
}

/** Runs that this window or another left in the middle go on; runs that a person or a budget stopped wait to be asked. */
async function resumeInterrupted(
  supervisor: Supervisor,
  folder: vscode.WorkspaceFolder,
  log: vscode.LogOutputChannel,
): Promise<void> {
  const opened = await supervisor.open(folder);
  if (!opened.ok) return;
  const repository = opened.value;
  for (const run of repository.runs) {
    const isOpen = run.status === 'running' || run.status === 'waiting';
    if (!isOpen || run.problem !== null) continue;
    const resumed = await repository.host.resume(run.runId);
    if (!resumed.ok) log.warn(`Run ${run.runId} was not resumed: ${resumed.failure.message}`);
    else log.info(`Run ${run.runId} goes on where it was interrupted.`);
    if (resumed.ok) await supervisor.select(repository, run.runId);
  }
}
