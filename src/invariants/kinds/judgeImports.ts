// Rules over imports: who may import whom, circles, and what may not be reached through any chain.
import type { ImportsRule } from '../../protocol/codeRules.ts';
import { findCycles } from '../cycles.ts';
import type { FileRef } from '../facts/factStore.ts';
import { importFacts } from '../facts/importFacts.ts';
import { isScript } from '../facts/script.ts';
import { targetMatcher } from '../globs.ts';
import type { Edge } from '../importGraph.ts';
import type { Violation } from '../messages.ts';
import { chainFrom, chainsTo, type Follows, firstLink, followsOf, isCounted } from './importChains.ts';
import { append, type Judged, judgeEach, type Need, type Question, violationOf } from './kind.ts';

const scriptsOf = (rule: ImportsRule, question: Question): readonly FileRef[] =>
  question.filesOf(rule, rule.from, rule.except, 'scripts');

export function needsOfImports(rule: ImportsRule, question: Question): Need[] {
  const files = rule.reaches === undefined ? scriptsOf(rule, question) : question.filesOf(rule, ['**'], [], 'scripts');
  return [{ rule: rule.id, maker: importFacts, files }];
}

export function judgeImports(rule: ImportsRule, question: Question): Judged {
  const isAllowed = rule.allow === undefined ? () => true : targetMatcher(rule.allow);
  const isForbidden = targetMatcher(rule.forbid);
  const isAllowedType = targetMatcher(rule.allowTypes);
  const files = scriptsOf(rule, question);
  const judged = judgeEach(rule, files, question.tree, (file) => {
    const one: Judged = { violations: [], problems: [] };
    const { edges, problem } = question.tree.graph.edges(file);
    if (problem !== null) one.problems.push({ rule: rule.id, path: file.path, message: problem });
    for (const edge of edges.filter((one) => isCounted(rule, one))) {
      const { to, fact, problem: lost } = edge;
      const isFine = (isAllowed(to) && !isForbidden(to)) || (fact.isTypeOnly && isAllowedType(to));
      if (lost !== null)
        one.problems.push({ rule: rule.id, path: /^Imports cannot/.test(lost) ? null : file.path, message: lost });
      else if (!isFine) one.violations.push(importViolation(rule, file, edge));
    }
    return one;
  });
  if (rule.cycles) append(judged.violations, cycleViolations(rule, files, question, followsOf(rule)));
  if (rule.reaches !== undefined) reachViolations(rule, files, question, judged);
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
  follows: Follows,
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

/** The violation is the first link, and ends in the target. */
function reachViolations(rule: ImportsRule, files: readonly FileRef[], question: Question, judged: Judged): void {
  const { tree, focus } = question;
  const known = focus?.chains.get(rule.id);
  const chains = known ?? chainsTo(rule, tree);
  for (const file of files) {
    const first = known === undefined ? chains.next.get(file.path) : firstLink(rule, file, tree, known);
    if (first === undefined) continue;
    const chain = [file.path, ...chainFrom(first.to, chains)];
    const text = `${first.to} => ${chain.at(-1)}`;
    judged.violations.push(
      violationOf(
        rule,
        file.path,
        { ...first.edge.fact, text, context: contextOf(file.blob) },
        `${chain.join(' -> ')}. ${rule.message}`,
      ),
    );
  }
  if (known === undefined) append(judged.problems, unreadLinks(rule, files, tree));
}

/** A file that cannot be followed may be the missing link, unless no file of the rule leads to it. */
function unreadLinks(rule: ImportsRule, files: readonly FileRef[], tree: Question['tree']): Judged['problems'] {
  const unread = tree.files
    .filter(({ path }) => isScript(path))
    .flatMap((file) => {
      const { edges, problem } = tree.graph.edges(file);
      const messages = edges.flatMap((edge) => edge.problem ?? []);
      return [...(problem === null ? [] : [problem]), ...messages].map((message) => ({ path: file.path, message }));
    });
  const reachable = unread.length === 0 ? new Set<string>() : forward(files, tree, followsOf(rule));
  return unread.filter(({ path }) => reachable.has(path)).map((one) => ({ rule: rule.id, ...one }));
}

function forward(files: readonly FileRef[], tree: Question['tree'], follows: Follows): Set<string> {
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
