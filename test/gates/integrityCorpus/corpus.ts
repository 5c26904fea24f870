// The form of the corpus: a base, and changes to it that weaken or that are honest. One change is one edit in one place.
import type { Files } from '../../helpers/repository.ts';

export type Edited = Readonly<Record<string, string | null>>;

export interface CorpusCase {
  readonly name: string;
  readonly base: Files;
  readonly change: Edited;
}

/** One edit at each place that the pattern finds. */
export type Mutator = readonly [name: string, pattern: RegExp, replace: string | ((...found: string[]) => string)];

export interface LanguageCorpus {
  readonly language: string;
  readonly weakened: readonly CorpusCase[];
  readonly honest: readonly CorpusCase[];
  /** The edits that weaken, to be made in other texts of the language too. */
  readonly mutators: readonly Mutator[];
}

/** What a language's corpus is made of. */
export interface Kit {
  readonly language: string;
  readonly base: Files;
  readonly testFiles: readonly string[];
  /** One whole test with its last line break; its one group that is found is its name. */
  readonly block: RegExp;
  /** One assertion that is a statement of its own, with its line break. */
  readonly assertion: RegExp;
  readonly comment: string;
  readonly weakened: readonly Mutator[];
  readonly honest: readonly Mutator[];
  readonly byHand: {
    readonly weakened: Readonly<Record<string, Edited>>;
    readonly honest: Readonly<Record<string, Edited>>;
  };
  /** Another name for a test, still found by the runner. */
  readonly renamed: (name: string) => string;
}

/** Places at which one mutator is tried in one file. */
const mostPlaces = 7;

export function corpusOf(kit: Kit): LanguageCorpus {
  const { language, base, testFiles, block, assertion, comment } = kit;
  const shared: { weakened: Mutator[]; honest: Mutator[] } = {
    weakened: [
      ['the test is removed', block, ''],
      ['the assertion is removed', assertion, ''],
      ['the assertion becomes a comment', assertion, (line) => line.replace(/^(\s*)(?=\S)/gm, `$1${comment} `)],
    ],
    honest: [
      ['a test has another name', block, (whole, ...names) => renamedIn(kit, whole, names)],
      ['a comment before an assertion', assertion, (line) => `${indentOf(line)}${comment} What matters here.\n${line}`],
      ['a blank line after an assertion', assertion, (line) => `${line}\n`],
      ['an assertion is made twice', assertion, (line) => line + line],
      ['a test is copied under another name', block, (whole, ...names) => whole + renamedIn(kit, whole, names)],
    ],
  };
  const make = (mutators: readonly Mutator[]): CorpusCase[] =>
    testFiles.flatMap((path) =>
      mutators.flatMap((mutator) =>
        edits(base[path] ?? '', mutator).map((text, index) => ({
          name: `${path}: ${mutator[0]} (${index + 1})`,
          base,
          change: { [path]: text },
        })),
      ),
    );
  const hand = (changes: Readonly<Record<string, Edited>>): CorpusCase[] =>
    Object.entries(changes).map(([name, change]) => ({ name, base, change }));
  return {
    language,
    mutators: [...shared.weakened, ...kit.weakened],
    weakened: [...make([...shared.weakened, ...kit.weakened]), ...hand(kit.byHand.weakened)],
    honest: [...make([...shared.honest, ...kit.honest]), ...reorderings(kit), ...hand(kit.byHand.honest)],
  };
}

function renamedIn({ renamed }: Kit, whole: string, names: readonly string[]): string {
  const name = names.find((candidate) => candidate !== '') ?? '';
  return whole.replace(name, renamed(name));
}

/** The text with the edit made at one place, for each of some places spread over the text. */
export function edits(text: string, [, pattern, replace]: Mutator): string[] {
  const found = [...text.matchAll(new RegExp(pattern.source, `${pattern.flags.replace('g', '')}g`))];
  const step = Math.max(1, Math.ceil(found.length / mostPlaces));
  return found
    .filter((_, index) => index % step === 0)
    .map((match) => {
      const single = new RegExp(pattern.source, pattern.flags.replace('g', ''));
      const now =
        typeof replace === 'string' ? match[0].replace(single, replace) : replace(...match.map((part) => part ?? ''));
      return text.slice(0, match.index) + now + text.slice(match.index + match[0].length);
    })
    .filter((edited) => edited !== text);
}

const indentOf = (line: string): string => /^\s*/.exec(line)?.[0] ?? '';

/** Two neighbouring tests change places. */
function reorderings({ base, testFiles, block }: Kit): CorpusCase[] {
  return testFiles.flatMap((path) => {
    const text = base[path] ?? '';
    const blocks = [...text.matchAll(block)].map(([whole]) => whole);
    return blocks.slice(1).flatMap((second, index) => {
      const first = blocks[index] ?? '';
      if (indentOf(first) !== indentOf(second)) return [];
      const changed = text
        .replace(first, () => '\0')
        .replace(second, () => first)
        .replace('\0', () => second);
      return [{ name: `${path}: two tests change places (${index + 1})`, base, change: { [path]: changed } }];
    });
  });
}
