// The trace as a waterfall: spans over time, nested, live while the run is under way.
import { html, nothing, svg, type TemplateResult } from 'lit';
import type { PanelState } from '../src/protocol/messages.ts';
import type { SpanRecord } from '../src/protocol/trace.ts';
import { duration, newest } from './format.ts';
import type { Actions } from './layout.ts';

interface Row {
  readonly span: SpanRecord;
  readonly depth: number;
  readonly start: number;
  readonly end: number;
}

const milliseconds = (nanos: string): number => Number(BigInt(nanos) / 1_000n) / 1_000;

export function traceTab({ spans, selected }: PanelState, actions: Actions): TemplateResult {
  const [root] = spans;
  if (root === undefined || selected === null) return html`<p class="quiet">There is no trace yet.</p>`;
  const begin = milliseconds(root.startTime);
  const now = Math.max(selected.updatedAt, ...spans.map(({ startTime }) => milliseconds(startTime)));
  const rows = ordered(spans).map(
    ({ span, depth }): Row => ({
      span,
      depth,
      start: milliseconds(span.startTime) - begin,
      end: (span.endTime === null ? now : milliseconds(span.endTime)) - begin,
    }),
  );
  const total = Math.max(1, ...rows.map(({ end }) => end));
  const { layout, setLayout } = actions;
  return html`
    <p class="quiet ellipsis">${spans.length} spans in ${duration(total)} · trace ${root.traceId.slice(0, 16)}</p>
    ${scale(total)}
    <ol class="trace">${newest(
      rows,
      layout.rows,
      () => setLayout({ rows: layout.rows + 500 }),
      (row) => spanRow(row, total, actions),
    )}</ol>
  `;
}

/** Children behind their parents, each level by start. */
function ordered(spans: readonly SpanRecord[]): { span: SpanRecord; depth: number }[] {
  const children = new Map<string, SpanRecord[]>();
  for (const span of spans) {
    const parent = span.parentSpanId ?? '';
    children.set(parent, [...(children.get(parent) ?? []), span]);
  }
  const rows: { span: SpanRecord; depth: number }[] = [];
  const visit = (parent: string, depth: number) => {
    const found = (children.get(parent) ?? []).sort((a, b) => (BigInt(a.startTime) < BigInt(b.startTime) ? -1 : 1));
    for (const span of found) {
      rows.push({ span, depth });
      if (depth < 8) visit(span.spanId, depth + 1);
    }
  };
  visit('', 0);
  return rows;
}

function scale(total: number): TemplateResult {
  return html`<div class="scale quiet number" aria-hidden="true">${[0, 0.25, 0.5, 0.75, 1].map((share) => html`<span>${duration(total * share)}</span>`)}</div>`;
}

function spanRow({ span, depth, start, end }: Row, total: number, { layout, setLayout }: Actions): TemplateResult {
  const isOpen = layout.expanded.includes(span.spanId);
  const toggle = () =>
    setLayout({
      expanded: isOpen ? layout.expanded.filter((id) => id !== span.spanId) : [...layout.expanded, span.spanId],
    });
  const x = (start / total) * 100;
  const width = Math.max(0.4, ((end - start) / total) * 100);
  const look =
    span.status === 'error'
      ? 'error'
      : span.name.startsWith('chat')
        ? 'chat'
        : span.name.startsWith('await')
          ? 'wait'
          : span.name.startsWith('execute_tool')
            ? 'tool'
            : '';
  const state = span.endTime === null ? ', running' : span.status === 'error' ? ', error' : '';
  const tool = attributeText(span, 'gen_ai.tool.name');
  const label = attributeText(span, 'ratchet.activity.label').slice(0, 200);
  const what = tool !== '' && label.startsWith(tool) ? label.slice(tool.length).trim() : label;
  return html`<li>
    <button class="span" aria-expanded=${isOpen} aria-label="${span.name}, ${duration(end - start)}${state}" @click=${toggle}>
      <span class="span-name depth-${Math.min(depth, 4)}">${span.status === 'error' ? '✖ ' : ''}${span.name}${what === '' ? nothing : html` <span class="quiet">${what}</span>`}</span>
      <svg class="bar ${look}" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">${svg`<rect x=${x} y="1" width=${Math.min(width, 100 - x)} height="8" rx="0.5"></rect>`}</svg>
      <span class="quiet number">${duration(end - start)}</span>
    </button>
    ${isOpen ? details(span) : nothing}
  </li>`;
}

function attributeText({ attributes }: SpanRecord, key: string): string {
  const value = attributes[key];
  return typeof value === 'string' ? value : '';
}

function details({ attributes, statusMessage, kind }: SpanRecord): TemplateResult {
  return html`<dl class="attributes">
    <dt>kind</dt><dd>${kind}</dd>
    ${statusMessage === null ? nothing : html`<dt>status</dt><dd>${statusMessage}</dd>`}
    ${Object.entries(attributes).map(([key, value]) => html`<dt>${key}</dt><dd>${Array.isArray(value) ? value.join(', ') : String(value)}</dd>`)}
  </dl>`;
}
