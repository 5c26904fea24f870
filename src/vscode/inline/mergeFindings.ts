// What the gates said last of a file, together with what the rules say of its text now: nothing twice, nothing outdated.
import type { Finding } from '../../protocol/verdict.ts';

export interface LiveFindings {
  /** The rules that judged the text as it is now. */
  readonly rules: ReadonlySet<string>;
  readonly findings: readonly Finding[];
}

/**
 * @param isOfWorkingCopy whether `judged` is about the files in front of the person; what a run says of its proposal stays true
 */
export function mergeFindings(
  judged: readonly Finding[],
  live: LiveFindings,
  isOfWorkingCopy: boolean,
): readonly Finding[] {
  // What could not be verified has no fingerprint, and stays until the gate has looked again.
  const isOutdated = ({ gate, rule, fingerprint }: Finding): boolean =>
    isOfWorkingCopy && gate === 'invariants' && fingerprint !== undefined && live.rules.has(rule);
  const kept = judged.filter((finding) => !isOutdated(finding));
  const known = new Set(kept.map(keyOf));
  return [...kept, ...live.findings.filter((finding) => !known.has(keyOf(finding)))];
}

const keyOf = ({ gate, rule, fingerprint, message }: Finding): string => `${gate}\n${rule}\n${fingerprint ?? message}`;
