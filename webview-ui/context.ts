// What the policy was shown of the repository, and why each file was chosen.
import { html, nothing, type TemplateResult } from 'lit';
import type { RunView } from '../src/protocol/run.ts';
import { plural, tokens } from './format.ts';

export function contextList(
  { context }: RunView,
  link: (path: string) => TemplateResult,
): TemplateResult | typeof nothing {
  if (context === null) return nothing;
  const { files, rules, budget } = context;
  const cost = budget === null ? '' : `, ${tokens(budget.used)} of ${tokens(budget.tokens)} tokens`;
  return html`<details class="context">
    <summary><strong>Context: ${plural(files.length, 'file')}</strong> <span class="quiet">shown to the policy${cost}</span></summary>
    <ul>${files.map(
      ({ path, kind, reasons }) => html`<li>${link(path)}
        <span class="quiet">${[kind === 'whole' ? '' : kind, ...reasons].filter((text) => text !== '').join('; ')}</span></li>`,
    )}</ul>
    ${rules.length > 0 ? html`<p class="quiet">Rules of the repository</p><ul>${rules.map((path) => html`<li>${link(path)}</li>`)}</ul>` : nothing}
  </details>`;
}
