// What the status bar says of a run. Pure: a view in, words out.

import { overallStatus } from '../../protocol/overallStatus.ts';
import type { RunView } from '../../protocol/run.ts';
import type { Verdict } from '../../protocol/verdict.ts';

export interface StatusText {
  readonly text: string;
  readonly kind: 'plain' | 'warning' | 'error';
  /** Which command fits the moment. */
  readonly next: 'panel' | 'plan' | 'review' | 'resume' | 'continue' | 'extend';
}

export function statusText(view: RunView | undefined, check: readonly Verdict[] | undefined): StatusText {
  if (view === undefined || (view.endedAt !== null && check !== undefined)) return checkText(check);
  if (view.waitingFor === 'continue')
    return { text: '$(debug-pause) Ratchet: paused', kind: 'warning', next: 'continue' };
  if (view.failure?.reason === 'budgetExceeded')
    return { text: '$(debug-pause) Ratchet: budget', kind: 'warning', next: 'extend' };
  if (view.waitingFor === 'planApproval')
    return { text: '$(comment-unresolved) Ratchet: plan', kind: 'warning', next: 'plan' };
  if (view.waitingFor === 'review') {
    const open = Object.values(view.hunks).filter((state) => state === 'pending' || state === 'stale').length;
    const isBusy = view.activities.some(({ endedAt, name }) => endedAt === null && name !== 'weighHunks');
    return {
      text: `${isBusy ? '$(sync~spin)' : '$(git-pull-request)'} Ratchet: ${open} ${open === 1 ? 'hunk' : 'hunks'}`,
      kind: 'warning',
      next: 'review',
    };
  }
  if (view.status === 'stopped' && view.failure?.reason !== 'canceled')
    return { text: '$(debug-pause) Ratchet: stopped', kind: 'warning', next: 'resume' };
  if (view.status === 'failed') return { text: '$(error) Ratchet: failed', kind: 'error', next: 'panel' };
  if (view.endedAt === null) return { text: `$(sync~spin) Ratchet: ${view.phase}`, kind: 'plain', next: 'panel' };
  return checkText(view.judgements.at(-1)?.verdicts);
}

function checkText(verdicts: readonly Verdict[] | undefined): StatusText {
  if (verdicts === undefined || verdicts.length === 0)
    return { text: '$(ratchet-icon) Ratchet', kind: 'plain', next: 'panel' };
  const status = overallStatus(verdicts);
  const gate = verdicts.find((verdict) => verdict.status === status)?.gate ?? '';
  switch (status) {
    case 'passed':
      return { text: '$(pass) Ratchet', kind: 'plain', next: 'panel' };
    case 'unproven':
      return { text: `$(question) Ratchet: ${gate} unproven`, kind: 'warning', next: 'panel' };
    case 'failed':
    case 'errored':
      return { text: `$(error) Ratchet: ${gate} ${status}`, kind: 'error', next: 'panel' };
  }
}

/** Gates as lines of Markdown; text from elsewhere is not in it. */
export function gateLines(verdicts: readonly Verdict[]): string[] {
  const icons = { passed: 'pass', failed: 'error', unproven: 'question', errored: 'warning' } as const;
  return verdicts.map(
    ({ gate, status, findings }) =>
      `$(${icons[status]}) **${gate}** ${status}${findings.length > 0 ? `, ${findings.length} findings` : ''}`,
  );
}
