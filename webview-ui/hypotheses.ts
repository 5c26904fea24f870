// The hypotheses of an investigation: what was predicted, what was tried, what came of it and what is believed. What was refuted or
// refused stays in the table; nothing is said by colour alone.
import { html, nothing, type TemplateResult } from 'lit';
import type { Inquiry, Trial, TriedHypothesis } from '../src/protocol/hypotheses.ts';
import { icon, stateMark, tone } from './format.ts';
import type { Actions } from './layout.ts';

export function hypothesesTable(inquiry: Inquiry | null, actions: Actions): TemplateResult | typeof nothing {
  if (inquiry === null) return nothing;
  const { hypotheses, doubt, noneOfThem, notes } = inquiry;
  return html`<h3 id="hypotheses">Hypotheses</h3>
    ${hypotheses.length === 0 ? nothing : table(hypotheses, noneOfThem, actions)}
    ${doubt === null ? nothing : doubtText(doubt)}
    ${notes.map((text) => html`<p class="quiet">${text}</p>`)}`;
}

function table(
  hypotheses: readonly TriedHypothesis[],
  noneOfThem: Inquiry['noneOfThem'],
  actions: Actions,
): TemplateResult {
  return html`<p class="quiet">A policy proposed these, and the gym tried them. The cause stands without them.</p>
    <div class="fitted">
      <table class="hypotheses" role="table" aria-labelledby="hypotheses">
        <thead role="rowgroup">
          <tr role="row">${['Hypothesis', 'Outcome', 'Belief', 'Prediction and experiment'].map((name) => html`<th scope="col" role="columnheader">${name}</th>`)}</tr>
        </thead>
        <tbody role="rowgroup">
          ${hypotheses.map((one) => row(one, actions))}
          <tr role="row"><th scope="row" role="rowheader">None of these</th><td role="cell"></td><td role="cell" data-label="Belief">${belief(noneOfThem)}</td><td role="cell"></td></tr>
        </tbody>
      </table>
    </div>`;
}

/** Roles are said since a row that is drawn as a block would lose them. */
function row(hypothesis: TriedHypothesis, actions: Actions): TemplateResult {
  const { id, statement, mechanism, prediction, experiment, outcome, detail } = hypothesis;
  return html`<tr role="row">
    <th scope="row" role="rowheader"><span class="quiet">${id}</span> ${statement}<p class="quiet">${mechanism}</p>${place(hypothesis, actions)}</th>
    <td role="cell">${stateMark(outcome)}${detail === '' ? nothing : html`<p class="quiet">${detail}</p>`}</td>
    <td role="cell" data-label="Belief">${belief(hypothesis)}</td>
    <td role="cell" data-label="Prediction">${prediction}${experiment === '' ? nothing : html`<p class="quiet">${experiment}.</p>`}${patchOf(hypothesis)}</td>
  </tr>`;
}

function place({ path, startLine, isPlaceKnown }: TriedHypothesis, { send }: Actions): TemplateResult {
  if (!isPlaceKnown) return html`<p class="quiet">${path}: there is no such file</p>`;
  const open = () => send({ type: 'openFile', path, line: startLine });
  return html`<button class="link" @click=${open}>${icon('go-to-file')} ${path}${startLine === null ? '' : `:${startLine}`}</button>`;
}

function doubtText(doubt: NonNullable<Inquiry['doubt']>): TemplateResult {
  const { id, objection, prediction, experiment, before, after } = doubt;
  return html`<section class="verdict quiet">
    <div>${icon('comment-unresolved')} The sceptic on ${id}: ${objection}</div>
    ${prediction === '' ? nothing : html`<p>If so: ${prediction}</p>`}
    ${experiment === '' ? nothing : html`<p class="quiet">${experiment}.</p>`}${patchOf(doubt)}
    <p>${stateMark(against[doubt.outcome] ?? doubt.outcome)} <span class="quiet">${doubt.detail}</span></p>
    <div>Belief in ${id} ${belief({ before, after })}</div>
  </section>`;
}

/** What comes true for the sceptic speaks against the hypothesis. */
const against: Readonly<Record<string, string>> = { cameTrue: 'counterCameTrue', didNot: 'counterDidNot' };

function patchOf({ id, patch }: Trial): TemplateResult | typeof nothing {
  if (patch === null) return nothing;
  const lines = patch.trimEnd().split('\n');
  return html`<details><summary>What was changed for it</summary>
    <pre class="diff" tabindex="0" aria-label="Change for ${id}">${lines.map((line) => html`<span class=${tone(line)}>${line}\n</span>`)}</pre></details>`;
}

const belief = ({ before, after }: { before: number; after: number }): TemplateResult =>
  html`<span class="number" title="Belief before and after">${percent(before)} → <strong>${percent(after)}</strong></span>`;

const percent = (share: number): string => `${Math.round(share * 100)} %`;
