// The text that a rule's fix puts in the place of a match.
import type { RuleFix } from '../../protocol/ruleBase.ts';

/** Undefined when `find` does not occur in the match: then there is nothing to offer. */
export function fixed(fix: RuleFix | undefined, text: string): string | undefined {
  if (fix === undefined) return undefined;
  if (fix.find === undefined) return fix.replace.replaceAll('$0', () => text);
  const found = new RegExp(fix.find, 'u').exec(text);
  if (found === null) return undefined;
  const replacement = fix.replace.replace(/\$(\d)/g, (_, group: string) => found[Number(group)] ?? '');
  return text.slice(0, found.index) + replacement + text.slice(found.index + found[0].length);
}
