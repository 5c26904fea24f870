// Every task with what each way of finding files answers, in one run over the same state and the same facts.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ContextIndex, type FactsStore } from '../../../src/policies/context/contextIndex.ts';
import type { FileFacts } from '../../../src/policies/context/fileFacts.ts';
import { logArguments, parseLog } from '../../../src/policies/context/history.ts';
import type { Ranked } from '../../../src/policies/context/rank.ts';
import { signalsOf } from '../../../src/policies/context/rank.ts';
import { select } from '../../../src/policies/context/select.ts';
import type { Indexed, Signals } from '../../../src/policies/context/signals.ts';
import { linksOf } from '../../../src/policies/context/symbolGraph.ts';
import { readTask, type Task } from '../../../src/policies/context/task.ts';
import { aiderMap, bm25Alone, Ripgrep } from './peers.ts';
import { blobReader, gitOf, type Half, isSource, listTree, type PastTask, pastTasks } from './realHistory.ts';

export interface MeasuredTask {
  readonly repository: string;
  readonly past: PastTask;
  readonly task: Task;
  readonly indexed: Indexed;
  readonly signals: Signals;
  readonly peers: Readonly<Record<string, readonly number[]>>;
  /** Texts of files, by path. */
  readonly texts: (paths: readonly string[]) => Promise<Map<string, string>>;
}

/** The git folders of a folder of clones, bare or not, by name. */
export function clonesIn(folder: string): { name: string; directory: string }[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const candidates = ['.git', 'repo', ''].map((inner) => join(folder, name, inner));
      const directory = candidates.find(
        (candidate) => existsSync(join(candidate, 'HEAD')) && existsSync(join(candidate, 'objects')),
      );
      return directory === undefined ? [] : [{ name, directory }];
    });
}

export async function* measureTasks(
  clone: { name: string; directory: string },
  count: number,
  half: Half,
): AsyncGenerator<MeasuredTask> {
  const { name, directory } = clone;
  const read = blobReader(directory);
  const known = new Map<string, FileFacts>();
  const store: FactsStore = { get: (key) => known.get(key), put: (key, facts) => void known.set(key, facts) };
  const index = new ContextIndex();
  const ripgrep = new Ripgrep(read);
  try {
    for (const past of pastTasks(directory, count, half)) {
      await index.update(listTree(directory, past.parent), store, read);
      const files = [...index.files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
      const history = parseLog(gitOf(directory)(...logArguments(past.parent)));
      const indexed = { files, terms: index.terms, links: linksOf(files, index.terms), history };
      const task = readTask(past.message);
      await ripgrep.show(files);
      yield {
        repository: name,
        past,
        task,
        indexed,
        signals: signalsOf(task, indexed),
        peers: {
          'BM25 alone': bm25Alone(past.message, files, index.terms),
          ripgrep: ripgrep.rank(past.message, files),
          'PageRank map (Aider)': aiderMap(past.message, files, index.terms),
        },
        texts: async (paths) => {
          const blobs = new Map(
            paths.flatMap((path) =>
              index.files.has(path) ? [[index.files.get(path)?.blob ?? '', path] as const] : [],
            ),
          );
          const texts = new Map<string, string>();
          await read(
            [...blobs.keys()],
            (blob, bytes) => void texts.set(blobs.get(blob) ?? '', new TextDecoder().decode(bytes)),
          );
          return texts;
        },
      };
    }
  } finally {
    ripgrep.dispose();
  }
}

/** Places of source files, best first; every way is asked for source files alone. */
export function ranking(scores: readonly number[], { files }: Indexed): number[] {
  const places = files.flatMap(({ path }, place) => (isSource(path) ? [place] : []));
  const pathOf = (place: number) => files[place]?.path ?? '';
  return places.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || (pathOf(a) < pathOf(b) ? -1 : 1));
}

/** Which part of the changed files stands among the first. */
export function recall({ past, indexed }: MeasuredTask, places: readonly number[], first: number): number {
  const shown = new Set(places.slice(0, first).map((place) => indexed.files[place]?.path));
  return past.changed.filter((path) => shown.has(path)).length / past.changed.length;
}

/** Which part of the changed files is shown with text, when the ranking is packed into a budget of tokens. */
export async function recallInBudget(
  measured: MeasuredTask,
  scores: readonly number[],
  tokens: number,
): Promise<number> {
  const { past, task, indexed, texts } = measured;
  const none = { text: 0, path: 0, symbols: 0, mention: 0, names: 0, messages: 0, churn: 0, graph: 0, coChange: 0 };
  const ranked = ranking(scores, indexed).map((place): Ranked => ({ place, score: scores[place] ?? 0, parts: none }));
  const { excerpts } = await select(ranked, { task, indexed, seeds: [] }, tokens, texts);
  const shown = new Set(excerpts.map(({ path }) => path));
  return past.changed.filter((path) => shown.has(path)).length / past.changed.length;
}
