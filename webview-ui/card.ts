// The one thing of a tab that asks a person for something, or says how it ended.
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from './format.ts';

export function card(
  name: string,
  title: string,
  text: string,
  buttons: TemplateResult | typeof nothing,
  tone = '',
): TemplateResult {
  return html`<section class="card ${tone}">
    <h3>${icon(name)} ${title}</h3>
    <p>${text}</p>
    ${buttons === nothing ? nothing : html`<div class="row">${buttons}</div>`}
  </section>`;
}
