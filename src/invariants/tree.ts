// One tree as rules see it: its files, which of them a rule speaks of, and where imports lead. Kept from one question to the
// next for as long as the paths and what resolution depends on are the same.
import type { FactStore, FileRef } from './facts/factStore.ts';
import { globMatcher } from './globs.ts';
import { ImportGraph } from './importGraph.ts';
import { ImportResolver } from './resolveImports.ts';

const steersResolution = /(?:^|\/)(?:package\.json|[jt]sconfig[^/]*\.json|pnpm-workspace\.yaml)$/;

export class Tree {
  readonly root: string;
  files: readonly FileRef[];
  readonly byPath = new Map<string, FileRef>();
  readonly #steering: string;
  readonly #indexes = new Map<string, readonly number[]>();
  readonly #store: FactStore;
  #graph: ImportGraph | undefined;

  private constructor(root: string, files: readonly FileRef[], store: FactStore) {
    this.root = root;
    this.files = files;
    this.#store = store;
    this.#steering = steeringOf(files);
    for (const file of files) this.byPath.set(file.path, file);
  }

  /** The last tree with new contents when nothing else changed, or a new one. */
  static of(root: string, files: readonly FileRef[], store: FactStore, last: Tree | undefined): Tree {
    if (last === undefined || last.root !== root || !last.#takes(files)) return new Tree(root, files, store);
    last.files = files;
    for (const file of files) last.byPath.set(file.path, file);
    return last;
  }

  #takes(files: readonly FileRef[]): boolean {
    if (files.length !== this.files.length) return false;
    for (let index = 0; index < files.length; index += 1)
      if (files[index]?.path !== this.files[index]?.path) return false;
    return steeringOf(files) === this.#steering;
  }

  get graph(): ImportGraph {
    this.#graph ??= new ImportGraph(new ImportResolver(this.root), this.#store);
    return this.#graph;
  }

  matching(include: readonly string[], except: readonly string[] = []): FileRef[] {
    const key = `${include.join('\n')}\n\n${except.join('\n')}`;
    let indexes = this.#indexes.get(key);
    if (indexes === undefined) {
      const isIncluded = globMatcher(include);
      const isExcluded = globMatcher(except);
      indexes = this.files.flatMap(({ path }, index) => (isIncluded(path) && !isExcluded(path) ? [index] : []));
      this.#indexes.set(key, indexes);
    }
    return indexes.flatMap((index) => this.files[index] ?? []);
  }
}

const steeringOf = (files: readonly FileRef[]): string =>
  files.flatMap(({ path, blob }) => (steersResolution.test(path) ? [`${path}:${blob}`] : [])).join('\n');
