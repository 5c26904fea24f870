// The proposal: files, hunks, and what was decided of them.
import { html, nothing, type TemplateResult } from 'lit';
import type { PanelState } from '../src/protocol/messages.ts';
import type { FileChange, Hunk, HunkEvidence } from '../src/protocol/proposal.ts';
import type { RunView } from '../src/protocol/run.ts';
import { icon, plural, stateMark } from './format.ts';
import type { Actions } from './layout.ts';

/** Lines of a hunk that are shown here; the review in the editor shows all. */
const maxLines = 60;

export function changesTab({ selected }: PanelState, actions: Actions): TemplateResult {
  if (selected === null) return html``;
  const { proposal } = selected;
  if (proposal === null)
    return html`<p class="quiet">There is no proposal yet. It comes when every step was played and judged.</p>`;
  if (proposal.files.length === 0) return html`<p class="quiet">The proposal changes nothing.</p>`;
  const open = Object.entries(selected.hunks).flatMap(([id, state]) =>
    state === 'pending' || state === 'stale' ? [id] : [],
  );
  return html`${open.length > 0 && selected.endedAt === null ? bar(selected, open, actions) : nothing} ${proposal.files.map((file) => fileSection(selected, file, actions))}`;
}

function bar({ runId }: RunView, open: string[], { send }: Actions): TemplateResult {
  return html`<div class="row sticky">
    <span class="whole">${plural(open.length, 'hunk')} open</span>
    <vscode-button @click=${() => send({ type: 'openReview', runId })}>Open Review</vscode-button>
    <vscode-button secondary @click=${() => send({ type: 'decideHunks', runId, accept: open, reject: [] })}>Accept All</vscode-button>
    <vscode-button secondary @click=${() => send({ type: 'decideHunks', runId, accept: [], reject: open })}>Reject All</vscode-button>
  </div>`;
}

function fileSection(view: RunView, file: FileChange, actions: Actions): TemplateResult {
  return html`<section class="file-change">
    <h3>${icon(file.kind === 'added' ? 'diff-added' : file.kind === 'deleted' ? 'diff-removed' : 'diff-modified')} ${file.path} <span class="quiet">${file.kind}</span></h3>
    ${outsideNotes(view, file.path)}
    ${file.hunks.map((hunk) => hunkSection(view, hunk, actions))}
  </section>`;
}

/** A file that no step names, with the reason that the policy gave. */
function outsideNotes({ steps }: RunView, path: string): TemplateResult[] {
  return steps.flatMap(({ id, outside }) =>
    outside
      .filter((file) => file.path === path)
      .map(
        ({ reason }) =>
          html`<p class="warn">${icon('warning')} Not in the list of step ${id}. ${reason === null ? 'No reason was given.' : `The policy says: ${reason}`}</p>`,
      ),
  );
}

function hunkSection(view: RunView, hunk: Hunk, { send }: Actions): TemplateResult {
  const { runId } = view;
  const state = view.hunks[hunk.id] ?? 'pending';
  const isOpen = (state === 'pending' || state === 'stale') && view.endedAt === null;
  const decide = (accept: string[], reject: string[]) => send({ type: 'decideHunks', runId, accept, reject });
  const shown = hunk.lines.slice(0, maxLines);
  const message = view.hunkMessages[hunk.id];
  const where = `line ${hunk.oldStart} of ${hunk.path}`;
  return html`<div class="hunk">
    <div class="line">
      ${stateMark(state)}<span class="grow quiet ellipsis">${hunk.kind === 'text' ? `line ${hunk.newStart}` : hunk.kind} ${counts(hunk)}</span>
      ${
        isOpen
          ? html`<button class="icon" aria-label="Accept the hunk at ${where}" title="Accept" @click=${() => decide([hunk.id], [])}>${icon('check')}</button>
            <button class="icon" aria-label="Reject the hunk at ${where}" title="Reject" @click=${() => decide([], [hunk.id])}>${icon('close')}</button>
            <button class="icon" aria-label="Show the hunk at ${where}" title="Show in the editor" @click=${() => send({ type: 'showHunk', runId, hunkId: hunk.id })}>${icon('go-to-file')}</button>`
          : nothing
      }
    </div>
    ${message === undefined ? nothing : html`<p class="warn">${message}</p>`}
    ${evidence(view, hunk)}
    <pre class="diff" tabindex="0" aria-label="Change at ${where}">${shown.map((line) => html`<span class=${line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : ''}>${line}\n</span>`)}${
      hunk.lines.length > maxLines
        ? html`<span class="quiet">${hunk.lines.length - maxLines} more lines</span>`
        : nothing
    }</pre>
  </div>`;
}

/** The step and the tests that the hunk is for, and what the gates say of its lines. */
function evidence(view: RunView, hunk: Hunk): TemplateResult {
  const { steps, judgements, hunkEvidence, plan } = view;
  const of = steps.filter(({ changedPaths }, at) => {
    const before = steps[at - 1]?.changedPaths ?? [];
    return changedPaths.includes(hunk.path) && !before.includes(hunk.path);
  });
  const named = of.length > 0 ? of : steps.filter(({ changedPaths }) => changedPaths.includes(hunk.path)).slice(0, 1);
  const findings = (judgements.at(-1)?.verdicts ?? [])
    .flatMap((verdict) => verdict.findings)
    .filter(({ path, range }) => path === hunk.path && range !== undefined && isInside(hunk, range.startLine));
  return html`<div class="purpose quiet">
    ${named.map(({ id, title }) => {
      const acceptance = plan?.steps.find((step) => step.id === id)?.acceptance ?? [];
      return html`<p title=${acceptance.join('\n')}>${icon('list-ordered')} Step ${id}: ${title}</p>`;
    })}
    ${neededBy(hunkEvidence[hunk.id], view)}
    ${findings.map(({ rule, message }) => html`<p class="warn">${icon('law')} ${rule}: ${message}</p>`)}
  </div>`;
}

const isInside = ({ newStart, newLines }: Hunk, line: number): boolean =>
  line >= newStart && line < newStart + newLines;

function neededBy(found: HunkEvidence | undefined, { activities }: RunView): TemplateResult | typeof nothing {
  if (found === undefined) {
    const isRunning = activities.some(({ name, endedAt }) => name === 'weighHunks' && endedAt === null);
    return isRunning ? html`<p>${icon('sync', 'spin')} Looking which tests need it…</p>` : nothing;
  }
  if (found.needed === null) return html`<p>${icon('info')} ${found.note}</p>`;
  if (!found.needed)
    return html`<p class="warn">${icon('question')} ${found.note ?? 'Every test passes without it: no test needs this hunk.'}</p>`;
  if (found.count === 0) return html`<p>${icon('beaker')} ${found.note}</p>`;
  return html`<details><summary>${icon('beaker')} ${plural(found.count, 'test')} ${found.count === 1 ? 'needs' : 'need'} it</summary>
    <ul>${found.tests.map((test) => html`<li>${test}</li>`)}</ul></details>`;
}

function counts({ lines }: Hunk): TemplateResult | typeof nothing {
  const added = lines.filter((line) => line.startsWith('+')).length;
  const removed = lines.filter((line) => line.startsWith('-')).length;
  if (added + removed === 0) return nothing;
  return html`<span class="number"><span class="good">+${added}</span> <span class="bad">−${removed}</span></span>`;
}
