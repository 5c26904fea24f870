// Tells the person, once for each state of the machine, that commands of the project run without a sandbox. Never blocks.
import * as vscode from 'vscode';
import type { FeatureContext } from './feature.ts';
import type { Repository } from './supervisor.ts';

const toldKey = 'sandboxNotice';

export async function tellContainment(context: FeatureContext, { host }: Repository): Promise<void> {
  const { contained, detail } = await host.containment();
  context.log.info(contained === 'sandbox' ? `Commands run in a sandbox: ${detail}.` : `No sandbox: ${detail}`);
  // Whoever switched it off, or requires it, knows: the configuration says so, or the gate does.
  if (contained === 'sandbox' || host.config.sandbox.mode !== 'auto') return;
  const { globalState } = context.extension;
  if (globalState.get<string>(toldKey) === detail) return;
  await globalState.update(toldKey, detail);
  const how = vscode.l10n.t('Learn How');
  const message = vscode.l10n.t('Ratchet runs the tests of this project without a sandbox. {0}', detail);
  if ((await vscode.window.showWarningMessage(message, how)) !== how) return;
  const page = vscode.Uri.joinPath(context.extension.extensionUri, 'media', 'walkthrough', 'sandbox.md');
  await vscode.commands.executeCommand('markdown.showPreview', page);
}

/** In the background: what goes wrong here is for the log. */
export function tellContainmentSoon(context: FeatureContext, repository: Repository): void {
  tellContainment(context, repository).catch((error: unknown) =>
    context.log.error(`The sandbox could not be looked for: ${error instanceof Error ? error.message : String(error)}`),
  );
}
