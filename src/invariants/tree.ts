// One tree as rules see it: its files, which of them a rule speaks of, and where imports lead. Kept from one question to the
// next for as long as the paths and what resolution depends on are the same, so that an edit costs what it changed.
import type { FactStore, FileRef } from './facts/factStore.ts';
import { globMatcher } from './globs.ts';
import { ImportGraph } from './importGraph.ts';
import { ImportResolver } from './resolveImports.ts';

const steersResolution = /(?:^|\/)(?:package\.json|[jt]sconfig[^/]*\.json|pnpm-workspace\.yaml)$/;

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
  readonly #prepared = new Map<string, number>();
  readonly #matching = new Map<string, Matching>();
  readonly #memos = new Map<string, Map<string, { readonly file: FileRef; readonly value: unknown }>>();
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
    this.#graph ??= new ImportGraph(new ImportResolver(this.root), this.#store);
    return this.#graph;
  }

  matching(include: readonly string[], except: readonly string[] = []): readonly FileRef[] {
    const key = `${include.join('\n')}\n\n${except.join('\n')}`;
    const known = this.#matching.get(key);
    if (known?.generation === this.#generation) return known.files;
    const indexes = known?.indexes ?? this.#indexes(include, except);
    const files: FileRef[] = [];
    for (const index of indexes) {
      const file = this.#files[index];
      if (file !== undefined) files.push(file);
    }
    this.#matching.set(key, { indexes, files, generation: this.#generation });
    return files;
  }

  #indexes(include: readonly string[], except: readonly string[]): number[] {
    const isIncluded = globMatcher(include);
    const isExcluded = globMatcher(except);
    return this.#files.flatMap(({ path }, index) => (isIncluded(path) && !isExcluded(path) ? [index] : []));
  }

  /** Those of the files for which something may still have to be made under this key. */
  unprepared(key: string, files: readonly FileRef[]): readonly FileRef[] {
    const at = this.#prepared.get(key);
    this.#prepared.set(key, this.#generation);
    if (at === this.#generation) return [];
    if (at !== this.#generation - 1 || this.#changed === undefined) return files;
    const changed = this.#changed;
    return changed.length === 0 ? [] : files.filter((file) => changed.includes(file));
  }

  /** A value that depends on the key and on one file's content alone is made once. */
  memo<T>(key: string, file: FileRef, make: () => T): T {
    let values = this.#memos.get(key);
    if (values === undefined) {
      values = new Map();
      this.#memos.set(key, values);
    }
    const known = values.get(file.path);
    // What was put under a key is what that key's maker gives.
    if (known?.file === file) return known.value as T;
    const value = make();
    values.set(file.path, { file, value });
    return value;
  }
}
