// Which tests have to do with changed files: tests that were changed, tests that are named alike, and tests that reach a
// changed file over imports; the nearest first. Says nothing of how a test ends: what is not found here is run all the same.
import { posix } from 'node:path';
import type * as z from 'zod';
import type { FactStore, FileRef } from '../facts/factStore.ts';
import { importFacts } from '../facts/importFacts.ts';
import { isScript } from '../facts/script.ts';
import { hasTextImports, textImports } from '../facts/textImports.ts';
import type { relatedTestsSchema } from '../messages.ts';
import type { Tree } from '../tree.ts';
import { TextEdges } from './textEdges.ts';

type RelatedRequest = Pick<z.infer<typeof relatedTestsSchema>, 'changed' | 'tests'>;

export async function relatedTests(
  { changed, tests }: RelatedRequest,
  tree: Tree,
  store: FactStore,
): Promise<string[]> {
  const work = tree.files.flatMap((file) => {
    const maker = isScript(file.path) ? importFacts : hasTextImports(file.path) ? textImports : undefined;
    return maker === undefined ? [] : [{ file, makers: [{ maker, rule: '' }] }];
  });
  await store.prepareAll(work, { root: tree.root, read: undefined }, undefined);
  const distances = distancesTo(changed, importersOf(changed, tree, store));
  const names = new Set(changed.map(subjectOf));
  const rankOf = (test: string): number => {
    const distance = distances.get(test) ?? Number.POSITIVE_INFINITY;
    return names.has(subjectOf(test)) ? Math.min(distance, 1) : distance;
  };
  return tests
    .map((path) => ({ path, rank: rankOf(path) }))
    .filter(({ rank }) => rank < Number.POSITIVE_INFINITY)
    .sort((a, b) => a.rank - b.rank || (a.path < b.path ? -1 : 1))
    .map(({ path }) => path);
}

/** Links from each changed file back; 0 is the file itself. */
function distancesTo(
  changed: readonly string[],
  importers: ReadonlyMap<string, readonly string[]>,
): Map<string, number> {
  const distances = new Map(changed.map((path) => [path, 0]));
  const queue = [...changed];
  for (let at = 0; at < queue.length; at += 1) {
    const path = queue[at] ?? '';
    for (const from of importers.get(path) ?? []) {
      if (distances.has(from)) continue;
      distances.set(from, (distances.get(path) ?? 0) + 1);
      queue.push(from);
    }
  }
  return distances;
}

function importersOf(changed: readonly string[], tree: Tree, store: FactStore): Map<string, string[]> {
  const importers = new Map<string, string[]>();
  const add = (from: string, to: string) => {
    const known = importers.get(to);
    if (known === undefined) importers.set(to, [from]);
    else known.push(from);
  };
  const gone = changed.filter((path) => !tree.byPath.has(path));
  const texts = new TextEdges([...tree.byPath.keys(), ...gone], goModules(tree, store));
  for (const file of tree.files) {
    for (const to of isScript(file.path) ? scriptEdges(file, gone, tree) : textEdges(file, texts, store))
      add(file.path, to);
  }
  return importers;
}

/** A type is gone when the code runs. What cannot be found may be what the change deleted. */
function scriptEdges(file: FileRef, gone: readonly string[], { graph }: Tree): string[] {
  return graph
    .edges(file)
    .edges.filter(({ fact }) => !fact.isTypeOnly)
    .flatMap(({ to, fact, problem }) => {
      if (problem === null) return [to];
      const target = withoutEnding(posix.join(posix.dirname(file.path), fact.specifier));
      return gone.filter((path) => withoutEnding(path) === target || withoutEnding(path) === `${target}/index`);
    });
}

function textEdges(file: FileRef, texts: TextEdges, store: FactStore): string[] {
  if (!hasTextImports(file.path)) return [];
  const facts = store.get(textImports, file);
  return facts.ok ? texts.of(file.path, facts.value) : [];
}

function goModules(tree: Tree, store: FactStore): { folder: string; name: string }[] {
  return tree.files
    .filter(({ path }) => posix.basename(path) === 'go.mod')
    .flatMap((file) => {
      const facts = store.get(textImports, file);
      const name = facts.ok ? facts.value[0] : undefined;
      return name === undefined ? [] : [{ folder: posix.dirname(file.path), name }];
    });
}

const withoutEnding = (path: string): string => path.replace(/\.(?:[cm]?[jt]sx?|json)$/, '');

/** `src/rates.ts`, `test/rates.test.ts` and `tests/test_rates.py` are about the same. */
function subjectOf(path: string): string {
  return posix
    .basename(path)
    .replace(/\.\w+$/, '')
    .replace(/[._-](?:test|spec)s?$|^test[_-]/, '')
    .toLowerCase();
}
