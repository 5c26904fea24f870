// A run as it is seen from a terminal: what it does, Ctrl-C, and its end.
import type { Host } from '../host/api.ts';
import type { RunView } from '../protocol/run.ts';
import { note } from './output.ts';

/** Names every activity as it begins; returns what ends that. */
export function watch(host: Host, runId: string): () => void {
  let shown = 0;
  return host.onDidChange((change) => {
    if (change.runId !== runId || change.kind !== 'entry') return;
    host.view(runId).then(
      (view) => {
        if (!view.ok) return;
        for (const activity of view.value.activities.slice(shown)) note(`  ${activity.label}`);
        shown = Math.max(shown, view.value.activities.length);
      },
      () => undefined,
    );
  });
}

/** The first Ctrl-C cancels the run and waits for it to end well; the second ends this process. */
export function cancelOnInterrupt(host: Host, runId: string): () => void {
  let count = 0;
  const onInterrupt = () => {
    count += 1;
    if (count > 1) process.exit(130);
    note('Canceling. Press Ctrl-C again to end at once; the run can then be resumed.');
    void host.signal(runId, { name: 'cancel', payload: { reason: 'interrupted in the terminal' } });
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  return () => {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  };
}

/** Follows a run that asks nothing to its end. */
export async function endRun(host: Host, runId: string): Promise<RunView> {
  const stopWatching = watch(host, runId);
  const stopCanceling = cancelOnInterrupt(host, runId);
  try {
    return await host.settled(runId, 'ended');
  } finally {
    stopCanceling();
    stopWatching();
  }
}
