// Comments and attributes that silence a judge and that the base did not have. Pure.
import type { FileFacts } from '../../invariants/testFacts/factSchemas.ts';
import type { Finding } from '../../protocol/verdict.ts';
import { findingOf } from './finding.ts';

/** A suppression that moved from one changed file to another is not new. */
export function suppressionFindings(before: readonly FileFacts[], after: readonly FileFacts[]): Finding[] {
  const known = new Map<string, number>();
  const take = (key: string): boolean => {
    const left = known.get(key) ?? 0;
    known.set(key, left - 1);
    return left > 0;
  };
  const all = (files: readonly FileFacts[]) =>
    files.flatMap(({ path, suppressions }) => suppressions.map((suppression) => ({ path, ...suppression })));
  for (const { path, text } of all(before)) known.set(`${path}\0${text}`, (known.get(`${path}\0${text}`) ?? 0) + 1);
  const rest = all(after).filter(({ path, text }) => !take(`${path}\0${text}`));
  const moved = new Map<string, number>();
  for (const [key, count] of known) {
    const text = key.slice(key.indexOf('\0') + 1);
    if (count > 0) moved.set(text, (moved.get(text) ?? 0) + count);
  }
  return rest.flatMap(({ path, directive, line, text }) => {
    const left = moved.get(text) ?? 0;
    moved.set(text, left - 1);
    if (left > 0) return [];
    return [
      findingOf({
        rule: 'new-suppression',
        path,
        line,
        evidence: text,
        message: `The change silences a check with ${directive}.`,
      }),
    ];
  });
}
