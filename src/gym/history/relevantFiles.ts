// Files that cannot change what a test says: documentation at the top and in its folders. The list is short on purpose, since
// a file that is left out by mistake hides a culprit.
import { createHash } from 'node:crypto';
import type { Repository } from '../git.ts';

const extensions = ['md', 'markdown', 'rst', 'adoc', 'png', 'jpg', 'jpeg', 'gif', 'webp', 'ico'];
/** These may be data anywhere else, `requirements.txt` for one. */
const onlyInDocs = ['txt', 'svg'];
const names = ['LICENSE', 'LICENCE', 'CHANGELOG', 'AUTHORS', 'CONTRIBUTORS'];
const docs = ['doc', 'docs', 'documentation', '.github'];

const patterns = [
  ...extensions.map((extension) => `*.${extension}`),
  ...names.map((name) => `${name}*`),
  ...docs.flatMap((folder) => [...extensions, ...onlyInDocs].map((extension) => `${folder}/**/*.${extension}`)),
];

/** For git's commands: everything that can matter. */
export const relevantPathspecs: readonly string[] = [
  '.',
  ...patterns.map((pattern) => `:(exclude,icase,glob)${pattern}`),
];

const irrelevant = new RegExp(
  `^(?:[^/]+\\.(?:${extensions.join('|')})|(?:${names.join('|')})[^/]*|(?:${docs.map((folder) => folder.replace('.', '\\.')).join('|')})/.*\\.(?:${[...extensions, ...onlyInDocs].join('|')}))$`,
  'i',
);

export const isRelevant = (path: string): boolean => !irrelevant.test(path);

/** The same for trees that differ in irrelevant files only. */
export async function relevantDigest(repository: Repository, tree: string, signal?: AbortSignal): Promise<string> {
  const options = signal === undefined ? {} : { signal };
  const listing = await repository.git.raw(['ls-tree', '-r', '-z', '--full-tree', tree], options);
  const hash = createHash('sha256');
  for (const line of listing.split('\0')) if (isRelevant(line.slice(line.indexOf('\t') + 1))) hash.update(`${line}\0`);
  return hash.digest('hex');
}
