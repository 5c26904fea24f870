// The patch engine on generated edits of real files: what is right, refused and wrong in each class, and how long it takes.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replaceText } from '../../src/gym/patch/replaceText.ts';
import { formatTextFile, parseTextFile } from '../../src/gym/textFile.ts';
import { classNames, type GeneratedEdit, generateEdits, realFiles } from '../helpers/generatedEdits.ts';

export interface PatchRow {
  readonly className: string;
  correct: number;
  refused: number;
  wrong: number;
}

/** Milliseconds for one edit of a file of 1,000 lines, of all classes alike. */
export interface PatchTimes {
  readonly edits: number;
  readonly p50: number;
  readonly p99: number;
  /** The same without the time in which the processor did other work. */
  readonly ownP99: number;
  readonly slowest: { readonly className: string; readonly p99: number };
  /** What no way of editing can be faster than: to read the file and split it into lines. */
  readonly floorP50: number;
  readonly floorP99: number;
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

/** Edits before the first that is timed, so that none is timed before its code is compiled. */
const warmUp = 300;

function measureTimes(): PatchTimes {
  const files = Object.values(realFiles(200)).flat();
  const scratch = mkdtempSync(join(tmpdir(), 'ratchet-bench-'));
  const floor: number[] = [];
  const own: number[] = [];
  const times = new Map<string, number[]>(classNames.map((className) => [className, []]));
  try {
    const file = join(scratch, 'file');
    const edits = generateEdits(files, 150, 13).filter(({ current }) => current.split('\n').length <= 1_000);
    const stride = Math.ceil(edits.length / warmUp);
    for (const edit of edits.filter((_, index) => index % stride === 0)) timed(edit, file);
    for (const edit of edits) {
      const measured = timed(edit, file);
      times.get(edit.className)?.push(measured.edit);
      own.push(measured.own);
      floor.push(measured.floor);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  const all = [...times.values()].flat();
  const slowest = [...times]
    .map(([className, values]) => ({ className, p99: quantile(values, 0.99) }))
    .reduce((a, b) => (b.p99 > a.p99 ? b : a));
  return {
    edits: all.length,
    p50: quantile(all, 0.5),
    p99: quantile(all, 0.99),
    ownP99: quantile(own, 0.99),
    slowest,
    floorP50: quantile(floor, 0.5),
    floorP99: quantile(floor, 0.99),
  };
}

/** Every file is brought to 1,000 lines, so that times can be compared. */
function timed({ current, seen, oldText, newText }: GeneratedEdit, file: string) {
  const filler = Array.from({ length: 1_000 - current.split('\n').length }, (_, index) => `// filler ${index}`);
  const grow = (text: string) => [...text.split('\n'), ...filler].join('\n');
  const text = grow(current);
  const edit = { oldText, newText, seen: seen === undefined ? undefined : grow(seen) };
  writeFileSync(file, text);
  const reading = performance.now();
  readFileSync(file, 'utf8').split('\n');
  const floor = performance.now() - reading;
  const before = process.threadCpuUsage();
  const started = performance.now();
  replaceText(text, edit);
  const elapsed = performance.now() - started;
  const { user, system } = process.threadCpuUsage(before);
  return { edit: elapsed, own: (user + system) / 1_000, floor };
}

const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;
