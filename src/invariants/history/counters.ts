// How many violations a rule has in one file at one commit. Only what can be told without a checkout is counted; for every other
// rule there is a reason why not.
import type { InvariantRule } from '../../protocol/rules.ts';
import type { FactMaker, FactStore, FileRef } from '../facts/factStore.ts';
import { importFacts } from '../facts/importFacts.ts';
import { isScript } from '../facts/script.ts';
import { globMatcher, targetMatcher } from '../globs.ts';
import { makerOf, targetTest } from '../kinds/judgeCalls.ts';
import { matchMaker } from '../kinds/judgeMatches.ts';
import { measureMaker } from '../kinds/judgeMetric.ts';
import type { PathResolver } from './pathResolver.ts';

export interface FileCounter {
  readonly rule: InvariantRule;
  readonly isSubject: (path: string) => boolean;
  readonly maker: FactMaker<unknown>;
  /** Undefined when the file cannot be read. `stems` are what the number depends on beside the content. */
  readonly count: (
    file: FileRef,
    store: FactStore,
    resolver: PathResolver,
  ) => { count: number; stems: readonly string[] } | undefined;
}

/** A text when the rule cannot be judged over history. */
export function counterOf(rule: InvariantRule): FileCounter | string {
  switch (rule.kind) {
    case 'imports': {
      if (rule.cycles || rule.reaches !== undefined)
        return 'circles and chains need the imports of every file at every commit.';
      const isSubject = subject(rule.from, rule.except, true);
      return { rule, isSubject, maker: importFacts, count: importCounter(rule) };
    }
    case 'calls': {
      if (rule.targets.some(({ module }) => module !== undefined))
        return 'a call of a module is followed through other files, which needs the whole tree at every commit.';
      const maker = makerOf(rule);
      const isTarget = targetTest(rule, () => []);
      return {
        rule,
        isSubject: subject(rule.files, rule.except, true),
        maker,
        count: (file, store) => {
          const facts = store.get(maker, file);
          if (!facts.ok) return undefined;
          return { count: facts.value.filter((fact) => isTarget(file.path, fact) !== undefined).length, stems: [] };
        },
      };
    }
    case 'select':
    case 'pattern': {
      const maker = matchMaker(rule);
      return {
        rule,
        isSubject: subject(rule.files, rule.except, rule.kind === 'select'),
        maker,
        count: (file, store) => {
          const facts = store.get(maker, file);
          if (!facts.ok) return undefined;
          return { count: rule.expect === 'none' ? facts.value.length : facts.value.length === 0 ? 1 : 0, stems: [] };
        },
      };
    }
    case 'metric': {
      const { max, min, per } = rule;
      if (rule.better === 'higher' || per !== 'file')
        return 'only numbers of single files that should become smaller are followed.';
      const maker = measureMaker(rule.measure);
      const needsScript = rule.measure === 'functions' || rule.measure === 'imports';
      return {
        rule,
        isSubject: subject(
          rule.files,
          rule.except,
          needsScript || (typeof rule.measure === 'object' && 'selector' in rule.measure),
        ),
        maker,
        count: (file, store) => {
          const fact = store.get(maker, file);
          if (!fact.ok) return undefined;
          const isBeyond = (max !== undefined && fact.value > max) || (min !== undefined && fact.value < min);
          // Without a limit the number itself is followed.
          return { count: max === undefined && min === undefined ? fact.value : isBeyond ? 1 : 0, stems: [] };
        },
      };
    }
    case 'files':
      if (
        rule.mustNotExist === undefined ||
        rule.mustExist !== undefined ||
        rule.each !== undefined ||
        rule.together !== undefined
      )
        return 'of rules over files, only `mustNotExist` is followed.';
      return {
        rule,
        isSubject: subject(rule.mustNotExist, rule.except, false),
        maker: existence,
        count: () => ({ count: 1, stems: [] }),
      };
    case 'data':
      return 'values that are joined over files need the whole tree at every commit.';
    case 'command':
      return 'a command needs a checkout.';
  }
}

function subject(
  include: readonly string[],
  except: readonly string[],
  isScriptOnly: boolean,
): (path: string) => boolean {
  const isIncluded = globMatcher(include);
  const isExcluded = globMatcher(except);
  // A history names the same paths again and again.
  const known = new Map<string, boolean>();
  return (path) => {
    let is = known.get(path);
    if (is === undefined) {
      is = (!isScriptOnly || isScript(path)) && isIncluded(path) && !isExcluded(path);
      known.set(path, is);
    }
    return is;
  };
}

function importCounter(rule: Extract<InvariantRule, { kind: 'imports' }>): FileCounter['count'] {
  const isAllowed = rule.allow === undefined ? () => true : targetMatcher(rule.allow);
  const isForbidden = targetMatcher(rule.forbid);
  const isAllowedType = targetMatcher(rule.allowTypes);
  return (file, store, resolver) => {
    const facts = store.get(importFacts, file);
    if (!facts.ok) return undefined;
    const stems: string[] = [];
    let count = 0;
    for (const { specifier, form, isTypeOnly } of facts.value) {
      if (rule.forms !== undefined && !rule.forms.includes(form)) continue;
      const to = resolver.resolve(file.path, specifier);
      stems.push(...to.stems);
      const isLoose = form === 'mock' || form === 'url';
      if (!to.isFound && !isLoose) continue;
      const isFine = (isAllowed(to.name) && !isForbidden(to.name)) || (isTypeOnly && isAllowedType(to.name));
      if (!isFine) count += 1;
    }
    return { count, stems };
  };
}

/** That a file is there needs no content. */
export const existence: FactMaker<unknown> = { key: 'existence', schema: importFacts.schema, make: () => [] };
