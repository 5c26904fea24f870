// Files that cannot change what a test says: documentation at the top and in its folders. The list is short on purpose, since
// a file that is left out by mistake hides a culprit.
import { createHash } from 'node:crypto';
import type { Repository } from '../git.ts';
import { listFiles, type TreeFile } from '../snapshot.ts';

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
export async function relevantDigest(repository: Repository, tree: string): Promise<string> {
  return digestOfRelevant(await listFiles(repository, tree));
}

/** The same, of files that are listed already. */
export function digestOfRelevant(files: readonly TreeFile[]): string {
  const lines = files.filter(({ path }) => isRelevant(path)).map(({ path, mode, blob }) => `${mode} ${blob}\t${path}`);
  return createHash('sha256').update(lines.sort().join('\0')).digest('hex');
}
