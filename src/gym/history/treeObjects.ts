// Trees of many commits, read through one git that stays: what two of them have in common is read once. It reads only.
import { type Entry, type Folders, parseTree } from '../editTree.ts';
import type { Repository } from '../git.ts';
import { GitObjects } from '../objects.ts';
import { foldersOf, type PathBytes, shownPath } from '../pathBytes.ts';
import type { TreeFile } from '../snapshot.ts';

type Entries = ReadonlyMap<string, Entry>;

const noEntries: Entries = new Map();

export class TreeObjects {
  readonly #repository: Repository;
  readonly #known = new Map<string, Promise<Entries>>();
  #objects: GitObjects | undefined;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  /** Every file of a tree, submodules included. */
  async list(tree: string): Promise<TreeFile[]> {
    const files: TreeFile[] = [];
    const open: { readonly id: string; readonly path: PathBytes }[] = [{ id: tree, path: '' }];
    for (let folder = open.pop(); folder !== undefined; folder = open.pop())
      for (const [name, { mode, id }] of await this.#entries(folder.id)) {
        const path = `${folder.path}${name}`;
        if (mode === '40000') open.push({ id, path: `${path}/` });
        else files.push({ path: shownPath(path), mode, blob: id });
      }
    return files;
  }

  /** The folders on the way to some paths, as `editTree` wants them. */
  async folders(tree: string, paths: Iterable<PathBytes>): Promise<Folders> {
    const found = new Map<PathBytes, Entries>([['', await this.#entries(tree)]]);
    for (const path of paths)
      for (const folder of foldersOf(path)) {
        if (found.has(folder)) continue;
        const slash = folder.lastIndexOf('/');
        const entry = found.get(slash < 0 ? '' : folder.slice(0, slash))?.get(folder.slice(slash + 1));
        if (entry?.mode === '40000') found.set(folder, await this.#entries(entry.id));
      }
    return found;
  }

  async blob(id: string): Promise<Uint8Array | undefined> {
    return (await this.#get(id))?.bytes;
  }

  dispose(): void {
    this.#objects?.dispose();
    this.#objects = undefined;
    this.#known.clear();
  }

  #get(id: string) {
    this.#objects ??= new GitObjects(this.#repository.git, '--batch');
    return this.#objects.get(id);
  }

  async #entries(id: string): Promise<Entries> {
    const known = this.#known.get(id);
    if (known !== undefined) return await known;
    const reading = this.#get(id).then((found) => {
      if (found === undefined) throw new Error(`Git has no tree ${id}.`);
      return found.kind === 'tree' ? parseTree(found.bytes, id.length / 2) : noEntries;
    });
    this.#known.set(id, reading);
    // What could not be read is asked for again.
    reading.catch(() => this.#known.delete(id));
    return await reading;
  }
}
