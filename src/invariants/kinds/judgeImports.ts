// Rules over imports: who may import whom, circles, and what may not be reached through any chain.
import type { ImportsRule } from '../../protocol/codeRules.ts';
import { findCycles } from '../cycles.ts';
import type { FileRef } from '../facts/factStore.ts';
import { importFacts } from '../facts/importFacts.ts';
import { isScript } from '../facts/script.ts';
import { targetMatcher } from '../globs.ts';
import type { Edge } from '../importGraph.ts';
import type { Violation } from '../messages.ts';
import { type Judged, judgeEach, type Need, type Question, violationOf } from './kind.ts';

const scriptsOf = (rule: ImportsRule, question: Question): FileRef[] =>
  question.filesOf(rule, rule.from, rule.except).filter(({ path }) => isScript(path));

export function needsOfImports(rule: ImportsRule, question: Question): Need[] {
  const files =
    rule.reaches === undefined
      ? scriptsOf(rule, question)
      : question.filesOf(rule, ['**']).filter(({ path }) => isScript(path));
  return [{ rule: rule.id, maker: importFacts, files }];
}

export function judgeImports(rule: ImportsRule, question: Question): Judged {
  const isAllowed = rule.allow === undefined ? () => true : targetMatcher(rule.allow);
  const isForbidden = targetMatcher(rule.forbid);
  const isAllowedType = targetMatcher(rule.allowTypes);
  const isCounted = (edge: Edge) => rule.forms === undefined || rule.forms.includes(edge.fact.form);
  const files = scriptsOf(rule, question);
  const judged = judgeEach(rule, files, question.tree, (file) => {
    const one: Judged = { violations: [], problems: [] };
    const { edges, problem } = question.tree.graph.edges(file);
    if (problem !== null) one.problems.push({ rule: rule.id, path: file.path, message: problem });
    for (const edge of edges.filter(isCounted)) {
      const { to, fact, problem: lost } = edge;
      const isFine = (isAllowed(to) && !isForbidden(to)) || (fact.isTypeOnly && isAllowedType(to));
      if (lost !== null)
        one.problems.push({ rule: rule.id, path: /^Imports cannot/.test(lost) ? null : file.path, message: lost });
      else if (!isFine) one.violations.push(importViolation(rule, file, edge));
    }
    return one;
  });
  const follows = (edge: Edge) =>
    isCounted(edge) && edge.problem === null && (rule.through === 'all' || !edge.fact.isTypeOnly);
  if (rule.cycles) judged.violations.push(...cycleViolations(rule, files, question, follows));
  if (rule.reaches !== undefined) reachViolations(rule, files, question, follows, judged);
  return judged;
}

function importViolation(rule: ImportsRule, { path, blob }: FileRef, { fact, to }: Edge): Violation {
  // The text is what the import leads to, so that another spelling of the same import is the same violation.
  const text = `${fact.isTypeOnly ? 'type ' : ''}${to}`;
  return violationOf(rule, path, { ...fact, text, context: contextOf(blob) }, `${path} imports ${to}. ${rule.message}`);
}

/** An import stands in no declaration: it is known again where the whole file is. */
const contextOf = (blob: string): string => blob.slice(0, 12);

function cycleViolations(
  rule: ImportsRule,
  files: readonly FileRef[],
  { tree }: Question,
  follows: (edge: Edge) => boolean,
): Violation[] {
  const inside = new Set(files.map(({ path }) => path));
  const edges = new Map(
    files.map((file) => [
      file.path,
      tree.graph.edges(file).edges.filter((edge) => follows(edge) && inside.has(edge.to)),
    ]),
  );
  const graph = new Map([...edges].map(([path, targets]) => [path, targets.map(({ to }) => to)]));
  return findCycles(graph).flatMap((cycle) => {
    const [first, second] = cycle;
    const edge = first === undefined ? undefined : edges.get(first)?.find(({ to }) => to === (second ?? first));
    if (first === undefined || edge === undefined) return [];
    const text = [...cycle, first].join(' -> ');
    return [violationOf(rule, first, { ...edge.fact, text, context: '-' }, `${text} is a circle. ${rule.message}`)];
  });
}

/** For every file the shortest chain to what it may not reach. The violation is the first link, and ends in the target. */
function reachViolations(
  rule: ImportsRule,
  files: readonly FileRef[],
  { tree }: Question,
  follows: (edge: Edge) => boolean,
  judged: Judged,
): void {
  const isTarget = targetMatcher(rule.reaches);
  const importers = new Map<string, { from: string; edge: Edge }[]>();
  const scripts = tree.files.filter(({ path }) => isScript(path));
  const unread: { path: string; message: string }[] = [];
  for (const file of scripts) {
    const { edges, problem } = tree.graph.edges(file);
    if (problem !== null) unread.push({ path: file.path, message: problem });
    for (const edge of edges) {
      if (edge.problem !== null) unread.push({ path: file.path, message: edge.problem });
      if (!follows(edge)) continue;
      const known = importers.get(edge.to);
      if (known === undefined) importers.set(edge.to, [{ from: file.path, edge }]);
      else known.push({ from: file.path, edge });
    }
  }
  // Backwards from the targets, so that every file learns its next link and no chain is walked twice.
  const next = new Map<string, { edge: Edge; to: string }>();
  const queue = [...new Set([...importers.keys(), ...scripts.map(({ path }) => path)])].filter(isTarget);
  const targets = new Set(queue);
  for (let at = 0; at < queue.length; at += 1) {
    const to = queue[at] ?? '';
    for (const { from, edge } of importers.get(to) ?? []) {
      if (next.has(from) || targets.has(from)) continue;
      next.set(from, { edge, to });
      queue.push(from);
    }
  }
  for (const { path, blob } of files) {
    const first = next.get(path);
    if (first === undefined) continue;
    const chain = [path];
    for (let link = next.get(path); link !== undefined; link = next.get(link.to)) chain.push(link.to);
    const text = `${first.to} => ${chain.at(-1)}`;
    judged.violations.push(
      violationOf(
        rule,
        path,
        { ...first.edge.fact, text, context: contextOf(blob) },
        `${chain.join(' -> ')}. ${rule.message}`,
      ),
    );
  }
  // A file that cannot be followed may be the missing link, unless no file of the rule leads to it.
  const reachable = forward(files, tree, follows);
  for (const { path, message } of unread)
    if (reachable.has(path)) judged.problems.push({ rule: rule.id, path, message });
}

function forward(files: readonly FileRef[], tree: Question['tree'], follows: (edge: Edge) => boolean): Set<string> {
  const seen = new Set(files.map(({ path }) => path));
  const queue = [...seen];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    const file = tree.byPath.get(path);
    if (file === undefined || !isScript(path)) continue;
    for (const edge of tree.graph.edges(file).edges)
      if (follows(edge) && !seen.has(edge.to)) {
        seen.add(edge.to);
        queue.push(edge.to);
      }
  }
  return seen;
}
