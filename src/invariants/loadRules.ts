// Rule files of a tree: `.ratchet/invariants/*.yml` and what they include. A file that cannot be read is a problem.
import { parseDocument } from 'yaml';
import { type Clause, type InvariantRule, ruleFileSchema } from '../protocol/rules.ts';
import { globMatcher } from './globs.ts';
import { packNames, packPrefix, readPack } from './packs.ts';
import { loadSgRules } from './sgRules.ts';

export interface RuleFiles {
  /** Paths of the tree. */
  readonly paths: readonly string[];
  readonly read: (path: string) => Promise<string | undefined>;
}

export interface LoadedRules {
  readonly rules: InvariantRule[];
  readonly clauses: Clause[];
  /** What is wrong, where. `line` counts from 1. */
  readonly problems: { readonly path: string; readonly line: number; readonly message: string }[];
  /** The files that were read. */
  readonly files: string[];
}

const isRuleFile = globMatcher(['.ratchet/invariants/**/*.{yml,yaml}']);

export const hasRuleFiles = (paths: readonly string[]): boolean => paths.some((path) => isRuleFile(path));

export async function loadRules(tree: RuleFiles): Promise<LoadedRules> {
  const rules = new Map<string, InvariantRule>();
  const clauses: Clause[] = [];
  const claims: { path: string; clause: Clause }[] = [];
  const problems: { path: string; line: number; message: string }[] = [];
  const queue = tree.paths.filter((path) => isRuleFile(path)).sort();
  const seen = new Set<string>();
  const left = new Map<string, string>();
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const text = (path.startsWith(packPrefix) ? readPack(path.slice(packPrefix.length)) : await tree.read(path)) ?? '';
    const document = parseDocument(text);
    const lineOf = (offset: number) => text.slice(0, offset).split('\n').length;
    for (const error of document.errors)
      problems.push({ path, line: lineOf(error.pos[0]), message: firstLine(error.message) });
    if (document.errors.length > 0) continue;
    const parsed = ruleFileSchema.safeParse(document.toJS());
    if (!parsed.success) {
      for (const issue of parsed.error.issues) {
        const keys = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
        const node =
          keys.length === 0
            ? document.contents
            : (document.getIn(keys, true) ?? document.getIn(keys.slice(0, -1), true));
        problems.push({ path, line: lineOf(offsetOf(node)), message: `${keys.join('.') || 'file'}: ${issue.message}` });
      }
      continue;
    }
    const sg = parsed.data.sgconfig === undefined ? undefined : await loadSgRules(parsed.data.sgconfig, tree);
    problems.push(...(sg?.problems ?? []));
    for (const [index, rule] of [...parsed.data.rules, ...(sg?.rules ?? [])].entries()) {
      const line = lineOf(offsetOf(document.getIn(['rules', index], true)));
      if (rules.has(rule.id)) problems.push({ path, line, message: `Rule ${rule.id} is declared twice.` });
      else rules.set(rule.id, rule);
    }
    clauses.push(...parsed.data.clauses);
    claims.push(...parsed.data.clauses.map((clause) => ({ path, clause })));
    for (const id of parsed.data.without) left.set(id, path);
    for (const glob of parsed.data.include) {
      if (glob.startsWith(packPrefix)) {
        const names = packNames();
        if (names.includes(glob.slice(packPrefix.length))) queue.push(glob);
        else problems.push({ path, line: 1, message: `There is no ${glob}. The packs are ${names.join(', ')}.` });
        continue;
      }
      const included = tree.paths.filter(globMatcher([glob])).sort();
      if (included.length === 0) problems.push({ path, line: 1, message: `include ${glob} matches no file.` });
      queue.push(...included);
    }
  }
  for (const [id, path] of left)
    if (!rules.delete(id))
      problems.push({ path, line: 1, message: `without names the rule ${id}, which is in no file that is included.` });
  for (const { path, clause } of claims)
    for (const id of clause.rules)
      if (!rules.has(id) && !left.has(id))
        problems.push({ path, line: 1, message: `Clause ${clause.id} names the rule ${id}, which is not there.` });
  return { rules: [...rules.values()], clauses, problems, files: [...seen] };
}

function offsetOf(node: unknown): number {
  const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
  const [start] = Array.isArray(range) ? range : [0];
  return typeof start === 'number' ? start : 0;
}

const firstLine = (text: string): string => text.split('\n')[0] ?? text;
