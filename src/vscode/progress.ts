// Long work as a person expects it: a notification with progress and a button to cancel.
import * as vscode from 'vscode';

/** With progress in a notification; undefined when the person canceled it. */
export async function withCancel<T>(
  title: string,
  work: (signal: AbortSignal, onProgress: (message: string) => void) => Promise<T>,
): Promise<T | undefined> {
  return await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      try {
        return await work(abort.signal, (message) => progress.report({ message }));
      } catch (error) {
        if (abort.signal.aborted) return undefined;
        throw error;
      }
    },
  );
}
