// The patch engine on generated edits of real files: what is right, refused and wrong in each class, and how long it takes.
import { replaceText } from '../../src/gym/patch/replaceText.ts';
import { formatTextFile, parseTextFile } from '../../src/gym/textFile.ts';
import { classNames, generateEdits, realFiles } from '../helpers/generatedEdits.ts';

export interface PatchRow {
  readonly className: string;
  correct: number;
  refused: number;
  wrong: number;
}

export interface PatchTimes {
  /** Milliseconds for one edit of a file of 1,000 lines, in the slowest class and by plain search and splice. */
  readonly p50: number;
  readonly p99: number;
  readonly plainP50: number;
}

export function measurePatch(): { rows: PatchRow[]; languages: string[]; times: PatchTimes } {
  const languages = Object.entries(realFiles(25)).filter(([, files]) => files.length > 0);
  const perClass = Math.ceil(1_560 / classNames.length / languages.length);
  const rows = new Map(classNames.map((className) => [className, { className, correct: 0, refused: 0, wrong: 0 }]));
  for (const [, files] of languages)
    for (const { className, current, seen, oldText, newText, expected } of generateEdits(files, perClass, 11)) {
      const row = rows.get(className);
      const parsed = parseTextFile(new TextEncoder().encode(current));
      if (row === undefined || parsed === undefined) continue;
      const result = replaceText(parsed.text, { oldText, newText, seen });
      if (!result.ok) row.refused += 1;
      else if (new TextDecoder().decode(formatTextFile({ ...parsed, text: result.text })) === expected)
        row.correct += 1;
      else row.wrong += 1;
    }
  return { rows: [...rows.values()], languages: languages.map(([name]) => name), times: measureTimes() };
}

function measureTimes(): PatchTimes {
  const files = Object.values(realFiles(200)).flat();
  const ours: number[] = [];
  const plain: number[] = [];
  for (const { current, seen, oldText, newText } of generateEdits(files, 150, 13)) {
    // Every file is brought to 1,000 lines, so that times can be compared.
    const lines = current.split('\n');
    const filler = Array.from({ length: Math.max(0, 1_000 - lines.length) }, (_, index) => `// filler ${index}`);
    const grow = (text: string) => [...text.split('\n'), ...filler].join('\n');
    if (lines.length > 1_000) continue;
    const text = grow(current);
    const edit = { oldText, newText, seen: seen === undefined ? undefined : grow(seen) };
    const started = performance.now();
    replaceText(text, edit);
    ours.push(performance.now() - started);
    const again = performance.now();
    const at = text.indexOf(oldText);
    if (at >= 0) text.slice(0, at).concat(newText, text.slice(at + oldText.length));
    plain.push(performance.now() - again);
  }
  const quantile = (values: number[], share: number): number =>
    values.sort((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;
  return { p50: quantile(ours, 0.5), p99: quantile(ours, 0.99), plainP50: quantile(plain, 0.5) };
}
