// Rules over which files there are, and which of them change together.
import type { FilesRule } from '../../protocol/treeRules.ts';
import { globMatcher } from '../globs.ts';
import { type Judged, type Question, wholeFile } from './kind.ts';

export function judgeFiles(rule: FilesRule, question: Question): Judged {
  const judged: Judged = { violations: [], problems: [] };
  const { tree, changed } = question;
  const isExcepted = globMatcher(rule.except);
  for (const glob of rule.mustExist ?? []) {
    const isThere = tree.matching([glob], rule.except).length > 0;
    if (!isThere) judged.violations.push(wholeFile(rule, glob, `no ${glob}`, `There is no ${glob}. ${rule.message}`));
  }
  for (const { path } of rule.mustNotExist === undefined ? [] : tree.matching(rule.mustNotExist, rule.except))
    judged.violations.push(wholeFile(rule, path, 'exists', `${path} may not exist. ${rule.message}`));
  if (rule.each !== undefined) {
    const subjects = question.filesOf(rule, rule.each.files, rule.except);
    if (subjects.length === 0) judged.problems.push(nothing(rule));
    for (const { path } of subjects)
      for (const needed of rule.each.needs.map((template) => companion(template, path)))
        if (!tree.byPath.has(needed))
          judged.violations.push(wholeFile(rule, path, `needs ${needed}`, `${path} has no ${needed}. ${rule.message}`));
  }
  if (rule.together !== undefined) {
    const { when, needs } = rule.together;
    if (tree.matching(when, rule.except).length === 0) judged.problems.push(nothing(rule));
    const isWhen = globMatcher(when);
    const isNeeded = globMatcher(needs);
    const first = changed?.find((path) => isWhen(path) && !isExcepted(path));
    if (first !== undefined && changed?.some((path) => isNeeded(path)) !== true)
      judged.violations.push(
        wholeFile(
          rule,
          first,
          `without ${needs.join(', ')}`,
          `${first} changes without ${needs.join(' or ')}. ${rule.message}`,
        ),
      );
  }
  return judged;
}

const nothing = ({ id }: FilesRule) => ({
  rule: id,
  path: null,
  message: `Rule ${id} matches no file, so it proves nothing.`,
});

/** `{dir}/{name}.test{ext}` beside `src/a.ts` is `src/a.test.ts`. */
function companion(template: string, path: string): string {
  const slash = path.lastIndexOf('/');
  const file = path.slice(slash + 1);
  const dot = file.lastIndexOf('.');
  const parts: Record<string, string> = {
    dir: slash < 0 ? '.' : path.slice(0, slash),
    name: dot <= 0 ? file : file.slice(0, dot),
    ext: dot <= 0 ? '' : file.slice(dot),
  };
  const filled = template.replace(/\{(dir|name|ext)\}/g, (_, part: string) => parts[part] ?? '');
  return filled.replace(/^\.\//, '');
}
