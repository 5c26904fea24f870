// What the gates said, the newest judgement first.
import { html, nothing, type TemplateResult } from 'lit';
import type { ContractItem } from '../src/protocol/contract.ts';
import type { PanelState } from '../src/protocol/messages.ts';
import type { Judgement } from '../src/protocol/run.ts';
import type { Finding, Verdict } from '../src/protocol/verdict.ts';
import { duration, plural, stateMark, verdictTone } from './format.ts';
import type { Actions } from './layout.ts';
import { fileLink } from './plan.ts';

const titles = {
  step: 'Step',
  proposal: 'The whole proposal',
  remaining: 'What is left of the proposal',
  accepted: 'What was accepted',
} as const;
const maxFindings = 50;

export function gatesTab(state: PanelState, actions: Actions): TemplateResult {
  const judgements = state.selected?.judgements ?? [];
  if (judgements.length === 0 && state.check === null)
    return html`<p class="quiet">No gate has judged yet. Gates judge after every step, before the proposal, and after what you accepted.</p>`;
  return html`${checkSection(state, actions)}
    ${judgements.toReversed().map((judgement, index) => judgementSection(judgement, index === 0, actions))}`;
}

/** What Check Gates said last; nothing before it was asked. */
export function checkSection({ check }: PanelState, actions: Actions): TemplateResult | typeof nothing {
  if (check === null) return nothing;
  return html`<details class="judgement" open>
    <summary><strong>The working copy</strong> ${chips(check)}</summary>
    ${check.map((verdict) => verdictSection(verdict, actions))}
  </details>`;
}

const chips = (verdicts: readonly Verdict[]): TemplateResult[] =>
  verdicts.map(({ status, gate }) => html`<span class="chip ${verdictTone(status)}">${gate} ${status}</span>`);

function judgementSection(
  { phase, stepId, at, verdicts }: Judgement,
  isNewest: boolean,
  actions: Actions,
): TemplateResult {
  const title = stepId === null ? titles[phase] : `${titles[phase]} ${stepId}`;
  return html`<details class="judgement" ?open=${isNewest}>
    <summary><strong>${title}</strong> <span class="quiet">${new Date(at).toLocaleTimeString()}</span> ${chips(verdicts)}</summary>
    ${verdicts.map((verdict) => verdictSection(verdict, actions))}
  </details>`;
}

function verdictSection(verdict: Verdict, actions: Actions): TemplateResult {
  const { gate, status, summary, findings, items = [], durationMs, cached, containment } = verdict;
  return html`<section class="verdict ${verdictTone(status)}">
    <div class="line">${stateMark(status)}<strong class="grow">${gate}</strong>${containment?.contained === 'none' ? html`<span class="chip warn" title=${containment.detail}>no sandbox</span>` : nothing}<span class="quiet number">${cached ? 'cached' : duration(durationMs)}</span></div>
    <p>${summary}</p>
    ${items.length === 0 ? nothing : html`<ul class="findings">${items.map(contractItem)}</ul>`}
    ${findings.length === 0 ? nothing : html`<ul class="findings">${findings.slice(0, maxFindings).map((finding) => findingItem(finding, actions))}</ul>`}
    ${findings.length > maxFindings ? html`<p class="quiet">${plural(findings.length - maxFindings, 'more finding')}; all are in Problems.</p>` : nothing}
  </section>`;
}

/** An item of the contract with what shows it; what is not asked for says why. */
function contractItem({ item, status, reason, evidence }: ContractItem): TemplateResult {
  const tone = { passed: 'good', failed: 'bad', unproven: 'warn', notApplicable: 'quiet' }[status];
  const said = status === 'notApplicable' ? 'not asked for' : status;
  return html`<li>
    <strong>${item}</strong> <span class=${tone}>${said}</span> ${reason}
    ${evidence.length === 0 ? nothing : html`<pre class="evidence" tabindex="0">${evidence.join('\n')}</pre>`}
  </li>`;
}

function findingItem({ rule, severity, message, path, range, evidence }: Finding, actions: Actions): TemplateResult {
  return html`<li>
    <span class=${severity === 'error' ? 'bad' : severity === 'warning' ? 'warn' : 'quiet'}>${severity}</span> ${message}
    <div class="quiet">${rule} ${path === undefined ? nothing : fileLink(path, range?.startLine ?? null, actions)}</div>
    ${evidence === undefined ? nothing : html`<pre class="evidence" tabindex="0">${evidence}</pre>`}
  </li>`;
}
