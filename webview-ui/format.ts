// Small things every tab draws in the same way: icons, states, times, numbers.
import { html, type TemplateResult } from 'lit';
import type { VerdictStatus } from '../src/protocol/verdict.ts';

export const icon = (name: string, more = ''): TemplateResult =>
  html`<i class="codicon codicon-${name} ${more}" aria-hidden="true"></i>`;

const looks: Readonly<Record<string, readonly [string, string]>> = {
  passed: ['pass-filled', 'good'],
  completed: ['pass-filled', 'good'],
  accepted: ['pass-filled', 'good'],
  applied: ['pass-filled', 'good'],
  failed: ['error', 'bad'],
  errored: ['warning', 'bad'],
  rejected: ['circle-slash', 'quiet'],
  stopped: ['debug-pause', 'warn'],
  unproven: ['question', 'warn'],
  untestable: ['circle-slash', 'quiet'],
  otherFailure: ['warning', 'warn'],
  stale: ['warning', 'warn'],
  cameTrue: ['pass-filled', 'good'],
  didNot: ['error', 'bad'],
  counterCameTrue: ['error', 'bad'],
  counterDidNot: ['pass-filled', 'good'],
  inconclusive: ['question', 'warn'],
  refused: ['circle-slash', 'quiet'],
  running: ['sync', 'busy'],
  retrying: ['sync', 'busy'],
  waiting: ['comment-unresolved', 'warn'],
  pending: ['circle-large-outline', 'quiet'],
};

const words: Readonly<Record<string, string>> = {
  otherFailure: 'another failure',
  cameTrue: 'came true',
  didNot: 'did not come true',
  counterCameTrue: 'came true',
  counterDidNot: 'did not come true',
};

/** A state as icon and word: never by colour alone. */
export function stateMark(state: string): TemplateResult {
  const [name, tone] = looks[state] ?? ['circle-large-outline', 'quiet'];
  return html`<span class="mark ${tone}">${icon(name, tone === 'busy' ? 'spin' : '')}<span>${words[state] ?? state}</span></span>`;
}

export const verdictTone = (status: VerdictStatus): string => looks[status]?.[1] ?? 'quiet';

export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  return minutes < 60
    ? `${minutes} min ${Math.round((ms % 60_000) / 1_000)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export const tokens = (count: number): string =>
  count < 10_000
    ? String(count)
    : count < 1_000_000
      ? `${Math.round(count / 1_000)}k`
      : `${(count / 1_000_000).toFixed(1)}M`;

export const dollars = (amount: number): string => `$${amount.toFixed(2)}`;

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** Rows beyond the newest `limit` wait behind a button, so that a long run stays quick. */
export function newest<T>(
  rows: readonly T[],
  limit: number,
  showMore: () => void,
  draw: (row: T) => TemplateResult,
): TemplateResult {
  const hidden = Math.max(0, rows.length - limit);
  return html`${hidden > 0 ? html`<button class="link more" @click=${showMore}>Show earlier (${hidden} more)</button>` : ''} ${rows.slice(hidden).map(draw)}`;
}

/** How a line of a diff looks. */
export const tone = (line: string): string => (line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : '');
