// The plan, what the perspectives said, and the person's answer to it.
import { html, nothing, type TemplateResult } from 'lit';
import type { PanelState } from '../src/protocol/messages.ts';
import type { Claim, PerspectiveView } from '../src/protocol/plan.ts';
import type { RunView } from '../src/protocol/run.ts';
import { contextList } from './context.ts';
import { icon, stateMark } from './format.ts';
import type { Actions } from './layout.ts';

export function planTab({ selected }: PanelState, actions: Actions): TemplateResult {
  if (selected === null) return html``;
  const { plan, views, droppedClaims } = selected;
  return html`
    ${plan === null ? html`<p class="quiet">The plan is not there yet${views.length > 0 ? '; the perspectives have spoken' : ''}.</p>` : planText(selected, actions)}
    ${views.length > 0 ? html`<h3>Perspectives</h3>${views.map((view) => perspective(view, actions))}` : nothing}
    ${droppedClaims.length > 0 ? dropped(droppedClaims) : nothing}
    ${contextList(selected, (path) => fileLink(path, null, actions))}
  `;
}

function planText(view: RunView, actions: Actions): TemplateResult {
  const { plan } = view;
  if (plan === null) return html``;
  return html`
    <h2>${plan.goal}</h2>
    <p>${plan.summary}</p>
    ${view.waitingFor === 'planApproval' ? answer(view.runId, actions) : nothing}
    <h3>Steps</h3>
    <ol class="steps">
      ${plan.steps.map((step) => {
        const state = view.steps.find(({ id }) => id === step.id);
        return html`<li>
          <div class="line"><strong class="grow">${step.id} ${step.title}</strong>${state === undefined ? nothing : stateMark(state.status)}</div>
          <p>${step.description}</p>
          <p class="quiet">Done when:</p>
          <ul>${step.acceptance.map((line) => html`<li>${line}</li>`)}</ul>
          <p class="quiet files">${step.files.map((path) => fileLink(path, null, actions))}</p>
          <p class="quiet">Gates: ${step.gates.join(', ')}</p>
        </li>`;
      })}
    </ol>
    ${conflicts(view)}
    ${plan.risks.length > 0 ? html`<h3>Risks</h3><ul>${plan.risks.map(({ risk, mitigation }) => html`<li>${risk}<br /><span class="quiet">${mitigation}</span></li>`)}</ul>` : nothing}
    <h3>Rollback</h3>
    <p>${plan.rollback}</p>
    ${contract('Behaviour', plan.contract.behaviour)} ${contract('Physics', plan.contract.physics)} ${contract('Deployment', plan.contract.deployment)}
  `;
}

const contract = (name: string, items: readonly string[]): TemplateResult | typeof nothing =>
  items.length === 0 ? nothing : html`<h3>${name}</h3><ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;

function answer(runId: string, { send }: Actions): TemplateResult {
  const comment = () => {
    const field = document.querySelector('.revise vscode-textarea');
    const value: unknown = Reflect.get(Object(field), 'value');
    if (typeof value === 'string' && value.trim() !== '') send({ type: 'revisePlan', runId, comment: value.trim() });
  };
  return html`<section class="card">
    <div class="row">
      <vscode-button @click=${() => send({ type: 'approvePlan', runId })}>Approve</vscode-button>
      <vscode-button secondary @click=${() => send({ type: 'editPlan', runId })}>Edit</vscode-button>
      <vscode-button secondary @click=${() => send({ type: 'rejectPlan', runId })}>Reject</vscode-button>
    </div>
    <div class="revise">
      <vscode-textarea rows="2" label="What should be different?" placeholder="What should be different?"></vscode-textarea>
      <vscode-button secondary @click=${comment}>Ask for Another Plan</vscode-button>
    </div>
  </section>`;
}

/** Where perspectives want different things, and what the plan does about it. */
function conflicts({ conflicts: open, plan }: RunView): TemplateResult | typeof nothing {
  if (open.length === 0) return nothing;
  return html`<h3>Decisions</h3>
    <ul>
      ${open.map(({ id, place, sides }) => {
        const made = plan?.decisions?.find(({ conflict }) => conflict === id);
        return html`<li>
          ${icon('git-compare')} <code>${place}</code>
          <ul>${sides.map(({ perspective, stance, statement }) => html`<li><strong>${perspective}</strong> <span class="quiet">${stance}</span> ${statement}</li>`)}</ul>
          ${made === undefined ? html`<span class="warn">Not decided</span>` : html`<strong>${made.decision}</strong> <span class="quiet">${made.reason}</span>`}
        </li>`;
      })}
    </ul>`;
}

const dropped = (claims: RunView['droppedClaims']): TemplateResult =>
  html`<details>
    <summary><span class="warn">${icon('warning')} ${claims.length} ${claims.length === 1 ? 'claim was' : 'claims were'} dropped</span></summary>
    <ul>${claims.map(({ perspective, statement, reason }) => html`<li><strong>${perspective}</strong> ${statement} <span class="quiet">Dropped: ${reason}.</span></li>`)}</ul>
  </details>`;

function perspective(view: PerspectiveView, actions: Actions): TemplateResult {
  return html`<details class="perspective">
    <summary><strong>${view.perspective}</strong> <span class="quiet">${view.summary}</span></summary>
    ${view.claims.length > 0 ? html`<p class="quiet">Claims</p><ul>${view.claims.map((claim) => claimItem(claim, actions))}</ul>` : nothing}
    ${view.suggestions.length > 0 ? html`<p class="quiet">Suggestions</p><ul>${view.suggestions.map((text) => html`<li>${text}</li>`)}</ul>` : nothing}
    ${view.risks.length > 0 ? html`<p class="quiet">Risks</p><ul>${view.risks.map((text) => html`<li>${text}</li>`)}</ul>` : nothing}
  </details>`;
}

const claimItem = ({ statement, path, line, quote, test, rule }: Claim, actions: Actions): TemplateResult =>
  html`<li>${statement} ${path === null ? nothing : fileLink(path, line, actions)}
    ${quote == null || quote === '' ? nothing : html`<code class="quiet">${quote}</code>`}
    ${test == null ? nothing : html`<span class="quiet">test: ${test}</span>`}
    ${rule == null ? nothing : html`<span class="quiet">rule: ${rule}</span>`}</li>`;

export function fileLink(path: string, line: number | null, { send }: Actions): TemplateResult {
  const at = line !== null && Number.isInteger(line) && line > 0 ? line : null;
  return html`<button class="link file" @click=${() => send({ type: 'openFile', path, line: at })}>${path}${at === null ? '' : `:${at}`}</button> `;
}
