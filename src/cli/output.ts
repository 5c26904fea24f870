// What the CLI writes: one JSON document on stdout with --json, otherwise text for people. Text of models and
// repositories is stripped of control characters, so that it cannot drive the terminal.
import { stripVTControlCharacters, styleText } from 'node:util';
import type { Host } from '../host/api.ts';
import type { CheckDocument, PerspectiveSummary, PlanDocument } from '../protocol/cliDocuments.ts';
import type { ContractItem } from '../protocol/contract.ts';
import type { Plan } from '../protocol/plan.ts';
import { cacheReadShare } from '../protocol/policy.ts';
import type { RunSummary, RunView } from '../protocol/run.ts';
import type { Finding, Verdict, VerdictStatus } from '../protocol/verdict.ts';

type Style = Parameters<typeof styleText>[0];

/** Control and bidirectional characters, but for tab and line feed. */
const unprintable = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

export const plainText = (text: string): string =>
  stripVTControlCharacters(text).replace(unprintable, (character) =>
    character === '\n' || character === '\t' ? character : '',
  );

const paint = (style: Style, text: string): string => styleText(style, text, { stream: process.stdout });

const statusStyle: Record<VerdictStatus, Style> = {
  passed: 'green',
  failed: 'red',
  unproven: 'yellow',
  errored: 'magenta',
};
const statusMark: Record<VerdictStatus, string> = { passed: '✔', failed: '✖', unproven: '?', errored: '!' };

const itemMarks: Record<ContractItem['status'], string> = {
  ...{ passed: statusMark.passed, failed: statusMark.failed, unproven: statusMark.unproven },
  notApplicable: '-',
};

export function say(text: string): void {
  process.stdout.write(`${plainText(text)}\n`);
}

export function sayPainted(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Progress and logs, away from the document. */
export function note(text: string): void {
  process.stderr.write(`${plainText(text)}\n`);
}

export function sayDocument(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}

/** Said before commands of the project run, so that it is known while they do. */
export async function noteContainment(host: Host): Promise<void> {
  const { contained, detail } = await host.containment();
  note(
    contained === 'sandbox' ? `Commands run in a sandbox (${detail}).` : `Commands run without a sandbox. ${detail}`,
  );
}

export function sayPerspectives(perspectives: readonly PerspectiveSummary[]): void {
  for (const { name, description, path, isUsed, runs, kept, refuted, useful } of perspectives) {
    const record =
      runs === 0 ? 'no accepted run yet' : `${runs} runs: ${kept} claims held, ${refuted} refuted, ${useful} useful`;
    say(`${isUsed ? '*' : ' '} ${name.padEnd(14)} ${record.padEnd(48)} ${path ?? 'built in'}  ${description}`);
  }
  say('* asked by this configuration (perspectives in .ratchet/config.yml)');
}

export function sayVerdicts(verdicts: readonly Verdict[]): void {
  for (const { gate, status, summary, findings, items, cached, durationMs } of verdicts) {
    const time = cached ? 'cached' : `${(durationMs / 1000).toFixed(1)} s`;
    sayPainted(
      `${paint(statusStyle[status], `${statusMark[status]} ${status.padEnd(8)}`)} ${gate.padEnd(12)} ${plainText(summary)} ${paint('dim', `(${time})`)}`,
    );
    for (const { item, status: found, reason, evidence } of items ?? [])
      sayPainted(
        `    ${itemMarks[found]} ${item.padEnd(16)} ${plainText([reason, ...evidence.slice(0, 3)].join('  '))}`,
      );
    for (const finding of findings) {
      const line = finding.range === undefined ? '' : `:${finding.range.startLine}`;
      const place = finding.path === undefined ? '' : `${finding.path}${line}  `;
      const mark =
        finding.severity === 'error'
          ? paint('red', 'error')
          : finding.severity === 'warning'
            ? paint('yellow', 'warning')
            : 'info';
      sayPainted(
        `    ${mark} ${plainText(`${place}${finding.message.split('\n')[0] ?? ''}`)} ${paint('dim', [finding.rule, ...(isAcceptable(finding) ? [finding.fingerprint] : [])].join(' '))}`,
      );
    }
  }
}

/** Only what can be accepted needs to be named. */
const isAcceptable = ({ gate, severity, fingerprint }: Finding): boolean =>
  gate === 'integrity' && severity === 'error' && fingerprint !== undefined;

export function sayPlan(plan: Plan): void {
  sayPainted(paint('bold', plainText(plan.goal)));
  say(plan.summary);
  for (const step of plan.steps) {
    sayPainted(`\n  ${paint('bold', plainText(`${step.id}  ${step.title}`))}`);
    say(`      ${step.description}`);
    say(`      files: ${step.files.join(', ') || 'none named'}`);
    for (const line of step.acceptance) say(`      done when: ${line}`);
  }
  if (plan.risks.length > 0) say('\n  Risks');
  for (const { risk, mitigation } of plan.risks) say(`      ${risk}: ${mitigation}`);
  say(`\n  Rollback: ${plan.rollback}`);
}

export function sayPlanDocument(document: PlanDocument): void {
  sayVerdicts(document.verdicts);
  if (document.patch !== '' && document.outcome === 'proposed') sayPainted(`\n${coloured(document.patch)}`);
  const { cacheReadTokens, cacheWriteTokens, costUsd, inputTokens, outputTokens, requests } = document.usage;
  say(`\nRun ${document.runId}: ${document.outcome}. ${document.message}`);
  const sent = inputTokens + cacheReadTokens + cacheWriteTokens;
  const cached = Math.round(100 * cacheReadShare(document.usage));
  say(
    `${requests} answers, ${sent} input (${cached} % from the cache) and ${outputTokens} output tokens, about $${costUsd.toFixed(2)}.`,
  );
}

function coloured(patch: string): string {
  return patch
    .split('\n')
    .map((line) => plainText(line))
    .map((line) =>
      line.startsWith('+')
        ? paint('green', line)
        : line.startsWith('-')
          ? paint('red', line)
          : line.startsWith('@@')
            ? paint('cyan', line)
            : line,
    )
    .join('\n');
}

export function sayCheck(document: CheckDocument): void {
  sayVerdicts(document.verdicts);
  const { status } = document;
  sayPainted(`\n${paint(statusStyle[status], `${statusMark[status]} ${status}`)}`);
}

export function sayRuns(runs: readonly RunSummary[]): void {
  if (runs.length === 0) say('There are no runs in this repository yet. Begin with: ratchet plan "<feature>"');
  for (const run of runs) {
    const state =
      run.problem !== null
        ? 'damaged'
        : run.interrupted && run.status !== 'stopped'
          ? `${run.status}, interrupted`
          : run.status;
    say(`${run.runId}  ${state.padEnd(22)}  ${run.phase.padEnd(12)}  ${run.title.slice(0, 60)}`);
  }
}

export function sayRun(view: RunView): void {
  sayPainted(paint('bold', plainText(`${view.runId}  ${view.title}`)));
  say(`${view.status} (${view.phase}), policy ${view.policy}`);
  if (view.failure !== null) say(`${view.failure.message}`);
  for (const activity of view.activities) {
    const time = activity.endedAt === null ? '' : `${((activity.endedAt - activity.startedAt) / 1000).toFixed(1)} s`;
    const tries = activity.attempts > 1 ? ` (${activity.attempts} attempts)` : '';
    say(
      `  ${activity.status.padEnd(9)} ${time.padStart(8)}  ${activity.label}${tries}  ${(activity.result ?? activity.failure?.message ?? '').split('\n')[0]?.slice(0, 90) ?? ''}`,
    );
  }
  const last = view.judgements.at(-1);
  if (last !== undefined) sayVerdicts(last.verdicts);
  for (const [id, state] of Object.entries(view.hunks))
    say(`  hunk ${id}  ${state}${view.hunkMessages[id] === undefined ? '' : `  ${view.hunkMessages[id]}`}`);
  if (view.outcome !== null) say(view.outcome.message);
  if (view.investigation?.report != null) say(`\n${view.investigation.report}`);
}
