// What lies beside a tree and might bring what an import did not find: packages that are installed, code that is generated. No
// file of the tree tells when that happens.
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What npm, pnpm and yarn write anew with each installation; a package of a known scope leaves the folder itself untouched. */
const marks = ['', '.package-lock.json', '.modules.yaml', '.yarn-state.yml', '.yarn-integrity'];

export class Installs {
  readonly #root: string;
  readonly #isPackage: (folder: string) => boolean;
  readonly #folders = new Set<string>();
  readonly #times = new Map<string, number | undefined>();

  /**
   * @param root absolute; so are the paths
   * @param isPackage whether the tree has a package in a folder: packages are installed beside those
   */
  constructor(root: string, isPackage: (folder: string) => boolean) {
    this.#root = root;
    this.#isPackage = isPackage;
  }

  /** Remembers what is installed for a folder, and for those above it. */
  notePackages(folder: string): void {
    if (this.#folders.has(folder)) return;
    this.#folders.add(folder);
    const isRoot = folder.length <= this.#root.length;
    if (isRoot || this.#isPackage(folder)) for (const mark of marks) this.#note(join(folder, 'node_modules', mark));
    if (!isRoot) this.notePackages(dirname(folder));
  }

  /** Remembers a path at which there is nothing. */
  notePath(path: string): void {
    const folder = dirname(path);
    this.#note(folder);
    if (timeOf(folder) === undefined && folder.length > this.#root.length) this.notePath(folder);
  }

  /** Whether something was written there since. */
  get haveChanged(): boolean {
    return [...this.#times].some(([path, time]) => timeOf(path) !== time);
  }

  #note(path: string): void {
    if (!this.#times.has(path)) this.#times.set(path, timeOf(path));
  }
}

/** Milliseconds since 1970; undefined where there is nothing. */
function timeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
