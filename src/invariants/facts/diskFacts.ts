// Facts on disk: one file for each maker, one checked line for each content, appended. The folder has a bound; what was not
// used for longest goes first. Losing it costs time and nothing else, so a failure to write is not an error.
import { createHash } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/** Bytes of one file, and of the folder. */
const limits = { file: 24 * 1024 * 1024, folder: 96 * 1024 * 1024 };

interface Shelf {
  readonly path: string;
  /** JSON by content; parsed when it is asked for. */
  readonly known: Map<string, string>;
  readonly used: Set<string>;
  fresh: string[];
}

export class DiskFacts {
  readonly directory: string;
  readonly #limits: typeof limits;
  readonly #shelves = new Map<string, Promise<Shelf>>();

  constructor(directory: string, bounds: typeof limits = limits) {
    this.directory = directory;
    this.#limits = bounds;
  }

  async get(maker: string, key: string): Promise<unknown> {
    const shelf = await this.#shelf(maker);
    const json = shelf.known.get(key);
    if (json === undefined) return undefined;
    shelf.used.add(key);
    return JSON.parse(json);
  }

  put(maker: string, key: string, value: unknown): void {
    const json = JSON.stringify(value);
    this.#shelf(maker).then(
      (shelf) => {
        shelf.known.set(key, json);
        shelf.used.add(key);
        shelf.fresh.push(lineOf(key, json));
      },
      () => undefined,
    );
  }

  /** Writes what is new and keeps the bound. */
  async flush(): Promise<void> {
    try {
      for (const opening of this.#shelves.values()) await this.#write(await opening);
      await this.#bound();
    } catch {
      // A full or read-only disk costs time at the next start.
    }
  }

  async #write(shelf: Shelf): Promise<void> {
    if (shelf.fresh.length === 0) return;
    const lines = shelf.fresh.join('');
    shelf.fresh = [];
    await mkdir(this.directory, { recursive: true });
    const size = await stat(shelf.path).then(
      (stats) => stats.size,
      () => 0,
    );
    if (size + lines.length <= this.#limits.file) return await appendFile(shelf.path, lines);
    // What this process did not use belongs to contents that are gone.
    const kept = [...shelf.used].flatMap((key) => {
      const json = shelf.known.get(key);
      return json === undefined ? [] : [lineOf(key, json)];
    });
    let bytes = 0;
    const fitting = kept.filter((line) => {
      bytes += line.length;
      return bytes <= this.#limits.file / 2;
    });
    const temporary = `${shelf.path}.${process.pid}`;
    await writeFile(temporary, fitting.join(''));
    await rename(temporary, shelf.path);
  }

  async #bound(): Promise<void> {
    const names = await readdir(this.directory).catch(() => []);
    const files = await Promise.all(
      names.map(async (name) => {
        const path = join(this.directory, name);
        const { size, mtimeMs } = await stat(path);
        return { path, size, mtimeMs };
      }),
    );
    let total = files.reduce((sum, { size }) => sum + size, 0);
    for (const { path, size } of files.sort((a, b) => a.mtimeMs - b.mtimeMs)) {
      if (total <= this.#limits.folder) return;
      await rm(path, { force: true });
      total -= size;
    }
  }

  #shelf(maker: string): Promise<Shelf> {
    const known = this.#shelves.get(maker);
    if (known !== undefined) return known;
    const name = createHash('sha256').update(maker).digest('hex').slice(0, 24);
    const opening = openShelf(join(this.directory, `${name}.facts`));
    this.#shelves.set(maker, opening);
    return opening;
  }
}

async function openShelf(path: string): Promise<Shelf> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const known = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [sum, key, json] = line.split('\t');
    if (key !== undefined && json !== undefined && sum === sumOf(key, json)) known.set(key, json);
  }
  const now = new Date();
  if (text !== '') await utimes(path, now, now).catch(() => undefined);
  return { path, known, used: new Set(), fresh: [] };
}

const sumOf = (key: string, json: string): string => crc32(`${key}\t${json}`).toString(16);
const lineOf = (key: string, json: string): string => `${sumOf(key, json)}\t${key}\t${json}\n`;
