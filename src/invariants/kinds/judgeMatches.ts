// Rules of the kinds select and pattern: matches in single files, of which there may be none or must be some.
import type { PatternRule, SelectRule } from '../../protocol/codeRules.ts';
import type { FactMaker, FileRef } from '../facts/factStore.ts';
import type { Match } from '../facts/matches.ts';
import { patternFacts, patternProblem } from '../facts/patternFacts.ts';
import { selectFacts, selectorProblem } from '../facts/selectFacts.ts';
import { type Judged, judgeEach, type Need, type Question, violationOf, wholeFile } from './kind.ts';

type MatchRule = SelectRule | PatternRule;

export const selectorsOf = ({ selector }: SelectRule): readonly string[] =>
  typeof selector === 'string' ? [selector] : selector;

export const matchMaker = (rule: MatchRule): FactMaker<Match[]> =>
  rule.kind === 'select' ? selectFacts(selectorsOf(rule)) : patternFacts(rule);

/** Why the rule cannot be judged at all, or null. */
function ruleProblem(rule: MatchRule): string | null {
  if (rule.kind === 'pattern') return patternProblem(rule);
  return (
    selectorsOf(rule)
      .map(selectorProblem)
      .find((problem) => problem !== null) ?? null
  );
}

const filesOf = (rule: MatchRule, question: Question): readonly FileRef[] =>
  question.filesOf(rule, rule.files, rule.except, rule.kind === 'pattern' ? 'all' : 'scripts');

export function needsOfMatches(rule: MatchRule, question: Question): Need[] {
  if (ruleProblem(rule) !== null) return [];
  return [{ rule: rule.id, maker: matchMaker(rule), files: filesOf(rule, question) }];
}

export function judgeMatches(rule: MatchRule, question: Question): Judged {
  const problem = ruleProblem(rule);
  if (problem !== null)
    return { violations: [], problems: [{ rule: rule.id, path: null, message: `Rule ${rule.id}: ${problem}` }] };
  const maker = matchMaker(rule);
  return judgeEach(rule, filesOf(rule, question), question.tree, (file) => {
    const facts = question.store.get(maker, file);
    if (!facts.ok) return { violations: [], problems: [{ rule: rule.id, path: file.path, message: facts.problem }] };
    const { value: matches } = facts;
    if (rule.expect === 'none')
      return { violations: matches.map((match) => violationOf(rule, file.path, match)), problems: [] };
    return { violations: matches.length === 0 ? [wholeFile(rule, file.path, 'has no match')] : [], problems: [] };
  });
}
