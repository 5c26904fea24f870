// Files that hardly ever change what a test says: documentation at the top and in its folders. The list is short on purpose. Where a
// test reads one of them all the same, the commit before the one that is found fails too, and what was left out is looked at.

const extensions = ['md', 'markdown', 'rst', 'adoc', 'png', 'jpg', 'jpeg', 'gif', 'webp', 'ico'];
/** These may be data anywhere else, `requirements.txt` for one. */
const onlyInDocs = ['txt', 'svg'];
const names = ['LICENSE', 'LICENCE', 'CHANGELOG', 'AUTHORS', 'CONTRIBUTORS'];
const docs = ['doc', 'docs', 'documentation', '.github'];

/** What a text may end with; `authors.js` is code. */
const ends = ['', ...[...extensions, 'txt'].map((extension) => `.${extension}`)];

const patterns = [
  ...extensions.map((extension) => `*.${extension}`),
  ...names.flatMap((name) => ends.map((end) => `${name}${end}`)),
  ...docs.flatMap((folder) => [...extensions, ...onlyInDocs].map((extension) => `${folder}/**/*.${extension}`)),
];

/** For git's commands: everything that can matter. */
export const relevantPathspecs: readonly string[] = [
  '.',
  ...patterns.map((pattern) => `:(exclude,icase,glob)${pattern}`),
];

const irrelevant = new RegExp(
  `^(?:[^/]+\\.(?:${extensions.join('|')})|(?:${names.join('|')})(?:\\.(?:${[...extensions, 'txt'].join('|')}))?|(?:${docs.map((folder) => folder.replace('.', '\\.')).join('|')})/.*\\.(?:${[...extensions, ...onlyInDocs].join('|')}))$`,
  'i',
);

export const isRelevant = (path: string): boolean => !irrelevant.test(path);
