// Where the imports of a tree's scripts lead. What did not change since the last question is not resolved again.
import type { FactStore, FileRef } from './facts/factStore.ts';
import { type ImportFact, importFacts } from './facts/importFacts.ts';
import type { ImportResolver } from './resolveImports.ts';

export interface Edge {
  readonly fact: ImportFact;
  /** A path of the tree, `npm:NAME` or `node:NAME`. */
  readonly to: string;
  /** Why the import could not be followed, or null. */
  readonly problem: string | null;
}

export class ImportGraph {
  readonly #resolver: ImportResolver;
  readonly #store: FactStore;
  readonly #edges = new Map<string, { readonly blob: string; readonly edges: readonly Edge[] }>();

  constructor(resolver: ImportResolver, store: FactStore) {
    this.#resolver = resolver;
    this.#store = store;
  }

  /** The imports of a file whose facts are prepared; the problem is why it has none. */
  edges(file: FileRef): { readonly edges: readonly Edge[]; readonly problem: string | null } {
    const known = this.#edges.get(file.path);
    if (known?.blob === file.blob) return { edges: known.edges, problem: null };
    const facts = this.#store.get(importFacts, file);
    if (!facts.ok) return { edges: [], problem: facts.problem };
    const edges = facts.value.map((fact) => {
      const { name, problem } = this.#resolver.resolve(file.path, fact.specifier);
      // A mock of what is not there, and a URL that is no file, import nothing.
      const isLoose = problem !== null && (fact.form === 'mock' || fact.form === 'url');
      return { fact, to: name, problem: isLoose ? null : problem };
    });
    this.#edges.set(file.path, { blob: file.blob, edges });
    return { edges, problem: null };
  }

  /** Whether an import that could not be followed might be now. */
  get isStale(): boolean {
    return this.#resolver.isStale;
  }

  resolve(from: string, specifier: string): string {
    return this.#resolver.resolve(from, specifier).name;
  }
}
