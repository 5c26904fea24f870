// What every feature of the editor gets, and how it is registered: the failure of one never stops the others.
import * as vscode from 'vscode';
import type { Result } from '../protocol/result.ts';
import type { commands } from './ids.ts';
import { showFailure } from './messages.ts';
import type { Repository, Supervisor } from './supervisor.ts';
import { requireTrust } from './trust.ts';

export interface FeatureContext {
  readonly extension: vscode.ExtensionContext;
  readonly supervisor: Supervisor;
  readonly log: vscode.LogOutputChannel;
}

export type Feature = (context: FeatureContext) => vscode.Disposable[];

export function registerFeatures(context: FeatureContext, features: Readonly<Record<string, Feature>>): void {
  for (const [name, feature] of Object.entries(features)) {
    try {
      context.extension.subscriptions.push(...feature(context));
    } catch (error) {
      context.log.error(
        `The feature ${name} could not be registered: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}

type CommandId = (typeof commands)[keyof typeof commands];

/** A command whose errors are shown and logged. */
export function command(
  context: FeatureContext,
  id: CommandId,
  run: (...args: unknown[]) => Promise<void>,
): vscode.Disposable {
  return vscode.commands.registerCommand(id, async (...args: unknown[]) => {
    try {
      await run(...args);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      context.log.error(`${id}: ${error instanceof Error ? (error.stack ?? message) : message}`);
      await showFailure({ reason: 'internal', message, retryable: false });
    }
  });
}

/** The repository to act on, in a trusted workspace; says why when there is none. */
export async function requireRepository(
  { supervisor }: FeatureContext,
  choose: boolean,
): Promise<Repository | undefined> {
  if (!(await requireTrust())) return undefined;
  if (!choose && supervisor.active !== undefined) return supervisor.active;
  const folder = await supervisor.pickFolder();
  if (folder === undefined) {
    if ((vscode.workspace.workspaceFolders ?? []).length === 0)
      await showFailure({
        reason: 'noFolder',
        message: vscode.l10n.t('Open the folder of a git repository first.'),
        retryable: false,
      });
    return undefined;
  }
  const opened = await supervisor.open(folder);
  if (opened.ok) return opened.value;
  await showFailure(opened.failure);
  return undefined;
}

/** Shows a failure; true when there was none. */
export async function succeeded(result: Result<unknown>): Promise<boolean> {
  if (result.ok) return true;
  await showFailure(result.failure);
  return false;
}
