// An investigation: the commits that were tried, as their answers come, and the cause with its evidence.
import { html, nothing, type TemplateResult } from 'lit';
import type {
  CauseHunk,
  Evidence,
  InvestigationOutcome,
  InvestigationView,
  ProbeView,
} from '../src/protocol/investigation.ts';
import type { PanelState } from '../src/protocol/messages.ts';
import type { RunView } from '../src/protocol/run.ts';
import type { Suspect } from '../src/protocol/suspects.ts';
import { card } from './card.ts';
import { duration, icon, newest, plural, stateMark, tone } from './format.ts';
import { hypothesesTable } from './hypotheses.ts';
import type { Actions } from './layout.ts';
import { grownList, timingStrips } from './timings.ts';

export function investigationOverview(
  state: PanelState,
  view: RunView,
  investigation: InvestigationView,
  actions: Actions,
): TemplateResult {
  const { oracle, commits, probes, timings, outcome } = investigation;
  const { layout, setLayout } = actions;
  const asked = [oracle ?? '', commits === null ? '' : plural(commits, 'commit')].filter((text) => text !== '');
  return html`
    <header class="title">
      <h2>${view.title}</h2>
      <p>${stateMark(view.status)} <span class="quiet">${policyText(view)}${new Date(view.startedAt).toLocaleString()}</span></p>
      ${asked.length === 0 ? nothing : html`<p class="quiet">${asked.join(' · ')}</p>`}
    </header>
    ${ending(state, view, investigation, actions)}
    ${grownList(outcome?.grown ?? [], actions)} ${timingStrips(outcome?.timings ?? timings)}
    ${hypothesesTable(outcome?.inquiry ?? null, actions)}
    ${cause(investigation, actions)}
    ${probes.length === 0 ? nothing : html`<h3>Runs</h3>`}
    ${probes.length === 0 ? nothing : html`<ol class="plain" aria-label="Runs">${newest(probes, layout.rows, () => setLayout({ rows: layout.rows + 500 }), probeItem)}</ol>`}
  `;
}

/** Without a policy, nobody is named. */
const policyText = ({ policy }: RunView): string => (policy === 'none' ? '' : `hypotheses by ${policy} · `);

function probeItem({ commit, subject, what, answer, cached, durationMs, message }: ProbeView): TemplateResult {
  const name = commit === null ? subject : `${commit.slice(0, 10)} ${subject}`;
  const time = answer === null ? '' : cached ? 'known' : duration(durationMs);
  return html`<li>
    <div class="line">
      ${stateMark(answer ?? 'running')}<span class="grow">${what === 'hunks' ? 'hunks of ' : ''}${name}</span>
      <span class="quiet number">${time}</span>
    </div>
    ${message === '' || answer === 'failed' ? nothing : html`<p class="quiet clamp">${message}</p>`}
  </li>`;
}

function ending(
  state: PanelState,
  view: RunView,
  { outcome }: InvestigationView,
  actions: Actions,
): readonly (TemplateResult | typeof nothing)[] {
  const found = outcome === null ? nothing : causeCard(view, outcome, actions);
  if (view.endedAt !== null && view.failure === null && outcome !== null) return [found];
  return [found, underWay(state, view, actions)];
}

/** A run that goes on, or that ended before its time. */
function underWay(state: PanelState, { runId, endedAt, status, failure }: RunView, { send }: Actions): TemplateResult {
  const resume = html`<vscode-button @click=${() => send({ type: 'resumeRun', runId })}>Resume</vscode-button>`;
  const isInterrupted = state.runs.some((run) => run.runId === runId && run.interrupted);
  if (endedAt === null && isInterrupted)
    return card('debug-pause', 'The run was interrupted', 'No run that was finished is done again.', resume);
  if (endedAt === null)
    return html`<div class="row end"><vscode-button secondary @click=${() => send({ type: 'cancelRun', runId })}>Cancel Run</vscode-button></div>`;
  const isCanceled = failure?.reason === 'canceled';
  const title = isCanceled ? 'The run was canceled' : `The run ${status}`;
  const canResume = !isCanceled && status !== 'failed';
  return card('debug-pause', title, failure?.message ?? '', canResume ? resume : nothing, 'warn');
}

function causeCard(view: RunView, outcome: InvestigationOutcome, { send }: Actions): TemplateResult {
  const { runId } = view;
  const isFound = outcome.outcome !== 'unproven';
  // What begins with the cause waits for the run: one at a time.
  const canGoOn = isFound && view.endedAt !== null;
  const title = isFound ? `Cause found, confidence ${Math.floor(outcome.confidence * 100)} %` : 'No cause was found';
  const buttons = html`
    <vscode-button @click=${() => send({ type: 'showReport', runId })}>Show Report</vscode-button>
    ${canGoOn ? html`<vscode-button secondary @click=${() => send({ type: 'planFix', runId })}>Plan the Fix</vscode-button>` : nothing}
    ${canGoOn && outcome.outcome === 'cause' && outcome.hunks.length > 0 && view.investigation?.probes.length ? html`<vscode-button secondary @click=${() => send({ type: 'writeRegressionTest', runId })}>Write a Regression Test</vscode-button>` : nothing}`;
  return card(isFound ? 'pass' : 'question', title, outcome.summary, buttons, isFound ? '' : 'warn');
}

function cause({ outcome }: InvestigationView, actions: Actions): TemplateResult | typeof nothing {
  if (outcome === null) return nothing;
  const { hunks, evidence, ruledOut, unknown, ranking } = outcome;
  return html`
    ${hunks.length === 0 ? nothing : html`<h3>Lines</h3>${hunks.map((hunk) => hunkItem(hunk, actions))}`}
    ${section('Suspects', ranking.suspects.slice(0, maxSuspects), (suspect) => suspectItem(suspect, actions))}
    ${ranking.note === null ? nothing : html`<p class="quiet">${ranking.note}</p>`}
    ${section('Evidence', evidence, (item) => evidenceItem(item, actions))}
    ${section('Ruled out, and seen on the way', ruledOut, (text) => html`${text}`)}
    ${section('Unknown', unknown, (text) => html`${text}`)}
  `;
}

function section<T>(
  title: string,
  items: readonly T[],
  draw: (item: T) => TemplateResult,
): TemplateResult | typeof nothing {
  if (items.length === 0) return nothing;
  return html`<h3>${title}</h3><ul class="plain">${items.map((item) => html`<li class="line"><span class="grow">${draw(item)}</span></li>`)}</ul>`;
}

/** Suspects that are listed. */
const maxSuspects = 10;

function suspectItem({ path, function: name, startLine, score, why }: Suspect, { send }: Actions): TemplateResult {
  const open = () => send({ type: 'openFile', path, line: startLine });
  return html`<span class="line"><button class="link" @click=${open}>${icon('go-to-file')} ${name}</button>
    <span class="grow quiet">${path}:${startLine}</span><span class="quiet number" title="Score">${score.toFixed(2)}</span></span>
    <p class="quiet">${why.join('; ')}</p>`;
}

function hunkItem({ path, startLine, lines, today }: CauseHunk, { send }: Actions): TemplateResult {
  const open = () => send({ type: 'openFile', path: today?.path ?? path, line: today?.startLine ?? null });
  const place = today === null ? `${path}, line ${startLine} of then` : `${today.path}:${today.startLine}`;
  return html`<div class="line"><button class="link" @click=${open}>${icon('go-to-file')} ${place}</button></div>
    <pre class="diff" tabindex="0" aria-label="Change at ${place}">${lines.map((line) => html`<span class=${tone(line)}>${line}\n</span>`)}</pre>`;
}

function evidenceItem({ text, path, line }: Evidence, { send }: Actions): TemplateResult {
  if (path === null) return html`${text}`;
  const place = line === null ? path : `${path}:${line}`;
  return html`${text} <button class="link" @click=${() => send({ type: 'openFile', path, line })}>${place}</button>`;
}
