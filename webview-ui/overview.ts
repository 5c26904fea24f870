// What is going on, how far it is, what it costs, and what a person is asked for.
import { html, nothing, type TemplateResult } from 'lit';
import type { PanelState } from '../src/protocol/messages.ts';
import type { Phase, RunView } from '../src/protocol/run.ts';
import { card } from './card.ts';
import { dollars, duration, icon, plural, stateMark, tokens } from './format.ts';
import { investigationOverview } from './investigation.ts';
import type { Actions } from './layout.ts';

const phases: readonly (readonly [Phase, string])[] = [
  ['context', 'Context'],
  ['perspectives', 'Perspectives'],
  ['synthesis', 'Plan'],
  ['approval', 'Approval'],
  ['execution', 'Execution'],
  ['judgement', 'Judgement'],
  ['review', 'Review'],
  ['application', 'Applied'],
];

export function overviewTab(state: PanelState, actions: Actions): TemplateResult {
  const view = state.selected;
  if (view === null) return html``;
  if (view.investigation !== null) return investigationOverview(state, view, view.investigation, actions);
  return html`
    <header class="title">
      <h2>${view.title}</h2>
      <p>${stateMark(view.status)} <span class="quiet">${view.policy} · ${new Date(view.startedAt).toLocaleString()}</span></p>
    </header>
    ${callToAction(state, view, actions)}
    <ol class="phases" aria-label="Phases">
      ${phases.map(([phase, name]) => phaseItem(view, phase, name))}
    </ol>
    ${steps(view, actions)} ${comments(view)} ${gates(view, actions)} ${budget(view)}
  `;
}

function phaseItem(view: RunView, phase: Phase, name: string): TemplateResult {
  const order = phases.map(([id]) => id);
  const now = view.phase === 'done' ? phases.length : order.indexOf(view.phase);
  const at = order.indexOf(phase);
  const isCurrent = at === now && view.endedAt === null;
  const look = at < now ? 'done' : isCurrent ? 'now' : 'later';
  const mark =
    at < now ? 'check' : isCurrent ? (view.waitingFor === null ? 'sync' : 'comment-unresolved') : 'circle-outline';
  return html`<li class=${look} aria-current=${isCurrent ? 'step' : nothing}>${icon(mark, isCurrent && view.waitingFor === null ? 'spin' : '')}<span>${name}</span></li>`;
}

function callToAction(state: PanelState, view: RunView, { send, setLayout }: Actions): TemplateResult {
  const { runId } = view;
  const interrupted = state.runs.some((run) => run.runId === runId && run.interrupted);
  if (interrupted && view.endedAt === null)
    return card(
      'debug-pause',
      'The run was interrupted',
      'Nothing that was finished is done again.',
      html`
      <vscode-button @click=${() => send({ type: 'resumeRun', runId })}>Resume</vscode-button>`,
    );
  if (view.waitingFor === 'continue')
    return card(
      'debug-pause',
      'The run is paused',
      'Nothing new begins until you continue. What you say now is read first.',
      html`
      <vscode-button @click=${() => send({ type: 'continueRun', runId })}>Continue</vscode-button>
      <vscode-button secondary @click=${() => send({ type: 'commentRun', runId })}>Tell the Policy</vscode-button>
      <vscode-button secondary @click=${() => send({ type: 'cancelRun', runId })}>Cancel Run</vscode-button>`,
    );
  if (view.waitingFor === 'planApproval')
    return card(
      'comment-unresolved',
      'The plan waits for you',
      view.plan?.goal ?? '',
      html`
      <vscode-button @click=${() => send({ type: 'approvePlan', runId })}>Approve</vscode-button>
      <vscode-button secondary @click=${() => setLayout({ tab: 'plan' })}>Read</vscode-button>
      <vscode-button secondary @click=${() => send({ type: 'editPlan', runId })}>Edit</vscode-button>
      <vscode-button secondary @click=${() => send({ type: 'rejectPlan', runId })}>Reject</vscode-button>`,
    );
  if (view.waitingFor === 'review') {
    const open = Object.values(view.hunks).filter((hunk) => hunk === 'pending' || hunk === 'stale').length;
    return card(
      'git-pull-request',
      `${plural(open, 'hunk')} ${open === 1 ? 'waits' : 'wait'} for you`,
      'Nothing is in your files until you accept it.',
      html`
      <vscode-button @click=${() => send({ type: 'openReview', runId })}>Open Review</vscode-button>
      <vscode-button secondary @click=${() => setLayout({ tab: 'changes' })}>Changes</vscode-button>
      <vscode-button secondary @click=${() => send({ type: 'commentRun', runId })}>Answer All of It</vscode-button>`,
    );
  }
  if (view.failure?.reason === 'budgetExceeded')
    return card(
      'debug-pause',
      'The budget is used up',
      view.failure.message,
      html`<vscode-button @click=${() => send({ type: 'extendBudget', runId })}>Extend Budget</vscode-button>`,
      'warn',
    );
  if (view.status === 'stopped')
    return card(
      'debug-pause',
      view.failure?.reason === 'canceled' ? 'The run was canceled' : 'The run stopped',
      view.failure?.message ?? '',
      view.failure?.reason === 'canceled'
        ? nothing
        : html`<vscode-button @click=${() => send({ type: 'resumeRun', runId })}>Resume</vscode-button>`,
      'warn',
    );
  if (view.status === 'failed') return card('error', 'The run failed', view.failure?.message ?? '', nothing, 'bad');
  if (view.outcome !== null)
    return card(
      view.outcome.outcome === 'applied' ? 'pass' : 'circle-slash',
      `The run is over: ${view.outcome.outcome}`,
      view.outcome.message,
      html`
      <vscode-button secondary @click=${() => send({ type: 'planFeature' })}>Plan Another Feature</vscode-button>`,
      view.outcome.outcome === 'failed' ? 'bad' : '',
    );
  return html`<div class="row end">
    ${view.isPaused ? html`<span class="grow quiet">Pausing when what is under way has ended.</span>` : nothing}
    <vscode-button secondary @click=${() => send({ type: 'commentRun', runId })}>Tell the Policy</vscode-button>
    ${
      view.isPaused
        ? html`<vscode-button secondary @click=${() => send({ type: 'continueRun', runId })}>Continue</vscode-button>`
        : html`<vscode-button secondary @click=${() => send({ type: 'pauseRun', runId })}>Pause</vscode-button>`
    }
    <vscode-button secondary @click=${() => send({ type: 'cancelRun', runId })}>Cancel Run</vscode-button>
  </div>`;
}

function steps(view: RunView, { send }: Actions): TemplateResult | typeof nothing {
  if (view.steps.length === 0) return nothing;
  return html`<h3>Steps</h3>
    <ul class="plain">
      ${view.steps.map(
        (step) => html`<li class="line">
          ${stateMark(step.status)}<span class="grow">${step.id} ${step.title} ${step.ways.length > 0 ? html`<br /><span class="quiet">${step.ways.map(wayText).join(', ')}</span>` : nothing}</span>
          ${
            view.waitingFor === 'review'
              ? html`<button class="icon" aria-label="Redo step ${step.id}" title="Redo with other instructions" @click=${() => send({ type: 'redoStep', runId: view.runId, stepId: step.id })}>${icon('redo')}</button>`
              : nothing
          }
          <span class="quiet number">${step.turns > 0 ? plural(step.turns, 'turn') : ''}${step.attempts > 1 ? `, ${plural(step.attempts - 1, 'repair')}` : ''}</span>
        </li>`,
      )}
    </ul>`;
}

const wayText = ({ way, passed, findings, isChosen }: RunView['steps'][number]['ways'][number]): string => {
  const ended = passed === null ? 'under way' : passed ? 'passed' : plural(findings, 'finding');
  return `way ${way} ${ended}${isChosen ? ' (taken)' : ''}`;
};

function comments({ comments: said }: RunView): TemplateResult | typeof nothing {
  if (said.length === 0) return nothing;
  return html`<h3>You said</h3>
    <ul class="plain">
      ${said.map(({ at, text }) => html`<li class="line"><span class="quiet number">${new Date(at).toLocaleTimeString()}</span><span class="grow">${text}</span></li>`)}
    </ul>`;
}

function gates(view: RunView, { setLayout }: Actions): TemplateResult | typeof nothing {
  const last = view.judgements.at(-1);
  if (last === undefined) return nothing;
  return html`<h3>Gates</h3>
    <ul class="plain">
      ${last.verdicts.map(
        (verdict) =>
          html`<li class="line gate">${stateMark(verdict.status)}<span class="name">${verdict.gate}</span><span class="grow quiet">${verdict.summary}</span></li>`,
      )}
    </ul>
    <button class="link" @click=${() => setLayout({ tab: 'gates' })}>Show findings</button>`;
}

function budget(view: RunView): TemplateResult {
  const { usage, budget: limits, turns, workedMs } = view;
  const used = usage.inputTokens + usage.outputTokens;
  const sent = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  const cached = sent === 0 ? 0 : Math.round((100 * usage.cacheReadTokens) / sent);
  return html`<h3>Budget</h3>
    <dl class="meters">
      ${meter('Answers', turns, limits.turns, `${turns} of ${limits.turns}`)}
      ${meter('Tokens', used, limits.tokens, `${tokens(used)} of ${tokens(limits.tokens)}`)}
      ${meter('Cost', usage.costUsd, limits.usd, `${dollars(usage.costUsd)} of ${dollars(limits.usd)}`)}
      ${sent === 0 ? nothing : html`<dt>Cache</dt><dd><span class="number">${cached}% of the input came from the cache</span></dd>`}
      ${meter('Work', workedMs, limits.wallMinutes * 60_000, `${duration(workedMs)} of ${limits.wallMinutes} min`)}
    </dl>`;
}

function meter(name: string, value: number, limit: number, text: string): TemplateResult {
  const share = limit <= 0 ? 1 : Math.min(1, value / limit);
  const tone = share > 0.9 ? 'bad' : share > 0.7 ? 'warn' : 'fine';
  return html`<dt>${name}</dt>
    <dd>
      <svg class="meter ${tone}" viewBox="0 0 100 4" preserveAspectRatio="none" role="img" aria-label="${name}: ${text}">
        <rect class="track" width="100" height="4"></rect><rect class="fill" width=${share * 100} height="4"></rect>
      </svg>
      <span class="number">${text}</span>
    </dd>`;
}
