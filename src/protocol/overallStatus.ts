// The status of several verdicts. No schema is loaded for it: the editor's status bar asks it at start.
import type { Verdict, VerdictStatus } from './verdict.ts';

/** The status of several verdicts together: the worst of them; none at all is `unproven`. */
export function overallStatus(verdicts: readonly Pick<Verdict, 'status'>[]): VerdictStatus {
  const order: readonly VerdictStatus[] = ['errored', 'failed', 'unproven'];
  for (const status of order) if (verdicts.some((verdict) => verdict.status === status)) return status;
  return verdicts.length === 0 ? 'unproven' : 'passed';
}
