// One tree as rules see it: its files, which of them a rule speaks of, and where imports lead. Kept from one question to the
// next for as long as the paths and what resolution depends on are the same, so that an edit costs what it changed.
import type { FactStore, FileRef } from './facts/factStore.ts';
import { isScript } from './facts/script.ts';
import { globMatcher } from './globs.ts';
import { ImportGraph } from './importGraph.ts';
import { ImportResolver } from './resolveImports.ts';

const steersResolution = /(?:^|\/)(?:package\.json|[jt]sconfig[^/]*\.json|pnpm-workspace\.yaml)$/;

/** Which files of those that globs match: all, or the ones in JavaScript and TypeScript. */
export type Only = 'all' | 'scripts';

/** Up to so many changed files are put into a list that is known; more are cheaper to put together anew. */
const fewChanges = 20;

/** Files whose values are merged together. */
const blockSize = 64;

interface Made<T, B> {
  readonly files: readonly FileRef[];
  readonly values: readonly T[];
  readonly blocks: readonly B[];
}

interface Matching {
  readonly indexes: readonly number[];
  files: readonly FileRef[];
  generation: number;
}

export class Tree {
  readonly root: string;
  readonly byPath = new Map<string, FileRef>();
  #files: readonly FileRef[];
  #generation = 0;
  /** What differs from the generation before; undefined for a tree that is new. */
  #changed: readonly FileRef[] | undefined;
  readonly #prepared = new Map<string, { readonly generation: number; readonly files: readonly FileRef[] }>();
  readonly #matching = new Map<string, Matching>();
  readonly #made = new Map<string, Made<unknown, unknown>>();
  readonly #store: FactStore;
  #graph: ImportGraph | undefined;

  private constructor(root: string, files: readonly FileRef[], store: FactStore) {
    this.root = root;
    this.#files = files;
    this.#store = store;
    for (const file of files) this.byPath.set(file.path, file);
  }

  /** The last tree with new contents when nothing else changed, or a new one. */
  static of(root: string, files: readonly FileRef[], store: FactStore, last: Tree | undefined): Tree {
    const isNext = last !== undefined && last.root === root && last.#take(files);
    return isNext ? last : new Tree(root, files, store);
  }

  get files(): readonly FileRef[] {
    return this.#files;
  }

  /** False when the tree cannot become this one. A file that is the same stays the same object. */
  #take(files: readonly FileRef[]): boolean {
    if (files.length !== this.#files.length || this.#graph?.isStale === true) return false;
    const changed: FileRef[] = [];
    const next: FileRef[] = [];
    for (let index = 0; index < files.length; index += 1) {
      const [file, known] = [files[index], this.#files[index]];
      if (file === undefined || known === undefined || file.path !== known.path) return false;
      if (file.blob === known.blob) next.push(known);
      else {
        if (steersResolution.test(file.path)) return false;
        next.push(file);
        changed.push(file);
      }
    }
    this.#files = next;
    this.#changed = changed;
    this.#generation += 1;
    for (const file of changed) this.byPath.set(file.path, file);
    return true;
  }

  /** Puts another content in the place of one file. */
  replace(file: FileRef): void {
    const known = this.byPath.get(file.path);
    if (known === undefined || known.blob === file.blob) return;
    this.#files = this.#files.with(this.#files.indexOf(known), file);
    this.byPath.set(file.path, file);
    this.#changed = [file];
    this.#generation += 1;
  }

  get graph(): ImportGraph {
    this.#graph ??= new ImportGraph(new ImportResolver(this.root, this.byPath), this.#store);
    return this.#graph;
  }

  matching(include: readonly string[], except: readonly string[] = [], only: Only = 'all'): readonly FileRef[] {
    const key = `${only}\n${include.join('\n')}\n\n${except.join('\n')}`;
    const known = this.#matching.get(key);
    if (known?.generation === this.#generation) return known.files;
    const indexes = known?.indexes ?? this.#indexes(include, except, only);
    const files = this.#withChanges(known) ?? indexes.flatMap((index) => this.#files[index] ?? []);
    this.#matching.set(key, { indexes, files, generation: this.#generation });
    return files;
  }

  /** The list of the generation before, with what changed since; undefined where it has to be put together. */
  #withChanges(known: Matching | undefined): readonly FileRef[] | undefined {
    const changed = this.#changed;
    if (known?.generation !== this.#generation - 1 || changed === undefined || changed.length > fewChanges)
      return undefined;
    const files = [...known.files];
    for (const file of changed) {
      const at = files.findIndex(({ path }) => path === file.path);
      if (at >= 0) files[at] = file;
    }
    return files;
  }

  #indexes(include: readonly string[], except: readonly string[], only: Only): number[] {
    const isIncluded = globMatcher(include);
    const isExcluded = globMatcher(except);
    const isWanted = (path: string) => isIncluded(path) && !isExcluded(path) && (only === 'all' || isScript(path));
    return this.#files.flatMap(({ path }, index) => (isWanted(path) ? [index] : []));
  }

  /** Those of the files for which something may still have to be made under this key. */
  unprepared(key: string, files: readonly FileRef[]): readonly FileRef[] {
    const last = this.#prepared.get(key);
    this.#prepared.set(key, { generation: this.#generation, files });
    if (last?.generation === this.#generation && last.files === files) return [];
    const changed = last?.generation === this.#generation ? [] : this.#changed;
    const isNext = last !== undefined && last.generation >= this.#generation - 1;
    if (!isNext || changed === undefined || last.files.length !== files.length) return files;
    // A rule that was rewritten, or is no longer skipped, speaks of other files.
    const isSame = files.every((file, index) => last.files[index] === file || changed.includes(file));
    return isSame ? changed.filter((file) => files.includes(file)) : files;
  }

  /**
   * What is made of each file, merged by blocks of files. What depends on the key and on a file's content alone is made once,
   * and a block of files that are as they were is merged once.
   */
  each<T, B>(
    key: string,
    files: readonly FileRef[],
    make: (file: FileRef) => T,
    merge: (values: readonly T[]) => B,
  ): readonly B[] {
    // What was put under a key is what that key's makers give.
    const last = this.#made.get(key) as Made<T, B> | undefined;
    const isAligned = last?.files.length === files.length;
    const others = isAligned ? undefined : new Map(last?.files.map((file, index) => [file, index]));
    const values: T[] = [];
    const blocks: B[] = [];
    for (let start = 0; start < files.length; start += blockSize) {
      let isKept = isAligned;
      for (let index = start; index < start + blockSize; index += 1) {
        const file = files[index];
        if (file === undefined) break;
        const at = others === undefined ? index : others.get(file);
        const isKnown = last !== undefined && at !== undefined && last.files[at] === file;
        values.push(isKnown ? (last.values[at] as T) : make(file));
        isKept &&= isKnown;
      }
      const kept = isKept ? last?.blocks[blocks.length] : undefined;
      blocks.push(kept ?? merge(values.slice(start)));
    }
    this.#made.set(key, { files, values, blocks });
    return blocks;
  }
}
