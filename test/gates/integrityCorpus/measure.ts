// How the gate does on the corpus: what was seen of the weakened changes, and what was flagged of the honest ones.
import type { InvariantEngine } from '../../../src/invariants/engine.ts';
import type { CorpusCase, LanguageCorpus } from './corpus.ts';
import { judgeCase } from './judgeCase.ts';

export interface Measured {
  readonly language: string;
  readonly weakened: number;
  /** With a finding of severity error: the gate fails. */
  readonly failed: number;
  /** With any finding: a person sees it. */
  readonly seen: number;
  readonly unseen: readonly string[];
  readonly honest: number;
  readonly flagged: readonly string[];
  readonly warned: number;
  /** Changes that could not be read, which is a fault of the corpus or of the gate. */
  readonly unread: readonly string[];
}

export async function measure(corpus: LanguageCorpus, engine: InvariantEngine): Promise<Measured> {
  const unread: string[] = [];
  const judged = async ({ name, ...rest }: CorpusCase) => {
    const { status, findings } = await judgeCase({ name, ...rest }, engine);
    if (status === 'unproven' || status === 'errored') unread.push(name);
    const own = findings.filter(({ rule }) => rule !== 'integrity/unread');
    const errors = own.filter(({ severity }) => severity === 'error');
    return {
      name,
      isFailed: errors.length > 0,
      isSeen: own.length > 0,
      rules: [...new Set(errors.map(({ rule }) => rule))],
    };
  };
  const weakened = [];
  for (const one of corpus.weakened) weakened.push(await judged(one));
  const honest = [];
  for (const one of corpus.honest) honest.push(await judged(one));
  return {
    language: corpus.language,
    weakened: weakened.length,
    failed: weakened.filter(({ isFailed }) => isFailed).length,
    seen: weakened.filter(({ isSeen }) => isSeen).length,
    unseen: weakened.filter(({ isSeen }) => !isSeen).map(({ name }) => name),
    honest: honest.length,
    flagged: honest.filter(({ isFailed }) => isFailed).map(({ name, rules }) => `${name}: ${rules.join(', ')}`),
    warned: honest.filter(({ isFailed, isSeen }) => !isFailed && isSeen).length,
    unread,
  };
}
