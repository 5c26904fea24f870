// Which batch a request went into, on disk, until its answer was taken. No text of a request and no key is in it.
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { parseJson } from '../../protocol/parseJson.ts';

const entrySchema = z.object({ batch: z.string().regex(/^[\w-]{1,200}$/) });

export class BatchLedger {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** `id`: a digest of the request. What cannot be read is asked for anew. */
  async get(id: string): Promise<string | undefined> {
    const text = await readFile(this.#pathOf(id), 'utf8').catch(() => undefined);
    const entry = entrySchema.safeParse(text === undefined ? undefined : parseJson(text));
    return entry.success ? entry.data.batch : undefined;
  }

  async put(id: string, batch: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const half = join(this.#folder, `${randomUUID()}.half`);
    await writeFile(half, JSON.stringify({ batch }), { flush: true });
    await rename(half, this.#pathOf(id));
  }

  async forget(id: string): Promise<void> {
    await rm(this.#pathOf(id), { force: true });
  }

  #pathOf(id: string): string {
    return join(this.#folder, `${id}.json`);
  }
}
