// Whether what a claim rests on is there: the file, the line, the words, the test, the rule. What the claim says of it is for
// people to judge; what can be looked up is looked up, and a claim that rests on nothing is not evidence.
import type { Claim } from '../protocol/plan.ts';

/** What can be looked up in the snapshot that the perspectives saw. */
export interface Evidence {
  /** The text of a file; undefined when there is none, or when it is not text. */
  readonly text: (path: string) => Promise<string | undefined>;
  /** Whether any file holds this text. */
  readonly contains: (text: string) => Promise<boolean>;
  readonly hasRule: (id: string) => Promise<boolean>;
}

/** Lines around the named one in which the quoted words may stand: a model counts lines badly. */
const nearby = 3;

/** What is wrong with the claim's evidence, or null. */
export async function problemOf(claim: Claim, evidence: Evidence): Promise<string | null> {
  const { path, test, rule } = claim;
  if (path === null && (test ?? null) === null && (rule ?? null) === null)
    return 'it names no file, test or rule that it rests on';
  if (path !== null) {
    const problem = await placeProblem(claim, path, evidence);
    if (problem !== null) return problem;
  }
  if (test != null) {
    const name = test.split(' > ').at(-1)?.trim() ?? '';
    if (name === '' || !(await evidence.contains(name))) return `there is no test named "${test}"`;
  }
  if (rule != null && !(await evidence.hasRule(rule))) return `there is no rule ${rule}`;
  return null;
}

async function placeProblem({ line, quote }: Claim, path: string, evidence: Evidence): Promise<string | null> {
  if (path.startsWith('/') || path.split(/[\\/]/).includes('..')) return `${path} is outside of the repository`;
  const text = await evidence.text(path);
  if (text === undefined) return `there is no file ${path}`;
  const lines = text.split('\n');
  // The last line end does not begin a line.
  if (lines.at(-1) === '') lines.pop();
  if (line !== null && (!Number.isInteger(line) || line < 1 || line > lines.length))
    return `${path} has ${lines.length} lines, and no line ${line}`;
  if (quote == null || quote.trim() === '') return null;
  const around = line === null ? lines : lines.slice(Math.max(0, line - 1 - nearby), line + nearby);
  if (plain(around.join('\n')).includes(plain(quote))) return null;
  return line === null ? `${path} does not say "${cut(quote)}"` : `${path}:${line} does not say "${cut(quote)}"`;
}

/** White space does not count: a quote may be wrapped. */
const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();

const cut = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);
