// Adds an accepted run to the repository's memory: the plan as a document, and one line of metrics. Append only.
import { canonicalJson } from '../protocol/canonicalJson.ts';
import { overallStatus } from '../protocol/overallStatus.ts';
import type { PerspectiveRecord, Plan } from '../protocol/plan.ts';
import type { Result } from '../protocol/result.ts';
import { success } from '../protocol/result.ts';
import type { Verdict } from '../protocol/verdict.ts';
import type { Workspace, WorkspaceEdit } from './api.ts';

export interface Outcome {
  readonly runId: string;
  readonly plan: Plan;
  readonly accepted: number;
  readonly rejected: number;
  readonly verdicts: readonly Verdict[];
  readonly perspectives: readonly PerspectiveRecord[];
}

export const metricsPath = '.ratchet/metrics.jsonl';

/** Writes both files in one piece. Asked twice for the same run, it writes nothing the second time. */
export async function recordOutcome(outcome: Outcome, workspace: Workspace): Promise<Result<{ paths: string[] }>> {
  const planPath = `.ratchet/plans/${outcome.runId}.md`;
  const metrics = await workspace.read(metricsPath);
  const before = metrics === undefined ? '' : new TextDecoder().decode(metrics);
  const edits: WorkspaceEdit[] = [];
  if (!before.includes(`"run":"${outcome.runId}"`)) {
    const separator = before === '' || before.endsWith('\n') ? '' : '\n';
    edits.push(edit(metricsPath, metrics, `${before}${separator}${metricsLine(outcome)}\n`));
  }
  const plan = await workspace.read(planPath);
  if (plan === undefined) edits.push(edit(planPath, undefined, planDocument(outcome.plan)));
  if (edits.length > 0) {
    const applied = await workspace.apply(edits);
    if (!applied.ok) return applied;
  }
  return success({ paths: edits.map(({ path }) => path) });
}

const edit = (path: string, expected: Uint8Array | undefined, text: string): WorkspaceEdit => ({
  path,
  expected,
  content: new TextEncoder().encode(text),
  executable: undefined,
});

function metricsLine({ runId, accepted, rejected, verdicts, perspectives }: Outcome): string {
  const gates = Object.fromEntries(verdicts.map(({ gate, status }) => [gate, status]));
  return canonicalJson({ run: runId, accepted, rejected, status: overallStatus(verdicts), gates, perspectives });
}

/** The plan as Markdown, for people and for `git log -p`. */
export function planDocument(plan: Plan): string {
  const list = (items: readonly string[]): string =>
    items.length === 0 ? '- none\n' : items.map((item) => `- ${item}\n`).join('');
  const steps = plan.steps.map(
    (step) =>
      `### ${step.id}: ${step.title}\n\n${step.description}\n\nFiles:\n\n${list(step.files)}\nDone when:\n\n${list(step.acceptance)}\nGates: ${step.gates.join(', ') || 'the required ones'}\n`,
  );
  return [
    `# ${plan.goal}\n`,
    `${plan.summary}\n`,
    '## Steps\n',
    ...steps,
    '## Risks\n',
    list(plan.risks.map(({ risk, mitigation }) => `${risk}: ${mitigation}`)),
    `## Rollback\n\n${plan.rollback}\n`,
    '## Contract\n',
    `Behaviour:\n\n${list(plan.contract.behaviour)}`,
    `Physics:\n\n${list(plan.contract.physics)}`,
    `Deployment:\n\n${list(plan.contract.deployment)}`,
    ...((plan.decisions ?? []).length === 0
      ? []
      : [`## Decisions\n\n${list((plan.decisions ?? []).map(({ decision, reason }) => `${decision} (${reason})`))}`]),
  ].join('\n');
}
