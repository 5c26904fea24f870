// The invariants gate: the rules of the base over the candidate, against a baseline that may only shrink.
import {
  type BaselineEntry,
  baselinePath,
  entryKey,
  fingerprint,
  identify,
  parseBaseline,
} from '../invariants/baseline.ts';
import { hasRuleFiles, type LoadedRules, loadRules } from '../invariants/loadRules.ts';
import type { Problem } from '../invariants/messages.ts';
import { type Result, success } from '../protocol/result.ts';
import type { InvariantRule } from '../protocol/rules.ts';
import type { Finding, VerdictStatus } from '../protocol/verdict.ts';
import type { Gate, GateContext, GateResult } from './gate.ts';
import { readText, type TreeReader } from './treeReader.ts';

export const invariantsGate: Gate = {
  name: 'invariants',
  version: 1,
  configOf: () => null,
  judge: async (context) => {
    const loaded = await rulesOf(context);
    if (loaded.problems.length > 0) return brokenRules(loaded);
    if (loaded.rules.length === 0)
      return { status: 'unproven', summary: 'There is no invariant rule in .ratchet/invariants.', findings: [] };
    return await judgeWith(loaded, context);
  },
};

/** Whether either tree has a rule file: without one the gate has no question to answer. */
export async function hasInvariantRules(files: TreeReader, trees: readonly string[]): Promise<boolean> {
  for (const tree of trees) if (hasRuleFiles((await files.list(tree)).map(({ path }) => path))) return true;
  return false;
}

/** The base's rules, and rules the candidate adds; a rule the candidate changed or dropped stays as the base has it. */
async function rulesOf({ files, baseTree, candidateTree }: GateContext): Promise<LoadedRules> {
  const base = await rulesOfTree(files, baseTree);
  if (baseTree === candidateTree) return base;
  const candidate = await rulesOfTree(files, candidateTree);
  const known = new Set(base.rules.map(({ id }) => id));
  const added = candidate.rules.filter(({ id }) => !known.has(id));
  return { rules: [...base.rules, ...added], problems: candidate.problems, files: candidate.files };
}

export async function rulesOfTree(files: TreeReader, tree: string): Promise<LoadedRules> {
  const paths = (await files.list(tree)).map(({ path }) => path);
  return await loadRules({ paths, read: (path) => readText(files, tree, path) });
}

function brokenRules(loaded: LoadedRules): GateResult {
  const findings = loaded.problems.map(
    ({ path, line, message }): Finding => ({
      gate: 'invariants',
      rule: 'invariants/rule-file',
      severity: 'error',
      message,
      path,
      range: lineRange(line),
    }),
  );
  return {
    status: 'errored',
    summary: `${count(findings.length, 'rule')} cannot be read, so nothing was judged.`,
    findings,
  };
}

/** What is needed to find the violations of one tree. */
export type FindContext = Pick<GateContext, 'files' | 'engine' | 'checkout' | 'signal'>;

/** Every violation of a tree with its identity, whatever the baseline says of it. */
export async function findViolations(
  rules: readonly InvariantRule[],
  tree: string,
  { files, engine, checkout, signal }: FindContext,
): Promise<Result<{ identified: ReturnType<typeof identify>; problems: readonly Problem[] }>> {
  const listed = (await files.list(tree))
    .filter(({ mode }) => mode.startsWith('100'))
    .map(({ path, blob }) => ({ path, blob }));
  const judged = await checkout(tree, (root) => engine.judgeRules(root, listed, rules, signal));
  if (!judged.ok) return judged;
  return success({ identified: identify(judged.value.violations), problems: judged.value.problems });
}

async function judgeWith(loaded: LoadedRules, context: GateContext): Promise<GateResult> {
  const { files, candidateTree, baseTree } = context;
  const found = await findViolations(loaded.rules, candidateTree, context);
  if (!found.ok) return { status: 'errored', summary: found.failure.message, findings: [] };

  const { identified, problems } = found.value;
  const baseline = await baselineOf(files, baseTree, candidateTree);
  const tolerated = new Set(baseline.entries.map(entryKey));
  const severityOf = new Map(loaded.rules.map(({ id, severity }) => [id, severity]));
  const findings: Finding[] = [...baseline.findings];
  let held = 0;
  for (const { violation, entry } of identified) {
    if (tolerated.has(entryKey(entry))) {
      held += 1;
      continue;
    }
    const { rule, message, path, range, text } = violation;
    const severity = severityOf.get(rule) ?? 'error';
    findings.push({
      gate: 'invariants',
      rule,
      severity,
      message,
      path,
      range,
      evidence: text,
      fingerprint: fingerprint(entry),
    });
  }
  const present = new Set(identified.map(({ entry }) => entryKey(entry)));
  const gone = baseline.entries.filter((entry) => !present.has(entryKey(entry)));
  if (gone.length > 0) findings.push(shrinkFinding(gone));
  findings.push(...problems.map(problemFinding));
  return result(findings, loaded.rules.length, held, problems);
}

function result(findings: Finding[], rules: number, held: number, problems: readonly Problem[]): GateResult {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const status: VerdictStatus = errors > 0 ? 'failed' : problems.length > 0 ? 'unproven' : 'passed';
  const baseline = held > 0 ? `, ${held} tolerated by the baseline` : '';
  const unproven = problems.length > 0 ? `, ${count(problems.length, 'thing')} could not be verified` : '';
  return {
    status,
    summary: `${count(rules, 'rule')}: ${count(errors, 'new violation')}${baseline}${unproven}.`,
    findings,
  };
}

/** The base's baseline judges. What the candidate's own adds to it is a finding, whoever wrote it. */
async function baselineOf(
  files: TreeReader,
  baseTree: string,
  candidateTree: string,
): Promise<{ entries: BaselineEntry[]; findings: Finding[] }> {
  const baseText = await readText(files, baseTree, baselinePath);
  const candidateText = await readText(files, candidateTree, baselinePath);
  const candidate = parseBaseline(candidateText ?? '');
  // A baseline that comes with the very change is how a repository begins to have one; the integrity gate shows it.
  const base = baseText === undefined ? candidate : parseBaseline(baseText);
  const known = new Set(base.entries.map(entryKey));
  const grown = candidate.entries.filter((entry) => !known.has(entryKey(entry)));
  const findings: Finding[] = candidate.problems.map((message) =>
    baselineFinding('invariants/baseline-format', message),
  );
  if (grown.length > 0)
    findings.push(
      baselineFinding(
        'invariants/baseline-grew',
        `The baseline grew by ${count(grown.length, 'entry', 'entries')}; it may only shrink.`,
      ),
    );
  return { entries: base.entries, findings };
}

const baselineFinding = (rule: string, message: string): Finding => ({
  gate: 'invariants',
  rule,
  severity: 'error',
  message,
  path: baselinePath,
});

const shrinkFinding = (gone: readonly BaselineEntry[]): Finding => ({
  gate: 'invariants',
  rule: 'invariants/baseline-shrinks',
  severity: 'info',
  message: `${count(gone.length, 'entry', 'entries')} of the baseline no longer occur: run \`ratchet baseline shrink\`.`,
  path: baselinePath,
});

const problemFinding = ({ path, message, rule }: Problem): Finding => ({
  gate: 'invariants',
  rule: rule ?? 'invariants/unverified',
  severity: 'warning',
  message: `Not verified: ${message}`,
  ...(path === null ? {} : { path }),
});

const lineRange = (line: number) => ({ startLine: line, startColumn: 1, endLine: line + 1, endColumn: 1 });
const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`;
