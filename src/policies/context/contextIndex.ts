// The index of one tree: facts of every file, and the graph of who refers to whom. It is told what changed, and reads only
// that. It starts no process and touches no disk; what it needs comes through its source.

import { type FileFacts, factsOf, noFacts } from './fileFacts.ts';
import { extensionOf, isGenerated, languageOf } from './languages.ts';
import { type PackedFacts, pack, Terms } from './terms.ts';
import { wordsOfPath } from './words.ts';

export interface IndexedPath {
  readonly path: string;
  readonly blob: string;
  readonly size: number;
}

export interface IndexedFile extends IndexedPath {
  readonly facts: PackedFacts;
  readonly pathWords: readonly string[];
}

/** Facts that were read before, by blob and kind of file. */
export interface FactsStore {
  get(key: string): FileFacts | undefined;
  put(key: string, facts: FileFacts): void;
}

/** Gives the bytes of blobs, in any order, each at most once. */
export type ReadBlobs = (blobs: readonly string[], each: (blob: string, bytes: Uint8Array) => void) => Promise<void>;

/** Bytes above which a file is known by its path alone. */
export const maxIndexedBytes = 400_000;

/** The language decides how a content is read, so the same blob under another name may have other facts. */
export const factsKey = (path: string, blob: string): string => `${blob}.${languageOf(path) ?? 'text'}`;

const notText = new Set(
  'png jpg jpeg gif webp ico pdf zip gz tgz xz bz2 7z jar woff woff2 ttf otf eot mp3 mp4 mov wasm so dll exe class'.split(
    ' ',
  ),
);

export class ContextIndex {
  readonly terms = new Terms();
  readonly #files = new Map<string, IndexedFile>();

  get files(): ReadonlyMap<string, IndexedFile> {
    return this.#files;
  }

  /** Makes the index that of these paths. Gives how many files were read. */
  async update(paths: readonly IndexedPath[], store: FactsStore, read: ReadBlobs): Promise<number> {
    const wanted = new Map(paths.map((entry) => [entry.path, entry]));
    const gone = [...this.#files.keys()].filter((path) => !wanted.has(path));
    return await this.change(
      { gone, changed: paths.filter(({ path, blob }) => this.#files.get(path)?.blob !== blob) },
      store,
      read,
    );
  }

  /** The same, when what changed is known. */
  async change(
    { gone, changed }: { gone: readonly string[]; changed: readonly IndexedPath[] },
    store: FactsStore,
    read: ReadBlobs,
  ): Promise<number> {
    for (const path of gone) this.#files.delete(path);
    const unread = new Map<string, IndexedPath[]>();
    for (const entry of changed) {
      const isRead = entry.size <= maxIndexedBytes && !isGenerated(entry.path) && !notText.has(extensionOf(entry.path));
      const known = isRead ? store.get(factsKey(entry.path, entry.blob)) : noFacts;
      if (known !== undefined) this.#set(entry, known);
      else unread.set(entry.blob, [...(unread.get(entry.blob) ?? []), entry]);
    }
    await read([...unread.keys()], (blob, bytes) => {
      const text = bytes.includes(0) ? undefined : new TextDecoder().decode(bytes);
      for (const entry of unread.get(blob) ?? []) {
        const facts = text === undefined ? noFacts : factsOf(entry.path, text);
        store.put(factsKey(entry.path, blob), facts);
        this.#set(entry, facts);
      }
    });
    return unread.size;
  }

  #set(entry: IndexedPath, facts: FileFacts): void {
    const packed = pack(facts, languageOf(entry.path) !== undefined, this.terms);
    this.#files.set(entry.path, { ...entry, facts: packed, pathWords: wordsOfPath(entry.path) });
  }
}
