// The other ways to find files for a task: BM25 alone, ripgrep on the words, and a PageRank map as Aider's documentation
// describes it. Each gets the same facts, and gives the same kind of list.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bm25 } from '../../../src/policies/context/bm25.ts';
import type { IndexedFile, ReadBlobs } from '../../../src/policies/context/contextIndex.ts';
import { type Edge, graphOf, pageRank } from '../../../src/policies/context/pageRank.ts';
import { definersOf } from '../../../src/policies/context/symbolGraph.ts';
import { eachCount, type Terms } from '../../../src/policies/context/terms.ts';
import { wordsOf } from '../../../src/policies/context/words.ts';

/** BM25 over the text and the path of each file, as one document. */
export function bm25Alone(message: string, files: readonly IndexedFile[], terms: Terms): number[] {
  const wanted = [...new Set(wordsOf(message))];
  const byTerm = new Map(
    wanted.flatMap((word, index) => (terms.find(word) === undefined ? [] : [[terms.find(word), index] as const])),
  );
  const documents = files.map(({ facts, pathWords }) => {
    const counts = new Map<number, number>();
    eachCount(facts.words, (term, count) => {
      const index = byTerm.get(term);
      if (index !== undefined) counts.set(index, count);
    });
    for (const word of pathWords) {
      const index = wanted.indexOf(word);
      if (index >= 0) counts.set(index, (counts.get(index) ?? 0) + 1);
    }
    return { length: facts.length + pathWords.length, counts: [...counts] };
  });
  return [
    ...bm25(
      documents,
      wanted.map(() => 1),
    ).scores,
  ];
}

const common = new Set(
  'the and for with that this from are not was but have has when which into can its also only should will use used'.split(
    ' ',
  ),
);

/** ripgrep in a folder with the state's files: how many different words of the message a file holds, then how often. */
export class Ripgrep {
  readonly #folder = mkdtempSync(join(tmpdir(), 'ratchet-bench-rg-'));
  readonly #read: ReadBlobs;
  #written = new Map<string, string>();

  constructor(read: ReadBlobs) {
    this.#read = read;
  }

  /** Makes the folder that of these files. */
  async show(files: readonly IndexedFile[]): Promise<void> {
    const wanted = new Map(files.map(({ path, blob }) => [path, blob]));
    for (const path of this.#written.keys()) if (!wanted.has(path)) rmSync(join(this.#folder, path), { force: true });
    const byBlob = new Map<string, string[]>();
    for (const [path, blob] of wanted)
      if (this.#written.get(path) !== blob) byBlob.set(blob, [...(byBlob.get(blob) ?? []), path]);
    await this.#read([...byBlob.keys()], (blob, bytes) => {
      for (const path of byBlob.get(blob) ?? []) {
        mkdirSync(dirname(join(this.#folder, path)), { recursive: true });
        writeFileSync(join(this.#folder, path), bytes);
      }
    });
    this.#written = wanted;
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  rank(message: string, files: readonly IndexedFile[]): number[] {
    const words = [...new Set(message.toLowerCase().match(/[a-z_][a-z0-9_]{2,}/g) ?? [])]
      .filter((word) => !common.has(word))
      .slice(0, 60);
    if (words.length === 0) return files.map(() => 0);
    let out = '';
    try {
      const args = [
        '--ignore-case',
        '--only-matching',
        '--fixed-strings',
        '--with-filename',
        '--no-line-number',
        '--null',
        '--no-ignore',
        '--no-config',
      ];
      out = execFileSync('rg', [...args, ...words.flatMap((word) => ['-e', word]), '.'], {
        cwd: this.#folder,
        encoding: 'utf8',
        maxBuffer: 1 << 30,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    } catch (error) {
      // Exit code 1 is "nothing found"; everything else is a broken measurement.
      if (!(error instanceof Error && 'status' in error && error.status === 1)) throw error;
    }
    const found = new Map<string, { words: Set<string>; count: number }>();
    for (const line of out.split('\n')) {
      const [path, word] = line.split('\0');
      if (path === undefined || word === undefined) continue;
      const entry = found.get(path.slice(2)) ?? { words: new Set(), count: 0 };
      entry.words.add(word.toLowerCase());
      entry.count += 1;
      found.set(path.slice(2), entry);
    }
    return files.map(({ path }) => {
      const entry = found.get(path);
      return entry === undefined ? 0 : entry.words.size + entry.count / (entry.count + 1_000);
    });
  }
}

/**
 * From Aider's documentation: a graph of files, with an edge from who refers to an identifier to who defines it; edges of
 * identifiers that the task mentions, and of long compound names, count ten times, those that begin with an underscore or
 * that many files define a tenth; PageRank personalised by the files that are mentioned; the rank of a file is then handed
 * on to the definitions it refers to.
 */
export function aiderMap(message: string, files: readonly IndexedFile[], terms: Terms): number[] {
  const mentioned = new Set(message.split(/\W+/));
  const definers = definersOf(files, terms);
  const edges: (Edge & { readonly term: number })[] = [];
  files.forEach(({ facts }, from) => {
    const own = new Map<string, number>();
    for (const { name } of facts.definitions) own.set(name, (own.get(name) ?? 0) + 1);
    eachCount(facts.names, (term, all) => {
      const places = definers.get(term);
      if (places === undefined) return;
      const name = terms.textOf(term);
      const references = all - (own.get(name) ?? 0);
      if (references <= 0) return;
      let weight = 1;
      if (mentioned.has(name)) weight *= 10;
      if (name.length >= 8 && /_|[a-z][A-Z]/.test(name)) weight *= 10;
      if (name.startsWith('_')) weight *= 0.1;
      if (places.length > 5) weight *= 0.1;
      for (const to of places) edges.push({ from, to, weight: weight * Math.sqrt(references), term });
    });
  });
  const lowered = new Set([...mentioned].map((word) => word.toLowerCase()));
  const words = new Set(message.split(/\s+/).map((word) => word.replace(/^[`'"(]+|[`'"),.:;]+$/g, '')));
  const seeds = Float64Array.from(files, ({ path }) => {
    const parts = path.split('/');
    const name = parts.at(-1) ?? '';
    const bare = name.replace(/\.\w+$/, '');
    const isMentioned =
      words.has(path) ||
      words.has(name) ||
      [...parts, bare].some((part) => mentioned.has(part)) ||
      (bare.length >= 5 && lowered.has(bare.toLowerCase()));
    return isMentioned ? 100 / files.length : 0;
  });
  const graph = graphOf(files.length, edges);
  const ranks = pageRank(graph, seeds, 0.85, 60);
  const scores = new Float64Array(files.length);
  edges.forEach(({ from, to }, edge) => {
    scores[to] = (scores[to] ?? 0) + (ranks[from] ?? 0) * (graph.share[edge] ?? 0);
  });
  // Files that define nothing anybody uses come after those that do.
  return [...scores].map((score, place) => (score > 0 ? 1 + score : (ranks[place] ?? 0)));
}
