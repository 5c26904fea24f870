// Only the lines that an edit changes go into the file; what it merely quotes stays as the file has it, byte for byte.
import { changedRegions } from '../lines.ts';
import type { Place } from './locate.ts';
import { indentOf, isBlank } from './normalise.ts';

/** The file's lines after the edit; undefined where the place leaves more than one way to do it. */
export function transplant(
  file: readonly string[],
  place: Place,
  quoted: readonly string[],
  written: readonly string[],
): string[] | undefined {
  const result: string[] = [];
  let taken = 0;
  for (const region of changedRegions(quoted, written)) {
    const target = targetOf(place, file, region.oldIndex, region.oldCount, quoted.length);
    if (target === undefined || target.from < taken) return undefined;
    const added: string[] = [];
    for (const line of written.slice(region.newIndex, region.newIndex + region.newCount)) {
      const translated = translate(line, place, file[target.from] ?? file[target.from - 1] ?? '');
      if (translated === undefined) return undefined;
      added.push(translated);
    }
    if (target.gapBefore > 0 || target.gapAfter > 0) {
      // Blank lines of the file that the policy left out stand beside the change: on which side of it nobody can tell,
      // but for lines that are replaced by others and bring no blank lines of their own.
      const isPlain = region.oldCount > 0 && added.length > 0 && !added.some(isBlank);
      if (!isPlain) return undefined;
    }
    result.push(...file.slice(taken, target.from), ...added);
    taken = target.to;
  }
  result.push(...file.slice(taken));
  return result;
}

interface Target {
  /** The file's lines that are replaced: from `from`, up to but without `to`. */
  readonly from: number;
  readonly to: number;
  /** Lines of the file between the neighbours and the change that the quotation has not. */
  readonly gapBefore: number;
  readonly gapAfter: number;
}

function targetOf(
  { lines }: Place,
  file: readonly string[],
  index: number,
  count: number,
  quotedLength: number,
): Target | undefined {
  const within = lines.slice(index, index + count);
  const known = within.filter((line) => line >= 0);
  const previous = lastKnown(lines, index);
  const next = firstKnown(lines, index + count);
  const start = known[0] ?? (previous !== undefined ? previous + 1 : next);
  if (start === undefined) return undefined;
  const end = known.length > 0 ? (known.at(-1) ?? start) + 1 : start;
  // A quoted blank line that the file has not, and lines of the file inside that the quotation has not.
  if (known.length < within.length || end - start !== known.length) return undefined;
  const gapBefore = index === 0 || previous === undefined ? 0 : start - previous - 1;
  const gapAfter = index + count >= quotedLength || next === undefined ? 0 : next - end;
  const isMissing = lines[index - 1] === -1 || lines[index + count] === -1;
  return isMissing || end > file.length ? undefined : { from: start, to: end, gapBefore, gapAfter };
}

function lastKnown(lines: readonly number[], before: number): number | undefined {
  return lines.slice(0, before).findLast((line) => line >= 0);
}

const firstKnown = (lines: readonly number[], from: number): number | undefined =>
  lines.slice(from).find((line) => line >= 0);

/** A written line in the file's indentation and with its line ending. */
function translate(line: string, { indent }: Place, neighbour: string): string | undefined {
  const ending = neighbour.endsWith('\r') && !line.endsWith('\r') ? '\r' : '';
  if (isBlank(line)) return `${line}${ending}`;
  const own = indentOf(line);
  const mapped = indent(own);
  return mapped === undefined ? undefined : `${mapped}${line.slice(own.length)}${ending}`;
}
