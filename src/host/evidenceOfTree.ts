// What the claims of perspectives can be held against: the files, words and rules of one tree.
import { rulesOfTree } from '../gates/invariants.ts';
import type { TreeReader } from '../gates/treeReader.ts';
import type { Repository } from '../gym/git.ts';
import { readFileAt } from '../gym/snapshot.ts';
import type { Evidence } from '../patterns/verifyClaims.ts';

/** Bytes above which a file is not looked into: no claim about it can be checked, and it counts as not there. */
const maxBytes = 4_000_000;

export function evidenceOfTree(repository: Repository, tree: string, files: TreeReader): Evidence {
  const texts = new Map<string, Promise<string | undefined>>();
  let rules: Promise<ReadonlySet<string>> | undefined;
  const text = async (path: string): Promise<string | undefined> => {
    const bytes = await readFileAt(repository, tree, path);
    return bytes === undefined || bytes.length > maxBytes || bytes.includes(0)
      ? undefined
      : new TextDecoder().decode(bytes);
  };
  return {
    text: (path) => {
      const known = texts.get(path) ?? text(path);
      texts.set(path, known);
      return known;
    },
    contains: async (words) => (await repository.git.raw(grep(tree, words))).trim() !== '',
    hasRule: async (id) => {
      rules ??= rulesOfTree(files, tree).then((loaded) => new Set(loaded.rules.map((rule) => rule.id)));
      return (await rules).has(id);
    },
  };
}

/** The names of files that hold these words. Git ends with 1 when there is none. */
const grep = (tree: string, words: string): string[] => ['grep', '-I', '-F', '-l', '-e', words, tree, '--'];
