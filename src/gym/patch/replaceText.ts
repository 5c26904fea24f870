// One edit of one text: exactly, or by what the policy is known to have seen, or forgiving in a fixed order. Wrong text is
// worse than no text: what has more than one reading is refused, with the candidates.
import { changedRegions, splitLines } from '../lines.ts';
import { indexLines, locate, type Rung } from './locate.ts';
import { mergeLines } from './mergeLines.ts';
import { nearest } from './nearest.ts';
import { isBlank } from './normalise.ts';
import { transplant } from './transplant.ts';

export interface TextEdit {
  readonly oldText: string;
  readonly newText: string;
  /** The file as the policy last saw it; undefined when that is not known. */
  readonly seen?: string | undefined;
  /** The line, from 1, that a patch says it begins at: tells equal places apart when one is exactly there. */
  readonly line?: number | undefined;
  /** Whether the quotation is of whole lines, so that it cannot begin or end within one. */
  readonly isWholeLines?: boolean | undefined;
}

export type EditResult =
  | { readonly ok: true; readonly text: string; readonly how: 'exact' | 'merged' | Rung; readonly line: number }
  | {
      readonly ok: false;
      readonly reason: 'empty' | 'notFound' | 'ambiguous' | 'conflict';
      /** Lines to look at, from 1. */
      readonly candidates: readonly number[];
    };

/** Texts have `\n` as their line ending, or are of mixed endings. Time grows with the lines. */
export function replaceText(text: string, edit: TextEdit): EditResult {
  const { oldText, seen } = edit;
  if (oldText === '') return refusal('empty', []);
  // What the policy quotes is of the file that it saw, even where the same characters stand in the file as it is now.
  const merged = seen === undefined || seen === text ? undefined : mergeSeen(text, { ...edit, seen });
  return merged ?? replaceIn(text, edit) ?? refusal('notFound', near(text, edit));
}

/** The edit on one text, without a look at what the policy saw; undefined where nothing of the text is meant. */
function replaceIn(text: string, edit: TextEdit): EditResult | undefined {
  const { oldText, newText } = edit;
  const places = occurrences(text, oldText).filter(
    (at) => edit.isWholeLines !== true || isWholeLines(text, at, oldText),
  );
  const [place] = places;
  if (place === undefined) return forgiving(text, edit);
  const chosen = places.length === 1 ? place : places.find((at) => lineAt(text, at) === edit.line);
  if (chosen === undefined)
    return refusal(
      'ambiguous',
      places.map((at) => lineAt(text, at)),
    );
  const changed = text.slice(0, chosen) + newText + text.slice(chosen + oldText.length);
  return { ok: true, text: changed, how: 'exact', line: lineAt(text, chosen) };
}

const refusal = (
  reason: 'empty' | 'notFound' | 'ambiguous' | 'conflict',
  candidates: readonly number[],
): EditResult => ({
  ok: false,
  reason,
  candidates: candidates.slice(0, 10),
});

/** The edit on what the policy saw, then three ways into what is there now; undefined where it quotes nothing it saw. */
function mergeSeen(text: string, edit: TextEdit & { readonly seen: string }): EditResult | undefined {
  const onSeen = replaceIn(edit.seen, edit);
  if (onSeen?.ok !== true) return onSeen;
  const own = splitLines(text);
  const merged = mergeLines(splitLines(edit.seen), own, splitLines(onSeen.text));
  if (!merged.ok) return refusal('conflict', [merged.mineIndex + 1]);
  const result = merged.lines.join('');
  const first = own.findIndex((line, index) => line !== merged.lines[index]);
  const line = first < 0 ? own.length : first;
  return { ok: true, text: result, how: 'merged', line: line + 1 };
}

function forgiving(text: string, { oldText, newText }: TextEdit): EditResult | undefined {
  const block = blockLines(oldText, newText);
  if (block === undefined) return undefined;
  const [quoted, written] = block;
  const lines = text.split('\n');
  const file = indexLines(lines);
  const regions = changedRegions(quoted, written);
  const changed = new Set<number>();
  for (const { oldIndex, oldCount } of regions)
    for (let index = oldIndex; index < oldIndex + oldCount; index += 1) changed.add(index);
  const located = locate(file, { lines: quoted, changed, written });
  if (located.kind === 'notFound') return undefined;
  if (located.kind === 'ambiguous')
    return refusal(
      'ambiguous',
      located.at.map((at) => at + 1),
    );
  const result = transplant(lines, located.place, quoted, written);
  const at = (located.place.lines.find((index) => index >= 0) ?? 0) + 1;
  if (result === undefined) return refusal('ambiguous', [at]);
  return { ok: true, text: result.join('\n'), how: located.rung, line: at };
}

/** Lines, from 1, for the policy to look at. */
function near(text: string, { oldText, newText }: TextEdit): number[] {
  const block = blockLines(oldText, newText);
  return block === undefined ? [] : nearest(text.split('\n'), block[0]).map((index) => index + 1);
}

/**
 * Both sides as whole lines. A newline that both end with, and blank lines that both begin or end with, are no part of
 * the quotation. undefined where the edit joins lines: that is more than whole lines can say.
 */
function blockLines(oldText: string, newText: string): [string[], string[]] | undefined {
  const quoted = oldText.replaceAll('\r\n', '\n').split('\n');
  const written = newText.replaceAll('\r\n', '\n').split('\n');
  if (newText === '' && quoted.at(-1) === '') {
    quoted.pop();
    return [quoted, []];
  }
  if ((quoted.at(-1) === '') !== (written.at(-1) === '') && newText !== '') return undefined;
  const bothBlank = (at: 0 | -1) =>
    quoted.length > 1 && written.length > 1 && isBlank(quoted.at(at) ?? '') && isBlank(written.at(at) ?? '');
  while (bothBlank(0)) {
    quoted.shift();
    written.shift();
  }
  while (bothBlank(-1)) {
    quoted.pop();
    written.pop();
  }
  return [quoted, written];
}

function occurrences(text: string, part: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) found.push(at);
  return found;
}

const isWholeLines = (text: string, at: number, part: string): boolean =>
  (at === 0 || text[at - 1] === '\n') && (part.endsWith('\n') || at + part.length === text.length);

const lineAt = (text: string, offset: number): number => {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
};
