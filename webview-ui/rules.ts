// How each rule fared in the past: its violations over time as steps, and the commits at which they changed.
import { html, nothing, type SVGTemplateResult, svg, type TemplateResult } from 'lit';
import type { PanelState } from '../src/protocol/messages.ts';
import type { HistoryEvent, RuleHistory, RuleHistoryDocument } from '../src/protocol/ruleDocuments.ts';
import { icon, plural } from './format.ts';
import type { Actions } from './layout.ts';

const size = { width: 600, height: 56, margin: 5 };
const mostEvents = 8;

const words: Readonly<Record<HistoryEvent['kind'], string>> = {
  held: 'began to hold',
  broke: 'broke',
  worse: 'became worse',
  better: 'became better',
  repaired: 'was repaired',
};
const tones: Readonly<Record<HistoryEvent['kind'], string>> = {
  held: 'quiet',
  broke: 'bad',
  worse: 'bad',
  better: 'good',
  repaired: 'good',
};

export function rulesTab({ ruleHistory }: PanelState, { send }: Actions): TemplateResult {
  const look = html`<button class="link" @click=${() => send({ type: 'showRuleHistory' })}>${ruleHistory === null ? 'Judge the rules over past commits' : 'Judge again'}</button>`;
  if (ruleHistory === null)
    return html`<p class="quiet">How the rules of .ratchet/invariants fared in every commit: when each held, broke and was repaired. ${look}</p>`;
  const { commits, seconds } = ruleHistory;
  const span = spanOf(ruleHistory);
  return html`<p class="quiet">${plural(commits, 'commit')} judged in ${seconds.toFixed(1)} s, without a checkout. ${look}</p>
    ${ruleHistory.rules.toSorted(byInterest).map((rule) => ruleSection(rule, span))}`;
}

/** What does not hold comes first, then what broke last. */
function byInterest(a: RuleHistory, b: RuleHistory): number {
  const last = ({ events }: RuleHistory) => events.at(-1)?.time ?? 0;
  return Number(b.now > 0) - Number(a.now > 0) || last(b) - last(a) || a.id.localeCompare(b.id);
}

/** In UTC. */
const day = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);

type Span = readonly [from: number, to: number];

function spanOf({ rules }: RuleHistoryDocument): Span {
  const times = rules.flatMap(({ events }) => events.map(({ time }) => time));
  return [times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY), Date.now() / 1000];
}

function ruleSection(rule: RuleHistory, span: Span): TemplateResult {
  const { id, notBacktested, now, max, unread, events } = rule;
  const state = notBacktested !== null ? 'not judged' : now === 0 ? 'holds' : plural(now, 'violation');
  const tone = notBacktested !== null ? 'warn' : now === 0 ? 'good' : 'bad';
  const shown = events.slice(-mostEvents).reverse();
  return html`<section class="verdict ${tone}">
    <div class="line"><strong class="grow">${id}</strong><span class="chip ${tone}">${state}</span></div>
    ${notBacktested === null ? nothing : html`<p>${notBacktested}</p>`}
    ${events.length === 0 ? nothing : chart(rule, span)}
    ${unread === 0 ? nothing : html`<p class="warn">${plural(unread, 'content')} could not be read; what they violate is not counted.</p>`}
    ${
      shown.length === 0
        ? nothing
        : html`<ul class="plain events">${shown.map(
            ({ commit, time, subject, kind, violations }) => html`<li>
              <span class="number quiet">${day(time)}</span>
              <code title=${commit}>${commit.slice(0, 10)}</code>
              <span class=${tones[kind]}>${words[kind]}</span>
              ${kind === 'held' || kind === 'repaired' ? nothing : html`<span class="number">(${violations})</span>`}
              <span class="quiet">${subject}</span>
            </li>`,
          )}</ul>`
    }
    ${events.length > shown.length ? html`<p class="quiet">${plural(events.length - shown.length, 'earlier change')}; at most ${plural(max, 'violation')} at a time.</p>` : nothing}
  </section>`;
}

/** Steps from change to change. The list below says the same in words. */
function chart({ id, events, max }: RuleHistory, [from, to]: Span): TemplateResult {
  const { width, height, margin } = size;
  const x = (time: number) => margin + ((time - from) / Math.max(1, to - from)) * (width - 2 * margin);
  const y = (violations: number) => height - margin - (violations / Math.max(1, max)) * (height - 2 * margin);
  const steps = events.flatMap(({ time, violations }, index) => {
    const before = events[index - 1]?.violations;
    const at = x(time).toFixed(1);
    return before === undefined ? [`M${at} ${y(violations)}`] : [`L${at} ${y(before)}`, `L${at} ${y(violations)}`];
  });
  const line = `${steps.join(' ')} L${x(to)} ${y(events.at(-1)?.violations ?? 0)}`;
  const title = `Violations of ${id} from ${day(from)} to today, at most ${max}`;
  return html`<svg class="history" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label=${title}>
    <line class="axis" x1=${margin} x2=${width - margin} y1=${height - margin} y2=${height - margin}></line>
    <path class="steps" d=${line}></path>
    ${events.map((event): SVGTemplateResult => mark(event, x(event.time), y(event.violations)))}
  </svg>
  <div class="history-scale quiet" aria-hidden="true"><span>${day(from)}</span><span>${icon('arrow-right')} today</span></div>`;
}

const mark = ({ kind }: HistoryEvent, x: number, y: number): SVGTemplateResult =>
  svg`<circle class=${`mark ${tones[kind]}`} cx=${x} cy=${y} r="3"></circle>`;
