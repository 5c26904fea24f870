// Timings of an investigation: a strip of dots for each commit, one dot for each run, all on one scale; and the functions that
// grew. The same stands beside each strip as text; nothing is said by colour or place alone.
import { html, nothing, svg, type TemplateResult } from 'lit';
import type { GrownFunction, Timing } from '../src/protocol/timing.ts';
import { icon, plural } from './format.ts';
import type { Actions } from './layout.ts';

const measures: Readonly<Record<Timing['measure'], string>> = {
  instructions: 'instructions',
  cpu: 'CPU time',
  test: "the test's own time",
  wall: 'time by the clock',
  span: 'time in the spans',
};

/** Percent of the width that is left free at both ends. */
const edge = 2;

export function timingStrips(timings: readonly Timing[]): TemplateResult | typeof nothing {
  const [first] = timings;
  if (first === undefined) return nothing;
  const all = timings.flatMap(({ before, after }) => [...before.samples, ...after.samples]);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const at = (sample: number): number => edge + ((100 - 2 * edge) * (sample - low)) / Math.max(high - low, 1e-9);
  return html`<h3>Timings</h3>
    <p class="quiet">By ${measures[first.measure]}, from ${amount(low, first)} to ${amount(high, first)}. Filled: the commit; hollow: what it is compared with, run in turns with it; lines: medians.</p>
    <ol class="plain" aria-label="Timings">${timings.map((timing) => strip(timing, at))}</ol>`;
}

function strip(timing: Timing, at: (sample: number) => number): TemplateResult {
  const { before, after, ratio, low, high, verdict } = timing;
  const times = `${short(ratio)} times (${short(low)} to ${short(high)})`;
  const [now, old] = [medianOf(after.samples), medianOf(before.samples)];
  const label = `${nameOf(after)}: median ${amount(now, timing)}; ${nameOf(before)}: median ${amount(old, timing)}; ${times}, ${plural(after.samples.length, 'pair')}`;
  const dots = (samples: readonly number[], y: number, look: string) =>
    samples.map((sample) => svg`<circle class=${look} cx="${at(sample)}%" cy=${y} r="2.5"></circle>`);
  const middle = (sample: number, y: number) =>
    svg`<line x1="${at(sample)}%" x2="${at(sample)}%" y1=${y - 6} y2=${y + 6}></line>`;
  return html`<li>
    <div>${nameOf(after)} <span class="quiet">against ${nameOf(before)}</span></div>
    <div class=${verdict === 'slower' ? 'bad' : 'quiet'}>${verdict ?? 'so far'}, ${times}</div>
    <svg class="strip" role="img" aria-label=${label}>${dots(before.samples, 8, 'old')}${dots(after.samples, 22, 'now')}${middle(old, 8)}${middle(now, 22)}</svg>
  </li>`;
}

export function grownList(grown: readonly GrownFunction[], { send }: Actions): TemplateResult | typeof nothing {
  if (grown.length === 0) return nothing;
  const item = ({ path, name, line, selfBefore, selfAfter, totalBefore, totalAfter }: GrownFunction): TemplateResult =>
    html`<li>
      <button class="link" @click=${() => send({ type: 'openFile', path, line })}>${icon('flame')} ${name} <span class="quiet">${path}:${line}</span></button>
      <p class="quiet">Itself ${ms(selfBefore)} before, ${ms(selfAfter)} now; with what it calls ${ms(totalBefore)} before, ${ms(totalAfter)} now.</p>
    </li>`;
  return html`<h3>Functions that take longer</h3><ul class="plain">${grown.map(item)}</ul>`;
}

const nameOf = ({ commit, subject }: Timing['before']): string =>
  commit === null ? 'working copy' : `${commit.slice(0, 10)} ${subject}`;

const short = (ratio: number): string => ratio.toFixed(ratio < 10 ? 2 : ratio < 100 ? 1 : 0);

const ms = (value: number): string => `${value.toFixed(value < 100 ? 1 : 0)} ms`;

const amount = (value: number, { measure }: Timing): string =>
  measure === 'instructions' ? `${(value / 1e6).toFixed(1)} million` : ms(value);

function medianOf(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? upper) + upper) / 2;
}
