// What a command left in a worktree beside the files of a tree. Folders whose change time is as it was are not read
// again: nothing can have come into them. Never follows a link and never removes anything.
import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { absolutePath, foldersOf, type PathBytes } from './pathBytes.ts';

/** The names of a tree. A submodule is a folder in which nothing stands. */
export interface TreeNames {
  readonly files: ReadonlySet<PathBytes>;
  /** With the top folder, the empty name. A folder comes before those in it. */
  readonly folders: ReadonlySet<PathBytes>;
}

const folderOf = (path: PathBytes): PathBytes => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** `listing`: the output of `git ls-files --stage -z`, split. */
export function treeNames(listing: readonly PathBytes[]): TreeNames {
  const files = new Set<PathBytes>();
  const folders = new Set<PathBytes>(['']);
  for (const line of listing) {
    if (line === '') continue;
    const path = line.slice(line.indexOf('\t') + 1);
    if (!folders.has(folderOf(path))) for (const folder of foldersOf(path)) folders.add(folder);
    if (line.startsWith('160000')) folders.add(path);
    else files.add(path);
  }
  return { files, folders };
}

/** A change within the grain of a file system's clock may leave no mark: FAT counts in two seconds, others in less. */
const grainMs = 2_000;
/** Such a path is the same text for people and for the file system. */
const isAscii = /^[ -~]*$/;
/** How long the event loop is held in one go. */
const sliceMs = 5;

export class StrayEntries {
  readonly #root: string;
  /** Folders that had nothing in them but names of the tree, by their status then. A worktree that is moved to another tree changes it. */
  readonly #clean = new Map<PathBytes, Pick<Stats, 'ino' | 'ctimeMs'>>();

  readonly #grainMs: number;

  constructor(root: string, grain = grainMs) {
    this.#root = root;
    this.#grainMs = grain;
  }

  /** Paths that are not of the tree, the topmost only. `kept`: folders and links that are none of the tree's and stay. */
  async find(names: TreeNames, kept: ReadonlySet<PathBytes>, signal?: AbortSignal): Promise<PathBytes[]> {
    const onTheWay = new Set([...kept].flatMap(foldersOf));
    const strays: PathBytes[] = [];
    const missing = new Set<PathBytes>();
    let sliceStarted = performance.now();
    for (const folder of new Set([...names.folders, ...onTheWay])) {
      if (performance.now() - sliceStarted > sliceMs) {
        await new Promise((resolve) => setImmediate(resolve));
        signal?.throwIfAborted();
        sliceStarted = performance.now();
      }
      // Behind a link that stands for a folder lies what is not ours.
      const status = folder !== '' && missing.has(folderOf(folder)) ? undefined : this.#status(folder);
      if (status === undefined) {
        missing.add(folder);
        continue;
      }
      const known = this.#clean.get(folder);
      if (known !== undefined && known.ino === status.ino && known.ctimeMs === status.ctimeMs) continue;
      const found = this.#straysIn(folder, names, kept, onTheWay);
      strays.push(...found);
      const isOld = status.ctimeMs < Date.now() - this.#grainMs;
      if (found.length === 0 && isOld && !onTheWay.has(folder))
        this.#clean.set(folder, { ino: status.ino, ctimeMs: status.ctimeMs });
      else this.#clean.delete(folder);
    }
    return strays;
  }

  /** undefined where no folder is: what is there instead is found in the folder above, or git misses its files. */
  #status(folder: PathBytes): Stats | undefined {
    const status = lstatSync(this.#absolute(folder), { throwIfNoEntry: false });
    return status?.isDirectory() === true ? status : undefined;
  }

  #absolute(folder: PathBytes): string | Buffer {
    return isAscii.test(folder) ? `${this.#root}/${folder}` : absolutePath(this.#root, folder);
  }

  #straysIn(
    folder: PathBytes,
    names: TreeNames,
    kept: ReadonlySet<PathBytes>,
    onTheWay: ReadonlySet<PathBytes>,
  ): PathBytes[] {
    const strays: PathBytes[] = [];
    for (const entry of readdirSync(this.#absolute(folder), { withFileTypes: true, encoding: 'latin1' })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (kept.has(path)) continue;
      const isOwn = entry.isDirectory() ? names.folders.has(path) || onTheWay.has(path) : names.files.has(path);
      if (!isOwn) strays.push(path);
    }
    return strays;
  }
}
