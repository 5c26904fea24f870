// A plan as YAML that a person can edit, and back. Mistakes are told with their line.
import { isMap, isSeq, parseDocument, stringify } from 'yaml';
import { type Plan, planIssues, planSchema } from '../protocol/plan.ts';

export interface PlanProblem {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

export interface ParsedPlan {
  /** null when the text is not a plan. */
  readonly plan: Plan | null;
  readonly problems: PlanProblem[];
}

export const formatPlan = (plan: Plan): string =>
  `# The plan of this run. Edit it while the run waits, save, and approve it with "Ratchet: Approve Plan".\n${stringify(plan, { lineWidth: 110 })}`;

export function parsePlan(text: string): ParsedPlan {
  const document = parseDocument(text);
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length;
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({
      line: lineOf(error.pos[0]),
      message: error.message.split('\n')[0] ?? '',
    }));
    return { plan: null, problems };
  }
  const parsed = planSchema.safeParse(document.toJS());
  if (parsed.success) {
    const problems = planIssues(parsed.data).map((message) => ({ line: lineOfIssue(text, message), message }));
    return { plan: parsed.data, problems };
  }
  const problems = parsed.error.issues.map((issue) => {
    const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
    return {
      line: lineOf(offsetAt(document.contents, path)),
      message: `${path.join('.') || 'plan'}: ${issue.message}`,
    };
  });
  return { plan: null, problems };
}

/** The offset of the deepest node on the way that exists. */
function offsetAt(contents: unknown, path: readonly (string | number)[]): number {
  let node = contents;
  let offset = startOf(node);
  for (const key of path) {
    node = isMap(node) || isSeq(node) ? node.get(key, true) : undefined;
    if (node === undefined) break;
    offset = startOf(node);
  }
  return offset;
}

function startOf(node: unknown): number {
  const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
  const start = Array.isArray(range) ? range[0] : undefined;
  return typeof start === 'number' ? start : 0;
}

/** An issue of the plan as a whole names a step; its line is that step's. */
function lineOfIssue(text: string, message: string): number {
  const step = /[Ss]tep (?:id )?(\S+)/.exec(message)?.[1];
  const index =
    step === undefined ? -1 : text.split('\n').findIndex((line) => line.includes('id:') && line.includes(step));
  return index < 0 ? 1 : index + 1;
}
