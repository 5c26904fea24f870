// Whether a tree has a file of a name that a policy gave. The name is hostile: what could not be a file of a tree is not asked for.
import type { Repository } from '../../gym/git.ts';
import { readFileAt } from '../../gym/snapshot.ts';

/** In characters. */
const longestPath = 1_000;

export async function isFileOf(repository: Repository, tree: string, path: string): Promise<boolean> {
  const parts = path.split('/');
  const isName = path.length <= longestPath && !path.includes('\0');
  if (!isName || parts.some((part) => part === '' || part === '.' || part === '..')) return false;
  return (await readFileAt(repository, tree, path)) !== undefined;
}
