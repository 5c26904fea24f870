// Rules over a number that may only improve: compared with the base for each file, folder or the whole repository, and with a
// limit.
import * as z from 'zod';
import type { Measure, MetricRule } from '../../protocol/treeRules.ts';
import type { FactMaker, FileRef } from '../facts/factStore.ts';
import { importFacts } from '../facts/importFacts.ts';
import { isScript } from '../facts/script.ts';
import { selectNodes, selectorProblem } from '../facts/selectFacts.ts';
import { globMatcher } from '../globs.ts';
import { type Judged, type Need, type Question, wholeFile } from './kind.ts';

const functionSelector = ':matches(FunctionDeclaration, FunctionExpression, ArrowFunctionExpression)';

export function measureMaker(measure: Measure): FactMaker<number> {
  const maker = { key: `metric@1 ${JSON.stringify(measure)}`, schema: z.number() };
  if (measure === 'lines')
    return {
      ...maker,
      isScriptOnly: false,
      make: ({ lines, text }) => lines.count - (text.endsWith('\n') || text === '' ? 1 : 0),
    };
  if (measure === 'functions') return { ...maker, make: (file) => selectNodes(file, [functionSelector]).length };
  if (measure === 'imports') return { ...maker, make: async (file) => (await importFacts.make(file)).length };
  if ('regex' in measure)
    return {
      ...maker,
      isScriptOnly: false,
      make: ({ text }) => [...text.matchAll(new RegExp(measure.regex, 'gu'))].length,
    };
  return { ...maker, make: (file) => selectNodes(file, [measure.selector]).length };
}

const needsScript = (measure: Measure): boolean =>
  measure !== 'lines' && (typeof measure === 'string' || 'selector' in measure);

const filesOf = (rule: MetricRule, question: Question): readonly FileRef[] =>
  question.filesOf(rule, rule.files, rule.except, needsScript(rule.measure) ? 'scripts' : 'all');

export const needsOfMetric = (rule: MetricRule, question: Question): Need[] => [
  { rule: rule.id, maker: measureMaker(rule.measure), files: filesOf(rule, question) },
];

export async function judgeMetric(rule: MetricRule, question: Question): Promise<Judged> {
  const judged: Judged = { violations: [], problems: [] };
  const problem = (path: string | null, message: string) => judged.problems.push({ rule: rule.id, path, message });
  if (typeof rule.measure === 'object' && 'selector' in rule.measure) {
    const broken = selectorProblem(rule.measure.selector);
    if (broken !== null) problem(null, broken);
    if (broken !== null) return judged;
  }
  const files = filesOf(rule, question);
  const now = sums(rule, files, question, problem);
  const { max, min } = rule;
  for (const [subject, { value, path }] of now) {
    const name = nameOf(rule);
    const isBeyond = (max !== undefined && value > max) || (min !== undefined && value < min);
    const limit = max !== undefined && value > max ? `at most ${max}` : `at least ${min}`;
    // The number itself is not part of the identity: a violation that is tolerated stays the same one while it shrinks.
    if (isBeyond)
      judged.violations.push(
        wholeFile(
          rule,
          path,
          `${subject} ${name} limit`,
          `${subject}: ${value} ${name}, ${limit} allowed. ${rule.message}`,
        ),
      );
  }
  if (!rule.ratchet || question.base === undefined) return judged;
  const before = await baseSums(rule, files, question, problem);
  for (const [subject, { value, path }] of now) {
    const old = before.get(subject)?.value;
    const isWorse = old !== undefined && (rule.better === 'lower' ? value > old : value < old);
    const name = nameOf(rule);
    if (isWorse)
      judged.violations.push(
        wholeFile(
          rule,
          path,
          `${subject} ${name} ${old} -> ${value}`,
          `${subject}: ${value} ${name}, ${old} before. ${rule.message}`,
        ),
      );
  }
  return judged;
}

function nameOf({ measure }: MetricRule): string {
  return typeof measure === 'string'
    ? measure
    : 'regex' in measure
      ? `of /${measure.regex}/`
      : `of ${measure.selector}`;
}

type Sums = Map<string, { value: number; path: string }>;

function sums(
  rule: MetricRule,
  files: readonly FileRef[],
  { store }: Question,
  problem: (path: string, message: string) => void,
): Sums {
  const maker = measureMaker(rule.measure);
  const totals: Sums = new Map();
  for (const file of files) {
    const fact = store.get(maker, file);
    if (!fact.ok) {
      problem(file.path, fact.problem);
      continue;
    }
    const folder = file.path.includes('/') ? file.path.slice(0, file.path.lastIndexOf('/')) : '.';
    const subject = rule.per === 'file' ? file.path : rule.per === 'folder' ? folder : 'the repository';
    const known = totals.get(subject);
    if (known === undefined) totals.set(subject, { value: fact.value, path: file.path });
    else known.value += fact.value;
  }
  return totals;
}

/** The base's contents that are not in the tree come from git. */
async function baseSums(
  rule: MetricRule,
  files: readonly FileRef[],
  question: Question,
  problem: (path: string, message: string) => void,
): Promise<Sums> {
  const { base = [], store, readBlob, watchdog } = question;
  const isIncluded = globMatcher(rule.files);
  const isExcluded = globMatcher(rule.except);
  const before = base.filter(
    ({ path }) => isIncluded(path) && !isExcluded(path) && (!needsScript(rule.measure) || isScript(path)),
  );
  const known = new Set(files.map(({ blob }) => blob));
  const maker = measureMaker(rule.measure);
  for (const file of before)
    if (!known.has(file.blob) || !store.get(maker, file).ok)
      await store.prepare(file, [{ maker, rule: rule.id }], { root: undefined, read: readBlob }, watchdog);
  return sums(rule, before, question, (path, message) => problem(path, `in the base, ${message}`));
}
