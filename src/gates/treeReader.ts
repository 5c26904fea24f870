// What a gate reads of two trees. It sees git objects, never the live folder.
import type { Repository } from '../gym/git.ts';
import { listFiles, readFileAt, type TreeFile } from '../gym/snapshot.ts';

export interface TreeChange {
  readonly path: string;
  readonly kind: 'added' | 'deleted' | 'modified';
  /** Where a renamed file was before; null for every other change. */
  readonly oldPath: string | null;
}

export interface TreeReader {
  list(tree: string): Promise<TreeFile[]>;
  read(tree: string, path: string): Promise<Uint8Array | undefined>;
  changed(base: string, candidate: string): Promise<TreeChange[]>;
}

export function treeReader(repository: Repository): TreeReader {
  return {
    list: (tree) => listFiles(repository, tree),
    read: (tree, path) => readFileAt(repository, tree, path),
    changed: async (base, candidate) => {
      const raw = await repository.git.raw(['diff-tree', '-r', '-z', '--name-status', '-M', base, candidate]);
      return parseNameStatus(raw.split('\0'));
    },
  };
}

/** `git diff-tree -z --name-status`, split at its zeros. */
export function parseNameStatus(parts: readonly string[]): TreeChange[] {
  const changes: TreeChange[] = [];
  for (let index = 0; index < parts.length; ) {
    const status = parts[index] ?? '';
    const isRename = status.startsWith('R') || status.startsWith('C');
    const oldPath = isRename ? (parts[index + 1] ?? null) : null;
    const path = parts[index + (isRename ? 2 : 1)];
    index += isRename ? 3 : 2;
    if (path === undefined || status === '') continue;
    const kind = status.startsWith('A') ? 'added' : status.startsWith('D') ? 'deleted' : 'modified';
    changes.push({ path, kind, oldPath });
  }
  return changes;
}

/** A file of a tree as UTF-8 text; undefined when there is none or it is not text. */
export async function readText(files: TreeReader, tree: string, path: string): Promise<string | undefined> {
  const bytes = await files.read(tree, path);
  if (bytes === undefined || bytes.includes(0)) return undefined;
  return new TextDecoder().decode(bytes);
}

/** The files that are neither links nor submodules, as the rule engine takes them. */
export async function plainFiles(files: TreeReader, tree: string): Promise<{ path: string; blob: string }[]> {
  const listed = await files.list(tree);
  return listed.filter(({ mode }) => mode.startsWith('100')).map(({ path, blob }) => ({ path, blob }));
}
