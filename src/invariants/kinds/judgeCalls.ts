// Rules over calls: an API that may not be called from here, whatever it is called by. Names are followed through imports,
// re-exports and functions that only hand their arguments on, to the module that the rule names.
import type { CallsRule, CallTarget } from '../../protocol/codeRules.ts';
import { callMark } from '../facts/bindings.ts';
import { type CallFact, callFacts, membersOf, variants } from '../facts/callFacts.ts';
import { exportFacts } from '../facts/exportFacts.ts';
import type { FactMaker, FileRef } from '../facts/factStore.ts';
import { importFacts } from '../facts/importFacts.ts';
import { isScript } from '../facts/script.ts';
import { dottedMatcher, globMatcher, targetMatcher } from '../globs.ts';
import { append, type Judged, judgeEach, type Need, prepare, type Question, together, violationOf } from './kind.ts';

const scriptsOf = (rule: CallsRule, question: Question): readonly FileRef[] =>
  question.filesOf(rule, rule.files, rule.except, 'scripts');

const isModule = (target: CallTarget): boolean => target.module !== undefined;

export function needsOfCalls(rule: CallsRule, question: Question): Need[] {
  const needs: Need[] = [];
  const isAnyModule = rule.targets.some(isModule);
  if (isAnyModule)
    needs.push({
      rule: rule.id,
      maker: importFacts,
      files: question.filesOf(rule, ['**'], [], 'scripts'),
    });
  // Where a module is asked for, which files can have such a call is known only from the graph.
  if (!isAnyModule) needs.push({ rule: rule.id, maker: makerOf(rule), files: scriptsOf(rule, question) });
  return needs;
}

export async function judgeCalls(rule: CallsRule, question: Question): Promise<Judged> {
  const judged: Judged = { violations: [], problems: [] };
  const { tree, store } = question;
  let files = scriptsOf(rule, question);
  const modules = rule.targets.filter(isModule);
  const maker = makerOf(rule);
  if (modules.length > 0) {
    const isModuleTarget = targetMatcher(modules.flatMap(({ module }) => module ?? []));
    const known = question.focus?.leading.get(rule.id);
    const leading = known ?? (await wayTo(rule, question));
    if (known === undefined) append(judged.problems, unreadOnTheWay(rule, files, question));
    for (const file of files) {
      const { edges, problem } = tree.graph.edges(file);
      if (problem !== null) judged.problems.push({ rule: rule.id, path: file.path, message: problem });
      for (const edge of edges)
        if (edge.problem !== null) judged.problems.push({ rule: rule.id, path: file.path, message: edge.problem });
    }
    const leads = (file: FileRef) =>
      leading.has(file.path) || tree.graph.edges(file).edges.some(({ to }) => isModuleTarget(to) || leading.has(to));
    if (modules.length === rule.targets.length) files = files.filter(leads);
    await prepare(question, [{ rule: rule.id, maker, files, isVarying: true }]);
  }
  const isTarget = targetTest(rule, (from, specifier, dotted) => origins(from, specifier, dotted, rule, question));
  const judgeFile = (file: FileRef): Judged => {
    const facts = store.get(maker, file);
    if (!facts.ok) return { violations: [], problems: [{ rule: rule.id, path: file.path, message: facts.problem }] };
    const violations = facts.value.flatMap((fact) => {
      const name = isTarget(file.path, fact);
      const how = fact.isHandedOn ? 'hands on' : 'calls';
      return name === undefined
        ? []
        : [violationOf(rule, file.path, fact, `${file.path} ${how} ${name}. ${rule.message}`)];
    });
    return { violations, problems: [] };
  };
  // What a name of another module leads to depends on other files.
  if (modules.length === 0) return judgeEach(rule, files, tree, judgeFile);
  return together([judged, ...files.map(judgeFile)]);
}

/** The files from which a chain of imports leads to a target of the rule; what each of them exports is known then. */
export async function wayTo(rule: CallsRule, question: Question): Promise<ReadonlySet<string>> {
  const modules = rule.targets.flatMap(({ module }) => module ?? []);
  const leading = filesLeadingTo(targetMatcher(modules), question);
  const files = [...leading].flatMap((path) => question.tree.byPath.get(path) ?? []);
  await prepare(question, [{ rule: rule.id, maker: exportFacts, files, isVarying: true }]);
  return leading;
}

const makers = new WeakMap<CallsRule, FactMaker<CallFact[]>>();

export function makerOf(rule: CallsRule): FactMaker<CallFact[]> {
  const known = makers.get(rule);
  if (known !== undefined) return known;
  const made = newMakerOf(rule);
  makers.set(rule, made);
  return made;
}

const newMakerOf = ({ targets }: CallsRule): FactMaker<CallFact[]> =>
  callFacts({
    globals: targets.flatMap(({ global }) => global ?? []),
    members: targets.flatMap(({ member }) => member ?? []),
    imports: targets.some(isModule),
  });

/** What cannot be read may hand the target on to a file of the rule. */
function unreadOnTheWay(rule: CallsRule, files: readonly FileRef[], question: Question): Judged['problems'] {
  const unread = question.tree.files
    .filter(({ path }) => isScript(path))
    .flatMap((file) => {
      const { problem } = question.tree.graph.edges(file);
      return problem === null ? [] : [{ rule: rule.id, path: file.path, message: problem }];
    });
  return unread.filter(({ path }) => {
    const leading = filesLeadingTo((to) => to === path, question);
    return files.some((file) => leading.has(file.path));
  });
}

/** Scripts from which a chain of imports leads to a target. */
function filesLeadingTo(isTarget: (name: string) => boolean, { tree }: Question): Set<string> {
  const importers = new Map<string, string[]>();
  const found: string[] = [];
  for (const file of tree.files) {
    if (!isScript(file.path)) continue;
    for (const { to } of tree.graph.edges(file).edges) {
      if (isTarget(to)) found.push(file.path);
      const known = importers.get(to);
      if (known === undefined) importers.set(to, [file.path]);
      else known.push(file.path);
    }
  }
  const seen = new Set(found);
  for (let path = found.pop(); path !== undefined; path = found.pop())
    for (const importer of importers.get(path) ?? [])
      if (!seen.has(importer)) {
        seen.add(importer);
        found.push(importer);
      }
  return seen;
}

/** The name of what a call leads to when a target of the rule says that it may not be called. */
export function targetTest(
  rule: CallsRule,
  originsOf: (from: string, specifier: string, dotted: readonly string[]) => readonly Origin[],
): (path: string, fact: CallFact) => string | undefined {
  const tests = rule.targets.map((target) => ({
    isModule: targetMatcher(target.module === undefined ? undefined : [target.module]),
    isName: target.names === undefined ? () => true : dottedMatcher(target.names),
    isGlobal: target.global === undefined ? () => false : dottedMatcher(target.global),
    isMember: globMatcher(target.member ?? []),
    isOn: target.on === undefined ? () => true : dottedMatcher(target.on),
  }));
  return (from, { references, isHandedOn }) => {
    for (const { root, path } of references) {
      if (root.kind === 'import')
        for (const { module, dotted } of originsOf(from, root.specifier, [root.name, ...path]))
          for (const test of tests)
            if (test.isModule(module) && namesOf(dotted).some(test.isName)) return `${module}#${dotted.join('.')}`;
      const dotted = [root.kind === 'import' ? '' : root.name, ...path];
      if (root.kind === 'global') {
        const name = namesOf(dotted).find((one) => tests.some((test) => test.isGlobal(one)));
        if (name !== undefined) return name;
      }
      if (isHandedOn) continue;
      const members = [root.kind === 'import' ? '' : root.name, ...membersOf({ root, path })];
      for (const called of variants(members)) {
        const member = called.at(-1) ?? '';
        const object = called
          .slice(0, -1)
          .filter((name) => name !== callMark && name !== '')
          .join('.');
        if (called.length > 1 && tests.some((test) => test.isMember(member) && test.isOn(object)))
          return `${object}.${member}`;
      }
    }
    return undefined;
  };
}

/** Dotted names by which a rule may speak of a path; none when the result of a call is what is called. */
function namesOf(path: readonly string[]): string[] {
  return variants(path).flatMap((one) => {
    if (one.at(-1) === callMark) return [];
    const names = one.filter((name) => name !== callMark);
    // A module without a default export of its own is its default.
    const inner = names[0] === 'default' && names.length > 1 ? [names.slice(1).join('.')] : [];
    return [names[0] === '*' ? 'default' : names.join('.'), ...inner];
  });
}

interface Origin {
  readonly module: string;
  readonly dotted: readonly string[];
}

/** Every module export that a name leads to, the first one and those behind it. */
function origins(
  from: string,
  specifier: string,
  dotted: readonly string[],
  rule: CallsRule,
  question: Question,
): Origin[] {
  const { tree, store } = question;
  const found: Origin[] = [];
  const seen = new Set<string>();
  const queue = [{ from, specifier, dotted }];
  for (let one = queue.shift(); one !== undefined && seen.size < 200; one = queue.shift()) {
    const module = tree.graph.resolve(one.from, one.specifier);
    const key = `${module}#${one.dotted.join('.')}`;
    if (seen.has(key)) continue;
    seen.add(key);
    found.push({ module, dotted: one.dotted });
    const file = tree.byPath.get(module);
    const leads = file === undefined || !isScript(module) ? undefined : store.get(exportFacts, file);
    if (leads?.ok !== true) continue;
    const [name = '', ...rest] = one.dotted;
    for (const lead of leads.value) {
      // A wrapper's own members are not the target's, but for `bind`, `call` and `apply`.
      if (lead.isWrapper && (!rule.wrappers || !variants(rest).some((one) => one.length === 0))) continue;
      if (lead.name === '*') queue.push({ from: module, specifier: lead.specifier, dotted: one.dotted });
      else if (lead.name === name) {
        const path = [...lead.path, ...rest];
        // `export * as n` and an import of everything: the next name is the export.
        const through = lead.imported === '*' && path.length > 0 ? path : [lead.imported, ...path];
        queue.push({ from: module, specifier: lead.specifier, dotted: through });
      }
    }
  }
  return found;
}
