// Everything the run did, in order.
import { html, nothing, type TemplateResult } from 'lit';
import type { PanelState } from '../src/protocol/messages.ts';
import type { ActivityView } from '../src/protocol/run.ts';
import { dollars, duration, newest, stateMark, tokens } from './format.ts';
import type { Actions } from './layout.ts';

export function timelineTab({ selected }: PanelState, { layout, setLayout }: Actions): TemplateResult {
  if (selected === null) return html``;
  return html`<ol class="timeline">
    ${newest(selected.activities, layout.rows, () => setLayout({ rows: layout.rows + 500 }), activityItem)}
  </ol>`;
}

function activityItem(activity: ActivityView): TemplateResult {
  const { status, label, attempts, startedAt, endedAt, result, failure, usage } = activity;
  const text = failure === null ? result : failure.message;
  return html`<li>
    <div class="line">
      ${stateMark(status)}<span class="grow">${label}${attempts > 1 ? html` <span class="warn">attempt ${attempts}</span>` : nothing}</span>
      <span class="quiet number">${endedAt === null ? '' : duration(endedAt - startedAt)}</span>
    </div>
    ${text === null || text === '' ? nothing : html`<p class=${failure === null ? 'quiet clamp' : 'bad'}>${text}</p>`}
    ${
      usage === null || usage.inputTokens + usage.outputTokens === 0
        ? nothing
        : html`<p class="quiet number">${tokens(usage.inputTokens)} in, ${tokens(usage.outputTokens)} out, ${tokens(usage.cacheReadTokens)} from the cache, ${dollars(usage.costUsd)}</p>`
    }
  </li>`;
}
