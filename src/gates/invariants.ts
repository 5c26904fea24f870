// The invariants gate: the rules of the base over the candidate, against a baseline that may only shrink.
import { compareWithBaseline, entryKey, fingerprint, type Identified, identify } from '../invariants/baseline.ts';
import { hasRuleFiles, type LoadedRules, loadRules } from '../invariants/loadRules.ts';
import type { Problem, Violation } from '../invariants/messages.ts';
import { packsDigest } from '../invariants/packs.ts';
import { type Result, success } from '../protocol/result.ts';
import type { InvariantRule } from '../protocol/rules.ts';
import type { Finding, Severity, VerdictStatus } from '../protocol/verdict.ts';
import { movedFinding, readBaselines, shrinkFinding } from './baselineFindings.ts';
import { type CommandPlace, runCommandRule } from './commandRules.ts';
import { type Gate, type GateContext, type GateResult, withContainment } from './gate.ts';
import { plainFiles, readText, type TreeReader } from './treeReader.ts';

export const invariantsGate: Gate = {
  name: 'invariants',
  version: 3,
  configOf: ({ invariants, sandbox }, { containment }) => ({
    ...{ invariants, sandbox, contained: containment.contained },
    packs: packsDigest(),
  }),
  judge: async (context) => {
    const loaded = await rulesOfChange(context);
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
export async function rulesOfChange({
  files,
  baseTree,
  candidateTree,
}: Pick<GateContext, 'files' | 'baseTree' | 'candidateTree'>): Promise<LoadedRules> {
  const base = await rulesOfTree(files, baseTree);
  if (baseTree === candidateTree) return base;
  const candidate = await rulesOfTree(files, candidateTree);
  const known = new Set(base.rules.map(({ id }) => id));
  const added = candidate.rules.filter(({ id }) => !known.has(id));
  return { ...candidate, rules: [...base.rules, ...added] };
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
export type FindContext = Pick<GateContext, 'files' | 'engine' | 'checkout' | 'signal'> & {
  /** What it is compared with; undefined when nothing changed. */
  readonly baseTree?: string;
  /** The base's: it says which commands rules may run, and how. */
  readonly config: CommandPlace['config'];
  readonly visible?: readonly string[];
};

/** Every violation of a tree with its identity, whatever the baseline says of it. */
export async function findViolations(
  rules: readonly InvariantRule[],
  tree: string,
  { files, engine, checkout, signal, baseTree, config, visible = [] }: FindContext,
): Promise<Result<{ identified: Identified[]; problems: readonly Problem[] }>> {
  const listed = await plainFiles(files, tree);
  const base = baseTree === undefined ? undefined : await plainFiles(files, baseTree);
  const engineRules = rules.filter(({ kind }) => kind !== 'command');
  const judged = await checkout(tree, async (root) => {
    const found = await engine.judgeRules(
      { root, files: listed, rules: engineRules, ...(base === undefined ? {} : { base }) },
      signal,
    );
    if (!found.ok) return found;
    let { violations, problems }: { violations: readonly Violation[]; problems: readonly Problem[] } = found.value;
    // Commands come last, since they may write into the folder.
    for (const rule of rules)
      if (rule.kind === 'command') {
        const ran = await runCommandRule(rule, { cwd: root, config, visible }, signal);
        violations = violations.concat(ran.violations);
        problems = problems.concat(ran.problems);
      }
    return success({ violations, problems });
  });
  if (!judged.ok) return judged;
  const renamed = baseTree === undefined ? new Map<string, string>() : await renames(files, baseTree, tree);
  return success({ identified: identify(judged.value.violations, renamed), problems: judged.value.problems });
}

/** From the path in the tree to the path in the base. */
async function renames(files: TreeReader, baseTree: string, tree: string): Promise<Map<string, string>> {
  if (baseTree === tree) return new Map();
  const changes = await files.changed(baseTree, tree);
  return new Map(changes.flatMap(({ path, oldPath }) => (oldPath === null ? [] : [[path, oldPath]])));
}

async function judgeWith(loaded: LoadedRules, context: GateContext): Promise<GateResult> {
  const { files, candidateTree, baseTree } = context;
  const found = await findViolations(loaded.rules, candidateTree, context);
  if (!found.ok) return { status: 'errored', summary: found.failure.message, findings: [] };

  const { identified, problems } = found.value;
  const baseline = await readBaselines(files, baseTree, candidateTree);
  const { fresh, held, gone } = compareWithBaseline(identified, baseline.entries);
  const severityOf = new Map(loaded.rules.map(({ id, severity }) => [id, severity]));
  const moved = held.filter(({ identified: { own }, by }) => entryKey(own) !== entryKey(by));
  const findings: Finding[] = [
    ...baseline.findings,
    ...fresh.map((one) => findingOf(one, severityOf.get(one.violation.rule) ?? 'error')),
    ...(gone.length > 0 ? [shrinkFinding(gone.length)] : []),
    ...(moved.length > 0 ? [movedFinding(moved.length)] : []),
    ...problems.map(problemFinding),
  ];
  const judged = result(findings, loaded.rules.length, held.length, problems);
  const { containment } = context;
  if (!loaded.rules.some(({ kind }) => kind === 'command')) return judged;
  return { ...judged, summary: withContainment(judged.summary, containment), containment };
}

export function findingOf({ violation, entry }: Identified, severity: Severity): Finding {
  const { rule, message, path, range, text, fix } = violation;
  return {
    gate: 'invariants',
    rule,
    severity,
    message,
    // A command may judge the repository as a whole.
    ...(path === '' ? {} : { path, range }),
    evidence: text,
    fingerprint: fingerprint(entry),
    ...(fix === undefined ? {} : { fix }),
  };
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

const problemFinding = ({ path, message, rule }: Problem): Finding => ({
  gate: 'invariants',
  rule: rule ?? 'invariants/unverified',
  severity: 'warning',
  message: `Not verified: ${message}`,
  ...(path === null ? {} : { path }),
});

const lineRange = (line: number) => ({ startLine: line, startColumn: 1, endLine: line + 1, endColumn: 1 });
const count = (number: number, one: string): string => `${number} ${number === 1 ? one : `${one}s`}`;
