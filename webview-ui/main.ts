// The panel: draws the state it is given and says what a person clicked. It holds no state of a run, only layout.
import '@vscode-elements/elements/dist/vscode-badge/index.js';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-tab-header/index.js';
import '@vscode-elements/elements/dist/vscode-tabs/index.js';
import '@vscode-elements/elements/dist/vscode-textarea/index.js';
import '@vscode/codicons/dist/codicon.css';
import './panel.css';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { HostToPanel, PanelState, PanelTab, PanelToHost } from '../src/protocol/messages.ts';
import { changesTab } from './changes.ts';
import { icon } from './format.ts';
import { checkSection, gatesTab } from './gates.ts';
import type { Actions, Layout } from './layout.ts';
import { overviewTab } from './overview.ts';
import { planTab } from './plan.ts';
import { rulesTab } from './rules.ts';
import { timelineTab } from './timeline.ts';
import { traceTab } from './trace.ts';

type Tab = readonly [PanelTab, string, (state: PanelState, actions: Actions) => TemplateResult];

const tabs: readonly [Tab, ...Tab[]] = [
  ['overview', 'Run', overviewTab],
  ['plan', 'Plan', planTab],
  ['changes', 'Changes', changesTab],
  ['gates', 'Gates', gatesTab],
  ['timeline', 'Timeline', timelineTab],
  ['trace', 'Trace', traceTab],
  ['rules', 'Rules', rulesTab],
];

const vscode = acquireVsCodeApi<Layout>();

class RatchetPanel extends LitElement {
  static override readonly properties = { state: { attribute: false }, layout: { attribute: false } };
  declare state: PanelState | undefined;
  declare layout: Layout;

  constructor() {
    super();
    this.layout = vscode.getState() ?? { tab: 'overview', rows: 200, expanded: [] };
  }

  /** The page has one style sheet, and this is its only element. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('message', this.#receive);
    this.#send({ type: 'ready' });
  }

  override disconnectedCallback(): void {
    window.removeEventListener('message', this.#receive);
    super.disconnectedCallback();
  }

  readonly #receive = ({ data }: MessageEvent<HostToPanel>) => {
    if (data.type === 'state') this.state = data.state;
    else this.#setLayout({ tab: data.tab });
  };

  #send(message: PanelToHost): void {
    vscode.postMessage(message);
  }

  #setLayout(change: Partial<Layout>): void {
    this.layout = { ...this.layout, ...change };
    vscode.setState(this.layout);
  }

  protected override render(): TemplateResult {
    const { state } = this;
    if (state === undefined) return html`<p class="quiet pad">Loading…</p>`;
    if (!state.trusted) return untrusted();
    const actions: Actions = {
      send: (message) => this.#send(message),
      layout: this.layout,
      setLayout: (change) => this.#setLayout(change),
    };
    if (state.selected === null) return empty(state, actions);
    const index = Math.max(
      0,
      tabs.findIndex(([id]) => id === this.layout.tab),
    );
    const [, title, draw] = tabs[index] ?? tabs[0];
    return html`
      ${notice(state, actions)} ${runPicker(state, actions)}
      <div class="tabs">
        <vscode-tabs
          .selectedIndex=${index}
          @vsc-tabs-select=${({ detail }: CustomEvent<{ selectedIndex: number }>) => {
            const [tab] = tabs[detail.selectedIndex] ?? [];
            if (tab !== undefined && tab !== this.layout.tab) this.#setLayout({ tab });
          }}
        >
          ${tabs.map(([, name]) => html`<vscode-tab-header slot="header">${name}</vscode-tab-header>`)}
        </vscode-tabs>
      </div>
      <div class="tab" role="tabpanel" aria-label=${title}>${draw(state, actions)}</div>
      <div class="status-line" role="status" aria-live="polite">${statusLine(state)}</div>
    `;
  }
}

function notice({ policyNotice }: PanelState, { send }: Pick<Actions, 'send'>): TemplateResult | typeof nothing {
  if (policyNotice === null) return nothing;
  return html`<div class="notice" role="note">
    ${icon('info')}
    <span>${policyNotice} <button class="link" @click=${() => send({ type: 'choosePolicy' })}>Choose Policy</button></span>
  </div>`;
}

function runPicker(state: PanelState, { send }: Actions): TemplateResult | typeof nothing {
  if (state.runs.length < 2) return nothing;
  return html`<vscode-single-select
    class="runs"
    aria-label="Run"
    @change=${({ target }: Event) => {
      const value: unknown = Reflect.get(Object(target), 'value');
      if (typeof value === 'string' && value !== state.selected?.runId) send({ type: 'selectRun', runId: value });
    }}
  >
    ${state.runs.map(
      (run) => html`<vscode-option value=${run.runId} ?selected=${run.runId === state.selected?.runId}>
        ${run.title} (${run.interrupted && run.status === 'running' ? 'interrupted' : run.status})
      </vscode-option>`,
    )}
  </vscode-single-select>`;
}

function statusLine({ selected, progress }: PanelState): string {
  const running = selected?.activities.findLast((activity) => activity.endedAt === null);
  if (running === undefined) return '';
  return progress === null ? running.label : `${running.label}: ${progress}`;
}

function untrusted(): TemplateResult {
  return html`<section class="empty">
    ${icon('shield', 'big')}
    <h2>This folder is not trusted</h2>
    <p>Ratchet runs the test command of a folder. It does nothing here until you trust the folder.</p>
    <p class="quiet">Run “Workspaces: Manage Workspace Trust” from the command palette.</p>
  </section>`;
}

function empty(state: PanelState, actions: Actions): TemplateResult {
  const { send } = actions;
  return html`${notice(state, actions)}
    <section class="empty">
      ${icon('lightbulb', 'big')}
      <h2>Plan a feature</h2>
      <p>Say what you want. Perspectives look at it, you approve a plan, Claude plays it in a worktree of its own, and gates judge it. Your files stay as they are until you accept a hunk.</p>
      <vscode-button @click=${() => send({ type: 'planFeature' })}>Plan Feature</vscode-button>
      <p class="quiet">Ctrl+Alt+P · Policy: ${state.policy === '' ? 'not loaded yet' : state.policy}</p>
    </section>
    <div class="pad">${checkSection(state, actions)} ${state.ruleHistory === null ? nothing : rulesTab(state, actions)}</div>`;
}

customElements.define('ratchet-panel', RatchetPanel);
