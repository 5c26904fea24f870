// From a task and a tree to what a policy is shown. Holds the index of the last tree, so that the next one costs what
// differs. It starts no process; git is behind its port.
import type { ProjectRules, RepoContext } from '../../protocol/policy.ts';
import { isSecretFile } from '../redact.ts';
import { ContextIndex, factsKey, type IndexedPath, type ReadBlobs } from './contextIndex.ts';
import type { FactsCache } from './factsCache.ts';
import { type PastCommit, parseLog } from './history.ts';
import { rulePaths, rulesOf } from './projectRules.ts';
import { rank, seedCount } from './rank.ts';
import { select } from './select.ts';
import type { Indexed } from './signals.ts';
import { linksOf } from './symbolGraph.ts';
import { readTask } from './task.ts';

export interface ContextSource {
  /** Every ordinary file of a tree. */
  list(tree: string): Promise<IndexedPath[]>;
  /** What differs between two trees: `gone` paths, and files that are new or have another content. */
  changes(before: string, after: string): Promise<{ gone: string[]; changed: IndexedPath[] }>;
  read: ReadBlobs;
  /** The commit that history is read from; undefined when there is none yet. */
  head(): Promise<string | undefined>;
  /** The log of a commit, as `logArguments` ask for it. */
  log(head: string): Promise<string>;
}

export interface ContextQuestion {
  readonly tree: string;
  readonly feature: string;
  readonly tokens: number;
  readonly testCommand: string | null;
}

export class ContextGatherer {
  readonly #source: ContextSource;
  readonly #cache: FactsCache;
  readonly #index = new ContextIndex();
  /** The tree that the index is of; undefined when an update did not come to its end. */
  #tree: string | undefined;
  #linked: Pick<Indexed, 'files' | 'links'> | undefined;
  #history: { readonly head: string; readonly commits: PastCommit[] } | undefined;

  constructor(source: ContextSource, cache: FactsCache) {
    this.#source = source;
    this.#cache = cache;
  }

  /** Makes the index that of the tree. Gives how many files were read. */
  async update(tree: string): Promise<number> {
    const before = this.#tree;
    if (before === tree) return 0;
    this.#tree = undefined;
    this.#linked = undefined;
    const isIndexed = ({ path }: IndexedPath) => !isSecretFile(path);
    let read: number;
    if (before === undefined) {
      const paths = (await this.#source.list(tree)).filter(isIndexed);
      await this.#cache.open(paths.length);
      read = await this.#index.update(paths, this.#cache, this.#source.read);
    } else {
      const { gone, changed } = await this.#source.changes(before, tree);
      await this.#cache.open(changed.length);
      const wanted = { gone, changed: changed.filter(isIndexed) };
      read = await this.#index.change(wanted, this.#cache, this.#source.read);
    }
    this.#tree = tree;
    await this.#cache.close(
      () => new Set([...this.#index.files.values()].map(({ path, blob }) => factsKey(path, blob))),
    );
    return read;
  }

  async gather({ tree, feature, tokens, testCommand }: ContextQuestion): Promise<RepoContext> {
    await this.update(tree);
    const indexed = await this.#indexed();
    const task = readTask(feature);
    const ranked = rank(task, indexed);
    const rules = await this.#rules();
    const seeds = ranked.slice(0, seedCount).map(({ place }) => place);
    const isRule = new Set(rules.map(({ path }) => path));
    const rest = ranked.filter(({ place }) => !isRule.has(indexed.files[place]?.path ?? ''));
    const selected = await select(rest, { task, indexed, seeds }, tokens, (paths) => this.#texts(paths));
    return {
      tree,
      files: selected.files,
      totalFiles: indexed.files.length,
      excerpts: selected.excerpts,
      testCommand,
      rules,
      budget: { tokens, used: selected.tokens },
    };
  }

  async #indexed(): Promise<Indexed> {
    const { terms } = this.#index;
    if (this.#linked === undefined) {
      const files = [...this.#index.files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
      this.#linked = { files, links: linksOf(files, terms) };
    }
    return { ...this.#linked, terms, history: await this.#commits() };
  }

  async #commits(): Promise<PastCommit[]> {
    const head = await this.#source.head();
    if (head === undefined) return [];
    if (this.#history?.head !== head) this.#history = { head, commits: parseLog(await this.#source.log(head)) };
    return this.#history.commits;
  }

  async #rules(): Promise<ProjectRules> {
    const paths = rulePaths([...this.#index.files.keys()]);
    return rulesOf(paths, await this.#texts(paths));
  }

  async #texts(paths: readonly string[]): Promise<Map<string, string>> {
    const byBlob = new Map<string, string[]>();
    for (const path of new Set(paths)) {
      const file = this.#index.files.get(path);
      if (file !== undefined && file.size <= maxShownBytes)
        byBlob.set(file.blob, [...(byBlob.get(file.blob) ?? []), path]);
    }
    const texts = new Map<string, string>();
    await this.#source.read([...byBlob.keys()], (blob, bytes) => {
      if (bytes.includes(0)) return;
      const text = new TextDecoder().decode(bytes);
      for (const path of byBlob.get(blob) ?? []) texts.set(path, text);
    });
    return texts;
  }
}

/** Bytes above which a file is not shown, not even in part. */
const maxShownBytes = 1_000_000;
