// What a policy is shown of a repository for a feature: deterministic, bounded, and without files that hold secrets.
import type { RepoContext } from '../protocol/policy.ts';
import { isSecretFile, redactSecrets } from './redact.ts';

export interface ContextQuestion {
  readonly tree: string;
  readonly feature: string;
  readonly files: readonly { readonly path: string; readonly mode: string }[];
  readonly read: (path: string) => Promise<Uint8Array | undefined>;
  readonly testCommand: string | null;
}

const maxListed = 400;
const maxExcerpts = 12;
const maxExcerptCharacters = 12_000;
const maxTotalCharacters = 80_000;
/** Files above this many bytes are not ranked by their text. */
const maxRankedBytes = 200_000;
/** Files whose text is ranked; beyond that only paths are. */
const maxRankedFiles = 2_000;
const always = ['CLAUDE.md', 'AGENTS.md', 'README.md', 'package.json'];
const uninteresting =
  /(?:^|\/)(?:package-lock\.json|yarn\.lock|pnpm-lock\.yaml|.*\.min\.\w+|.*\.map|.*\.snap|dist\/.*|build\/.*|vendor\/.*)$/;
const stopWords = new Set(
  'a an and are as be by can for from has have in into is it its not of on or so than that the their then there this to was when where which who will with add make new should use'.split(
    ' ',
  ),
);

/** BM25 over path and text (k1 = 1.2, b = 0.75, the values of Robertson and Zaragoza, 2009), paths weighing triple. */
export async function gatherContext(question: ContextQuestion): Promise<RepoContext> {
  const files = question.files.filter(({ path, mode }) => mode.startsWith('100') && !isSecretFile(path));
  const ranked = await rank(
    question,
    files.map(({ path }) => path).filter((path) => !uninteresting.test(path)),
  );
  const first = always.filter((path) => files.some((file) => file.path === path));
  const order = [...new Set([...first, ...ranked])];
  const excerpts: RepoContext['excerpts'] = [];
  let total = 0;
  for (const path of order) {
    if (excerpts.length >= maxExcerpts || total >= maxTotalCharacters) break;
    const text = await textOf(question, path);
    if (text === undefined || text === '') continue;
    const limit = Math.min(maxExcerptCharacters, maxTotalCharacters - total);
    const shown = redactSecrets(text).slice(0, limit);
    excerpts.push({ path, text: shown, truncated: text.length > limit });
    total += shown.length;
  }
  const { tree, testCommand } = question;
  return {
    tree,
    files: [...new Set([...order, ...files.map(({ path }) => path)])].slice(0, maxListed),
    totalFiles: files.length,
    excerpts,
    testCommand,
  };
}

async function rank(question: ContextQuestion, paths: readonly string[]): Promise<string[]> {
  const wanted = [...new Set(words(question.feature))];
  const documents: { path: string; counts: Map<string, number>; length: number }[] = [];
  for (const path of paths) {
    const text = documents.length < maxRankedFiles ? await textOf(question, path) : undefined;
    const all = [...words(path), ...words(path), ...words(path), ...(text === undefined ? [] : words(text))];
    const counts = new Map<string, number>();
    for (const word of all) if (wanted.includes(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
    documents.push({ path, counts, length: all.length });
  }
  const average = documents.reduce((sum, { length }) => sum + length, 0) / Math.max(1, documents.length);
  const rarity = new Map(
    wanted.map((word) => {
      const having = documents.filter(({ counts }) => counts.has(word)).length;
      return [word, Math.log(1 + (documents.length - having + 0.5) / (having + 0.5))];
    }),
  );
  const scored = documents.map(({ path, counts, length }) => {
    let score = 0;
    for (const [word, count] of counts)
      score +=
        ((rarity.get(word) ?? 0) * count * 2.2) / (count + 1.2 * (0.25 + (0.75 * length) / Math.max(1, average)));
    return { path, score };
  });
  return scored.sort((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1)).map(({ path }) => path);
}

/** Words in lower case; names in camelCase and snake_case fall into their parts. */
function words(text: string): string[] {
  const parts =
    text
      .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .match(/[a-z][a-z0-9]+/g) ?? [];
  return parts
    .filter((word) => !stopWords.has(word))
    .map((word) => (word.length > 4 ? word.replace(/(?:ing|ies|es|s|ed)$/, '') : word));
}

async function textOf({ read }: ContextQuestion, path: string): Promise<string | undefined> {
  const bytes = await read(path);
  if (bytes === undefined || bytes.length > maxRankedBytes || bytes.includes(0)) return undefined;
  return new TextDecoder().decode(bytes);
}
