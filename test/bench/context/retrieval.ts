// Which part of the files that a real commit changed is found from its message: ours, and the other ways, in one run.
import { languageOf } from '../../../src/policies/context/languages.ts';
import { weights } from '../../../src/policies/context/rank.ts';
import type { Signal } from '../../../src/policies/context/signals.ts';
import { clonesIn, type MeasuredTask, measureTasks, ranking, recall, recallInBudget } from './measureTasks.ts';

export const firsts = [5, 10, 20] as const;
/** The budget of a question by default. */
export const tokens = 24_000;
/** Commits of each repository. */
export const commitsEach = 42;

export interface Retrieval {
  readonly commits: number;
  readonly languages: readonly string[];
  /** Mean recall of each way: at 5, 10 and 20, and of what is shown with text within the budget. */
  readonly ways: Readonly<Record<string, readonly number[]>>;
  readonly repositories: Readonly<
    Record<string, { readonly commits: number; readonly ways: Readonly<Record<string, readonly number[]>> }>
  >;
}

/** The score of every file, as `rank` adds it up. */
export function scoresOf({ signals, indexed }: MeasuredTask, by: Readonly<Record<Signal, number>> = weights): number[] {
  const names = Object.keys(by) as Signal[];
  return indexed.files.map((_file, place) =>
    names.reduce((sum, name) => sum + by[name] * (signals[name][place] ?? 0), 0),
  );
}

export async function measureRetrieval(folder: string, count = commitsEach): Promise<Retrieval> {
  const rows: { repository: string; ways: Record<string, number[]> }[] = [];
  const languages = new Set<string>();
  for (const clone of clonesIn(folder))
    for await (const measured of measureTasks(clone, count, 'held out')) {
      for (const path of measured.past.changed) languages.add(languageOf(path) ?? '');
      const ways: Record<string, number[]> = {};
      for (const [name, scores] of Object.entries({ ours: scoresOf(measured), ...measured.peers })) {
        const places = ranking(scores, measured.indexed);
        const inBudget = await recallInBudget(measured, scores, tokens);
        ways[name] = [...firsts.map((first) => recall(measured, places, first)), inBudget];
      }
      rows.push({ repository: clone.name, ways });
    }
  const repositories = [...new Set(rows.map(({ repository }) => repository))];
  const of = (name: string) => rows.filter(({ repository }) => repository === name);
  return {
    commits: rows.length,
    languages: [...languages].sort(),
    ways: means(rows),
    repositories: Object.fromEntries(
      repositories.map((name) => [name, { commits: of(name).length, ways: means(of(name)) }]),
    ),
  };
}

function means(rows: readonly { ways: Record<string, number[]> }[]): Record<string, number[]> {
  const names = Object.keys(rows[0]?.ways ?? {});
  const mean = (name: string, column: number) =>
    rows.reduce((sum, { ways }) => sum + (ways[name]?.[column] ?? 0), 0) / rows.length;
  return Object.fromEntries(names.map((name) => [name, [0, 1, 2, 3].map((column) => mean(name, column))]));
}
