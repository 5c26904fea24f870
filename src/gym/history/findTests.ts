// Which files are tests, which tests are about a file, and what a test needs from the folders of tests. Reads a tree by text and
// names only: a guess that is wrong costs a run, never a wrong answer.
import { posix } from 'node:path';
import type { Repository } from '../git.ts';
import type { TreeFile } from '../snapshot.ts';
import { TreeObjects } from './treeObjects.ts';

const testFolder = /(?:^|\/)(?:tests?|__tests__|specs?|e2e|__snapshots__|fixtures|__fixtures__|__mocks__|testdata)\//;
const testName = /(?:[._-](?:test|spec)s?\.\w+|(?:^|\/)test_[^/]+\.py|(?:^|\/)conftest\.py|_test\.\w+)$/;
const code = /\.(?:[cm]?[jt]sx?|py|go|rs|rb|java|kt)$/;
/** Files of tests beyond this many are not carried along. */
const maxCarried = 200;
/** A folder with more files than this is not data of one test. */
const maxFixtures = 60;
const maxBytes = 512 * 1024;
/** Files that a test leads to beyond this many are not followed. */
const maxReached = 500;

export const isTestPath = (path: string): boolean => testFolder.test(path) || testName.test(path);
/** Named as a test, wherever it lies. */
export const isNamedAsTest = (path: string): boolean => testName.test(path);
export const isTestFile = (path: string): boolean => testName.test(path) || (isTestPath(path) && code.test(path));

export class TreeTests {
  readonly #objects: TreeObjects;
  readonly #files: ReadonlyMap<string, TreeFile>;
  readonly #mentions = new Map<string, Promise<string[]>>();
  #known: ReadonlySet<string> | undefined;

  private constructor(objects: TreeObjects, files: ReadonlyMap<string, TreeFile>) {
    this.#objects = objects;
    this.#files = files;
  }

  static async use<T>(repository: Repository, tree: string, use: (tests: TreeTests) => Promise<T>): Promise<T> {
    const objects = new TreeObjects(repository);
    try {
      const files = await objects.list(tree);
      return await use(new TreeTests(objects, new Map(files.map((file) => [file.path, file]))));
    } finally {
      objects.dispose();
    }
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  /** Tests that name the file in an import or are named like it; those named like it first. */
  async about(path: string): Promise<string[]> {
    if (isTestFile(path)) return this.has(path) ? [path] : [];
    const stem = stemOf(path);
    const named: string[] = [];
    const naming: string[] = [];
    for (const test of this.#testFiles()) {
      if (stemOf(test) === stem) named.push(test);
      else if ((await this.#mentioned(test)).includes(path)) naming.push(test);
    }
    return [...named, ...naming];
  }

  /** Test files in whose text a test of that name stands. */
  async named(name: string): Promise<string[]> {
    const last = name.split(' > ').at(-1) ?? name;
    const found: string[] = [];
    for (const test of this.#testFiles()) if ((await this.#text(test)).includes(last)) found.push(test);
    return found;
  }

  /** The test and what it needs that is a test's as well: helpers, fixtures, snapshots. Never the code that is tested. */
  async carried(roots: readonly string[]): Promise<TreeFile[]> {
    const taken = new Map<string, TreeFile>();
    const open = [...roots];
    for (let path = open.pop(); path !== undefined && taken.size < maxCarried; path = open.pop()) {
      const file = this.#files.get(path);
      if (file === undefined || taken.has(path)) continue;
      taken.set(path, file);
      const beside = [
        `${posix.join(posix.dirname(path), '__snapshots__', posix.basename(path))}.snap`,
        posix.join(posix.dirname(path), 'conftest.py'),
      ];
      open.push(...beside, ...(await this.#mentioned(path)).filter(isTestPath), ...(await this.#fixtures(path)));
    }
    return [...taken.values()];
  }

  /** Files of code that some files lead to, over what each of them names; these themselves are not among them. */
  async reached(roots: readonly string[]): Promise<string[]> {
    const taken = new Set<string>();
    const open = [...roots];
    for (let path = open.pop(); path !== undefined && taken.size < maxReached; path = open.pop()) {
      if (taken.has(path) || !this.has(path)) continue;
      taken.add(path);
      open.push(...(await this.#mentioned(path)));
    }
    // A package's own file leads on, and is changed by nearly every release.
    return [...taken].filter((path) => !roots.includes(path) && posix.basename(path) !== 'package.json').sort();
  }

  *#testFiles(): Iterable<string> {
    for (const [path, { mode }] of this.#files) if (mode.startsWith('100') && isTestFile(path)) yield path;
  }

  async #text(path: string): Promise<string> {
    const blob = this.#files.get(path)?.blob;
    const isRead = code.test(path) || posix.basename(path) === 'package.json';
    if (!isRead || blob === undefined) return '';
    const bytes = await this.#objects.blob(blob);
    return bytes === undefined || bytes.length > maxBytes ? '' : new TextDecoder().decode(bytes);
  }

  /** What is in folders of tests that a file names: data that its tests read by other names. */
  async #fixtures(path: string): Promise<string[]> {
    const text = await this.#text(path);
    const here = posix.dirname(path);
    const named = new Set(
      literalsIn(text)
        .map((literal) => posix.join(here, literal).replace(/\/$/, ''))
        .filter((folder) => this.#isFixtureFolder(folder, path)),
    );
    return [...named].flatMap((folder) => {
      const inside = [...this.#files.keys()].filter((other) => other.startsWith(`${folder}/`));
      return inside.length > maxFixtures ? [] : inside;
    });
  }

  #isFixtureFolder(folder: string, test: string): boolean {
    return isTestPath(`${folder}/x`) && !test.startsWith(`${folder}/`) && this.#folders().has(folder);
  }

  #folders(): ReadonlySet<string> {
    if (this.#known === undefined) {
      const folders = new Set<string>();
      for (const path of this.#files.keys())
        for (let at = posix.dirname(path); at !== '.' && !folders.has(at); at = posix.dirname(at)) folders.add(at);
      this.#known = folders;
    }
    return this.#known;
  }

  #mentioned(path: string): Promise<string[]> {
    const reading = this.#mentions.get(path) ?? this.#readMentioned(path);
    this.#mentions.set(path, reading);
    return reading;
  }

  /** Files that a text names, in strings or in imports of Python. */
  async #readMentioned(path: string): Promise<string[]> {
    const text = await this.#text(path);
    const here = posix.dirname(path);
    const names: string[] = [];
    for (const literal of literalsIn(text)) {
      names.push(posix.join(here, literal), posix.normalize(literal));
      // Modules of TypeScript name what they will be compiled to.
      if (/\.[cm]?js$/.test(literal)) names.push(posix.join(here, literal.replace(/\.[cm]?js$/, '')));
    }
    for (const [, module = ''] of text.matchAll(/^\s*(?:from|import)\s+([\w.]+)/gm)) {
      const inner = module.replace(/^\.+/, '').replaceAll('.', '/');
      names.push(posix.join(here, inner), inner, `src/${inner}`);
    }
    // A folder's package says itself where it begins.
    if (names.length > 0) names.push(...names.map((name) => posix.join(name, 'package.json')));
    const found = names.flatMap(
      (name) => endings.map((ending) => posix.normalize(`${name}${ending}`)).find((full) => this.has(full)) ?? [],
    );
    return [...new Set(found)].filter((found) => found !== path);
  }
}

export interface NamingQuestion {
  readonly tree: string;
  readonly sources: readonly string[];
  /** A test that is not looked for; what lies in its folder comes first. */
  readonly near: string;
}

/** At most `limit` test files that have the name of a source file or say it, in one search for each source. */
export async function testsNaming(
  { git }: Repository,
  { tree, sources, near }: NamingQuestion,
  limit: number,
): Promise<string[]> {
  const folder = posix.dirname(near);
  const found: string[] = [];
  for (const source of sources) {
    const stem = stemOf(source);
    // Without a match git says so by its exit code, and nothing is on its output.
    const listed = await git.bytes(['grep', '-l', '-z', '-i', '-w', '-F', '-e', stem, tree], { codes: [0, 1] });
    const paths = listed
      .toString('utf8')
      .split('\0')
      .map((name) => name.slice(tree.length + 1));
    const tests = paths.filter((path) => path !== near && isTestFile(path));
    const worth = (path: string) => (stemOf(path) === stem ? 2 : 0) + (posix.dirname(path) === folder ? 1 : 0);
    found.push(...tests.sort((a, b) => worth(b) - worth(a) || (a < b ? -1 : 1)).slice(0, limit));
  }
  return [...new Set(found)].slice(0, limit);
}

const literalsIn = (text: string): string[] =>
  [...text.matchAll(/(["'`])([^"'`\n]{1,200})\1/g)].map(([, , literal = '']) => literal);

const endings = [
  ...['', '.ts', '.tsx', '.mts', '.js', '.jsx', '.mjs', '.cjs', '.json', '.py'],
  ...['/index.ts', '/index.js', '/__init__.py'],
];

/** `src/a/rates.ts`, `test/rates.test.ts` and `tests/test_rates.py` are named alike. */
const stemOf = (path: string): string =>
  posix
    .basename(path)
    .replace(/\.\w+$/, '')
    .replace(/[._-](?:test|spec)s?$/, '')
    .replace(/^test_|_test$/, '')
    .toLowerCase();
