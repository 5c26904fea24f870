// The rules, their examples and their history as text for people.
import type { RuleHistoryDocument, RulesDocument, RuleTestsDocument } from '../protocol/ruleDocuments.ts';
import { say } from './output.ts';

export function sayRules({ rules, clauses }: RulesDocument): void {
  for (const { id, kind, severity, message, examples } of rules) {
    const tests = examples === 0 ? 'no examples' : `${examples} ${examples === 1 ? 'example' : 'examples'}`;
    say(`${id}  ${kind}, ${severity}, ${tests}\n    ${message}`);
  }
  if (clauses.length > 0) say('\nClauses');
  for (const { id, text, rules: checkedBy, notCheckable } of clauses) {
    const checks = checkedBy.length === 0 ? '' : `  checked by ${checkedBy.join(', ')}`;
    say(`${id}${checks}\n    ${text}`);
    if (notCheckable !== undefined) say(`    not checkable: ${notCheckable}`);
  }
}

export function sayRuleTests({ rules }: RuleTestsDocument): void {
  const marks = { passed: '✔', failed: '✖', untested: '?' };
  for (const { id, status, valid, invalid, failures } of rules) {
    const examples = status === 'untested' ? 'no example can be run' : `${valid} valid, ${invalid} invalid`;
    say(`${marks[status]} ${id}  ${examples}`);
    for (const line of failures) say(`    ${line}`);
  }
  const of = (status: keyof typeof marks) => rules.filter((rule) => rule.status === status).length;
  say(`\n${of('passed')} passed, ${of('failed')} failed, ${of('untested')} without examples`);
}

export function sayHistory({ commits, blobs, seconds, rules }: RuleHistoryDocument): void {
  for (const { id, notBacktested, first, now, max, unread, events, commits: spoken } of rules) {
    if (notBacktested !== null) {
      say(`${id}  not judged: ${notBacktested}`);
      continue;
    }
    const unreadText = unread === 0 ? '' : `, ${unread} contents could not be read`;
    say(`${id}  ${now} now, ${first} at first, ${max} at most, in ${spoken} commits${unreadText}`);
    for (const { commit, time, subject, kind, violations } of events)
      say(
        `    ${new Date(time * 1000).toISOString().slice(0, 10)}  ${commit.slice(0, 10)}  ${kind.padEnd(8)} ${String(violations).padStart(5)}  ${subject.slice(0, 70)}`,
      );
  }
  say(`\n${commits} commits, ${blobs} contents, ${seconds.toFixed(1)} s`);
}
