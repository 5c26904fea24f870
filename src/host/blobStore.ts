// Large payloads by their digest, beside the journals. A blob is on disk before anything refers to it, and never changes.
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

export class BlobStore {
  readonly #directory: string;
  readonly #known = new Set<string>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Stores UTF-8 text and returns its SHA-256 in hex. */
  async put(text: string): Promise<string> {
    const id = sha256(text);
    if (this.#known.has(id) || (await this.#read(id)) === text) {
      this.#known.add(id);
      return id;
    }
    const path = this.#path(id);
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.${randomUUID()}`;
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(gzipSync(text, { level: 1 }));
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    this.#known.add(id);
    return id;
  }

  /** The text, or undefined when the blob is missing or damaged. */
  async get(id: string): Promise<string | undefined> {
    if (!/^[0-9a-f]{64}$/.test(id)) return undefined;
    const text = await this.#read(id);
    return text !== undefined && sha256(text) === id ? text : undefined;
  }

  /** Deletes every blob that is not in `keep`; returns how many. */
  async sweep(keep: ReadonlySet<string>): Promise<number> {
    let removed = 0;
    for (const folder of await readdir(this.#directory).catch(() => []))
      for (const rest of await readdir(join(this.#directory, folder))) {
        const id = folder + rest.replace(/\..*$/, '');
        if (keep.has(id) && rest.length === 62) continue;
        await rm(join(this.#directory, folder, rest), { force: true });
        this.#known.delete(id);
        removed += 1;
      }
    return removed;
  }

  async #read(id: string): Promise<string | undefined> {
    try {
      return gunzipSync(await readFile(this.#path(id))).toString('utf8');
    } catch {
      // Missing and unreadable are the same to a caller: the text is not there.
      return undefined;
    }
  }

  #path(id: string): string {
    return join(this.#directory, id.slice(0, 2), id.slice(2));
  }
}
