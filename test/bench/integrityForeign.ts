// The corpus's edits made in test files of real repositories, which the gate was not written against: is each of them seen?

import { isCodePath, isTestPath } from '../../src/gates/integrity/judgingFiles.ts';
import { Git } from '../../src/gym/git.ts';
import type { InvariantEngine } from '../../src/invariants/engine.ts';
import { edits, type LanguageCorpus } from '../gates/integrityCorpus/corpus.ts';
import { judgeCase } from '../gates/integrityCorpus/judgeCase.ts';

export interface ForeignResult {
  readonly language: string;
  readonly made: number;
  readonly seen: number;
  /** Edits that left no program, so that nothing was compared. */
  readonly broken: number;
  readonly unseen: readonly string[];
}

const extensions: Readonly<Record<string, RegExp>> = {
  JavaScript: /\.[cm]?[jt]sx?$/,
  Python: /\.py$/,
  Go: /_test\.go$/,
  Rust: /\.rs$/,
  Java: /\.java$/,
};

export async function judgeForeign(
  folder: string,
  corpora: readonly LanguageCorpus[],
  engine: InvariantEngine,
  most: { readonly files: number; readonly edits: number },
): Promise<ForeignResult | undefined> {
  const git = new Git(folder);
  const paths = (await git.raw(['ls-tree', '-r', '--name-only', 'HEAD']))
    .split('\n')
    .filter((path) => isCodePath(path) && isTestPath(path));
  const count = ({ language }: LanguageCorpus) => paths.filter((path) => extensions[language]?.test(path)).length;
  const [corpus] = [...corpora].sort((a, b) => count(b) - count(a));
  if (corpus === undefined || count(corpus) === 0) return undefined;
  const own = paths.filter((path) => extensions[corpus.language]?.test(path));
  const chosen = own.filter((_, index) => index % Math.ceil(own.length / most.files) === 0);
  const result = { language: corpus.language, made: 0, seen: 0, broken: 0, unseen: [] as string[] };
  const cases: { path: string; text: string; edited: string; name: string }[] = [];
  for (const path of chosen) {
    const text = await git.raw(['show', `HEAD:${path}`]);
    for (const mutator of corpus.mutators)
      for (const edited of edits(text, mutator).slice(0, 2)) cases.push({ path, text, edited, name: mutator[0] });
  }
  const step = Math.ceil(cases.length / most.edits);
  for (const { path, text, edited, name } of cases.filter((_, index) => index % step === 0)) {
    const { findings } = await judgeCase({ name, base: { [path]: text }, change: { [path]: edited } }, engine);
    if (findings.some(({ rule }) => rule === 'integrity/unread')) {
      result.broken += 1;
      continue;
    }
    result.made += 1;
    if (findings.length > 0) result.seen += 1;
    else result.unseen.push(`${path}: ${name}`);
  }
  return result;
}
