// Rules over values of configuration, infrastructure, SQL and code, and over what must hold between them.
import type { DataAssertion, DataRule, DataSource } from '../../protocol/treeRules.ts';
import { type DataFact, dataFacts, queryProblem } from '../facts/dataFacts.ts';
import type { FileRef } from '../facts/factStore.ts';
import { isScript } from '../facts/script.ts';
import { selectorProblem } from '../facts/selectFacts.ts';
import { append, type Judged, type Need, type Question, violationOf, wholeFile } from './kind.ts';

interface Found {
  readonly path: string;
  readonly fact: DataFact;
}

const sourceProblem = ({ query, selector }: DataSource): string | null =>
  query !== undefined ? queryProblem(query) : selector !== undefined ? selectorProblem(selector) : null;

const filesOf = (rule: DataRule, source: DataSource, question: Question): FileRef[] =>
  question
    .filesOf(rule, source.files, source.except)
    .filter(({ path }) => source.selector === undefined || isScript(path));

export function needsOfData(rule: DataRule, question: Question): Need[] {
  return rule.sources.flatMap((source) =>
    sourceProblem(source) === null
      ? [{ rule: rule.id, maker: dataFacts(source), files: filesOf(rule, source, question) }]
      : [],
  );
}

export function judgeData(rule: DataRule, question: Question): Judged {
  const judged: Judged = { violations: [], problems: [] };
  const problem = (path: string | null, message: string) => judged.problems.push({ rule: rule.id, path, message });
  const values = new Map<string, Found[]>();
  for (const source of rule.sources) {
    const found: Found[] = [];
    values.set(source.name, found);
    const broken = sourceProblem(source);
    if (broken !== null) {
      problem(null, broken);
      continue;
    }
    const files = filesOf(rule, source, question);
    if (files.length === 0 && !source.optional && question.focus === undefined)
      problem(null, `The source ${source.name} of rule ${rule.id} matches no file, so it proves nothing.`);
    const maker = dataFacts(source);
    for (const { path, blob } of files) {
      const facts = question.store.get(maker, { path, blob });
      if (facts.ok) for (const fact of facts.value) found.push({ path, fact });
      else problem(path, facts.problem);
    }
  }
  // What could not be read may hold the very value that is missed.
  if (judged.problems.length > 0) return judged;
  for (const assertion of rule.assert) append(judged.violations, violationsOf(rule, assertion, values));
  return judged;
}

function violationsOf(rule: DataRule, assertion: DataAssertion, values: ReadonlyMap<string, readonly Found[]>) {
  const of = (name: string): readonly Found[] => values.get(name) ?? [];
  const report = ({ path, fact }: Found, what: string) =>
    violationOf(rule, path, { ...fact, text: fact.value }, `${JSON.stringify(fact.value)} ${what}. ${rule.message}`);
  if ('none' in assertion) return of(assertion.none).map((found) => report(found, 'may not be there'));
  if ('some' in assertion) {
    const path = rule.sources.find(({ name }) => name === assertion.some)?.files[0] ?? '';
    return of(assertion.some).length > 0
      ? []
      : [wholeFile(rule, path, `no ${assertion.some}`, `There is no ${assertion.some}. ${rule.message}`)];
  }
  if ('unique' in assertion) {
    const seen = new Set<string>();
    return of(assertion.unique).flatMap((found) => {
      if (seen.has(found.fact.value)) return [report(found, 'occurs twice')];
      seen.add(found.fact.value);
      return [];
    });
  }
  const subjects = of(assertion.every);
  if ('matches' in assertion) {
    const wanted = new RegExp(assertion.matches, 'u');
    return subjects
      .filter(({ fact }) => !wanted.test(fact.value))
      .map((found) => report(found, `does not match ${assertion.matches}`));
  }
  if ('oneOf' in assertion)
    return subjects
      .filter(({ fact }) => !assertion.oneOf.includes(fact.value))
      .map((found) => report(found, `is none of ${assertion.oneOf.join(', ')}`));
  const isIn = 'in' in assertion;
  const other = isIn ? assertion.in : assertion.notIn;
  const known = new Set(of(other).map(({ fact }) => fact.value));
  return subjects
    .filter(({ fact }) => known.has(fact.value) !== isIn)
    .map((found) => report(found, isIn ? `is not in ${other}` : `may not be in ${other}`));
}
