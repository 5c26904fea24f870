// Judges rules over the files of one folder. What cannot be verified is a problem, and a problem is never green.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import picomatch from 'picomatch';
import type * as z from 'zod';
import type { ImportsRule, PatternRule } from '../protocol/codeRules.ts';
import { findCycles } from './cycles.ts';
import { matchPattern } from './matchPattern.ts';
import type { judgeRulesSchema, Problem, Violation } from './messages.ts';
import { ImportResolver } from './resolveImports.ts';
import { type ImportFact, isScript, maxSourceLength, parseSource, type Source } from './source.ts';

type Request = z.infer<typeof judgeRulesSchema>;
type File = Request['files'][number];

interface ParsedImports {
  readonly imports: readonly (ImportFact & { readonly range: Violation['range'] })[];
  readonly problem: string | null;
}

/** Imports by git blob: a file that did not change is not parsed again. Bounded, since the child lives long. */
const parsedImports = new Map<string, ParsedImports>();
const maxParsed = 20_000;

export async function judgeRules(request: Request): Promise<{ violations: Violation[]; problems: Problem[] }> {
  const violations: Violation[] = [];
  const problems: Problem[] = [];
  const resolver = new ImportResolver(request.root);
  for (const rule of request.rules) {
    if (rule.kind !== 'imports' && rule.kind !== 'pattern') {
      problems.push({ rule: rule.id, path: null, message: `Rules of the kind ${rule.kind} are not judged yet.` });
      continue;
    }
    const files = filesOf(rule, request.files);
    if (files.length === 0) {
      problems.push({ rule: rule.id, path: null, message: `Rule ${rule.id} matches no file, so it proves nothing.` });
      continue;
    }
    const judged =
      rule.kind === 'imports'
        ? await judgeImports(rule, files, request.root, resolver)
        : await judgePattern(rule, files, request.root);
    violations.push(...judged.violations);
    problems.push(...judged.problems);
  }
  return { violations, problems: distinct(problems) };
}

function filesOf(rule: ImportsRule | PatternRule, files: readonly File[]): File[] {
  const included = picomatch(rule.kind === 'imports' ? rule.from : rule.files, { dot: true });
  const excluded = picomatch(rule.except, { dot: true });
  return files.filter(({ path }) => included(path) && !excluded(path) && (rule.kind !== 'imports' || isScript(path)));
}

async function judgeImports(rule: ImportsRule, files: readonly File[], root: string, resolver: ImportResolver) {
  const violations: Violation[] = [];
  const problems: Problem[] = [];
  const isAllowed = rule.allow === undefined ? () => true : matcher(rule.allow);
  const isForbidden = rule.forbid === undefined ? () => false : matcher(rule.forbid);
  const isAllowedType = rule.allowTypes === undefined ? () => false : matcher(rule.allowTypes);
  const edges = new Map<string, { to: string; range: Violation['range']; specifier: string }[]>();
  for (const file of files) {
    const parsed = await importsOf(root, file);
    if (parsed.problem !== null) problems.push({ rule: rule.id, path: file.path, message: parsed.problem });
    for (const { specifier, isTypeOnly, range } of parsed.imports) {
      const target = resolver.resolve(file.path, specifier);
      if (target.problem !== null) {
        problems.push({ rule: rule.id, path: file.path, message: target.problem });
        continue;
      }
      const where = { path: file.path, range, text: `${isTypeOnly ? 'type ' : ''}${target.name}`, symbol: '-' };
      const isFine =
        (isAllowed(target.name) && !isForbidden(target.name)) || (isTypeOnly && isAllowedType(target.name));
      if (!isFine)
        violations.push({ rule: rule.id, message: `${file.path} imports ${target.name}. ${rule.message}`, ...where });
      if (rule.cycles) edges.set(file.path, [...(edges.get(file.path) ?? []), { to: target.name, range, specifier }]);
    }
  }
  if (rule.cycles) violations.push(...cycleViolations(rule, edges));
  return { violations, problems };
}

function cycleViolations(
  rule: ImportsRule,
  edges: ReadonlyMap<string, readonly { to: string; range: Violation['range'] }[]>,
): Violation[] {
  const graph = new Map(
    [...edges].map(([path, targets]) => [path, targets.map(({ to }) => to).filter((to) => edges.has(to))]),
  );
  return findCycles(graph).flatMap((cycle) => {
    const [first, second] = cycle;
    const edge = first === undefined ? undefined : edges.get(first)?.find(({ to }) => to === (second ?? first));
    if (first === undefined || edge === undefined) return [];
    const text = [...cycle, first].join(' -> ');
    return [
      {
        rule: rule.id,
        path: first,
        range: edge.range,
        message: `${text} is a circle. ${rule.message}`,
        text,
        symbol: '-',
      },
    ];
  });
}

/** `npm:*` and `node:*` are whole families; everything else is a glob over paths. */
function matcher(targets: readonly string[]): (name: string) => boolean {
  const match = picomatch([...targets], { dot: true });
  const families = targets
    .filter((target) => target === 'npm:*' || target === 'node:*')
    .map((target) => target.slice(0, -1));
  return (name) => families.some((family) => name.startsWith(family)) || match(name);
}

async function importsOf(root: string, file: File): Promise<ParsedImports> {
  const key = `${file.blob}:${/\.[^.]*$/.exec(file.path)?.[0] ?? ''}`;
  const known = parsedImports.get(key);
  if (known !== undefined) return known;
  const source = await read(root, file.path);
  const parsed: ParsedImports =
    typeof source === 'string'
      ? { imports: [], problem: source }
      : {
          imports: source.imports.map((fact) => ({ ...fact, range: source.rangeOf(fact.start, fact.end) })),
          problem: source.errors[0] === undefined ? null : `${file.path} has a syntax error: ${source.errors[0]}`,
        };
  if (parsedImports.size >= maxParsed) parsedImports.clear();
  parsedImports.set(key, parsed);
  return parsed;
}

async function read(root: string, path: string): Promise<Source | string> {
  const text = await readFile(join(root, path), 'utf8');
  if (text.length > maxSourceLength) return `${path} is too large to be parsed.`;
  return await parseSource(path, text);
}

async function judgePattern(rule: PatternRule, files: readonly File[], root: string) {
  const violations: Violation[] = [];
  const problems: Problem[] = [];
  for (const { path } of files) {
    const text = await readFile(join(root, path), 'utf8');
    if (text.length > maxSourceLength)
      problems.push({ rule: rule.id, path, message: `${path} is too large to be parsed.` });
    else violations.push(...(await matchPattern(rule, path, text)));
  }
  return { violations, problems };
}

function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [`${problem.path}\n${problem.message}`, problem])).values()];
}
