// Where in a file the lines stand that a policy quoted. The ways of looking are tried in a fixed order, from exact to
// forgiving; the first that finds a place must find exactly one, or the edit is ambiguous and nothing is written.
import { type IndentMap, learnIndent } from './indentation.ts';
import { typographic } from './normalise.ts';

/** The ways of looking, in their order. */
export const rungs = ['whitespace', 'indentation', 'blankLines', 'case'] as const;
export type Rung = (typeof rungs)[number];

export interface Place {
  /** For each quoted line the index of the file's line, from 0; -1 for a quoted blank line that the file has not. */
  readonly lines: readonly number[];
  readonly indent: IndentMap;
}

export type Located =
  | { readonly kind: 'found'; readonly rung: Rung; readonly place: Place }
  /** First lines of the candidates, from 0. */
  | { readonly kind: 'ambiguous'; readonly at: readonly number[] }
  | { readonly kind: 'notFound' };

export interface Quote {
  /** What the policy takes for the file's lines. */
  readonly lines: readonly string[];
  /** Which of them the edit changes or removes: these must be right, whatever else is not. */
  readonly changed: ReadonlySet<number>;
  /** All lines the edit writes, for their indentation. */
  readonly written: readonly string[];
}

/** A file's lines in the forms they are compared in; made once for all ways of looking. */
export interface IndexedLines {
  readonly lines: readonly string[];
  readonly plain: readonly string[];
  readonly bare: readonly string[];
  /** Indexes of the lines that are not blank. */
  readonly solid: readonly number[];
}

export function indexLines(lines: readonly string[]): IndexedLines {
  const plain = lines.map(typographic);
  const bare = plain.map((line) => line.trimStart());
  const solid: number[] = [];
  for (const [index, line] of bare.entries()) if (line !== '') solid.push(index);
  return { lines, plain, bare, solid };
}

export function locate(file: IndexedLines, quote: Quote): Located {
  const quoted = indexLines(quote.lines);
  if (quoted.solid.length === 0) return { kind: 'notFound' };
  for (const rung of rungs) {
    const places = looks[rung](file, quoted, quote);
    const [place] = places;
    if (place === undefined) continue;
    if (places.length > 1) return { kind: 'ambiguous', at: places.map(({ lines }) => first(lines)) };
    return { kind: 'found', rung, place };
  }
  return { kind: 'notFound' };
}

const first = (lines: readonly number[]): number => lines.find((line) => line >= 0) ?? 0;
const same: IndentMap = (indent) => indent;

const looks: Record<Rung, (file: IndexedLines, quoted: IndexedLines, quote: Quote) => Place[]> = {
  whitespace: (file, quoted) =>
    windows(file.plain, quoted.plain).map((start) => ({
      lines: quoted.plain.map((_, index) => start + index),
      indent: same,
    })),

  indentation: (file, quoted, quote) =>
    windows(file.bare, quoted.bare).flatMap((start) =>
      withIndent(
        file,
        quoted,
        quote,
        quoted.bare.map((_, index) => start + index),
      ),
    ),

  blankLines: (file, quoted, quote) => {
    const solidFile = file.solid.map((index) => file.bare[index] ?? '');
    const solidQuote = quoted.solid.map((index) => quoted.bare[index] ?? '');
    return windows(solidFile, solidQuote).flatMap((start) => {
      const lines = alignBlank(file, quoted, start);
      return lines === undefined ? [] : withIndent(file, quoted, quote, lines);
    });
  },

  case: (file, quoted, quote) => {
    if (quoted.bare.length - quote.changed.size < 2) return [];
    const lower = (line: string): string => line.toLowerCase();
    return windows(file.bare.map(lower), quoted.bare.map(lower)).flatMap((start) =>
      isContextAlone(file, quoted, quote, start)
        ? withIndent(
            file,
            quoted,
            quote,
            quoted.bare.map((_, index) => start + index),
          )
        : [],
    );
  },
};

/** Every index at which `part` stands in `whole`. */
function windows(whole: readonly string[], part: readonly string[]): number[] {
  // The rarest line first would be quicker still; the longest is nearly always rare, and needs no counting.
  let anchor = 0;
  part.forEach((line, index) => {
    if (line.length > (part[anchor]?.length ?? 0)) anchor = index;
  });
  const found: number[] = [];
  for (let at = whole.indexOf(part[anchor] ?? '', anchor); at >= 0; at = whole.indexOf(part[anchor] ?? '', at + 1)) {
    const start = at - anchor;
    if (start + part.length <= whole.length && part.every((line, index) => whole[start + index] === line))
      found.push(start);
  }
  return found;
}

function withIndent(file: IndexedLines, quoted: IndexedLines, quote: Quote, lines: readonly number[]): Place[] {
  const pairs = lines.flatMap((at, index): (readonly [string, string])[] =>
    at < 0 ? [] : [[quoted.lines[index] ?? '', file.lines[at] ?? '']],
  );
  const indent = learnIndent(pairs, quote.written);
  return indent === undefined ? [] : [{ lines, indent }];
}

/**
 * Pairs the quoted lines with the file's from its `start`-th solid line on; blank lines are paired as far as both have
 * them. undefined where the quotation begins or ends with blank lines, which then say nothing of a place.
 */
function alignBlank(file: IndexedLines, quoted: IndexedLines, start: number): number[] | undefined {
  if (quoted.bare[0] === '' || quoted.bare.at(-1) === '') return undefined;
  const lines = new Array<number>(quoted.bare.length).fill(-1);
  quoted.solid.forEach((index, order) => {
    lines[index] = file.solid[start + order] ?? -1;
  });
  for (let index = 1; index < lines.length; index += 1) {
    const next = (lines[index - 1] ?? -1) + 1;
    if (quoted.bare[index] === '' && next > 0 && file.bare[next] === '') lines[index] = next;
  }
  return lines;
}

/**
 * Whether a window that differs from the quotation in upper and lower case alone does so only in context. A slip of
 * another kind is not forgiven: nobody can tell it from a quotation of a near-identical block that is gone.
 */
function isContextAlone(file: IndexedLines, quoted: IndexedLines, quote: Quote, start: number): boolean {
  return quoted.bare.every((mine, index) => !quote.changed.has(index) || mine === file.bare[start + index]);
}
