// Facts of blobs on disk, between one start of the child and the next: one file of lines, added to at its end. A damaged
// line is a miss. It is bounded: past its limit it is written anew with what the tree at hand needs.
import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { FactsStore } from './contextIndex.ts';
import { type FileFacts, factsVersion } from './fileFacts.ts';

const lineSchema = z.tuple([z.string(), z.string(), z.string(), z.array(z.string())]);

/** Bytes of the file on disk; about 15,000 files. */
export const maxCacheBytes = 64 * 1024 * 1024;
/** Files to look up that make it worth to read the cache from the disk. */
const worthLoading = 100;

export class FactsCache implements FactsStore {
  readonly #directory: string;
  readonly #path: string;
  readonly #limit: number;
  /** Lines on disk by key, while an update looks things up. */
  #lines = new Map<string, string>();
  readonly #fresh = new Map<string, string>();

  /** @param directory a folder of the cache's own */
  constructor(directory: string, limit = maxCacheBytes) {
    this.#directory = directory;
    this.#path = join(directory, `facts-${factsVersion}.jsonl`);
    this.#limit = limit;
  }

  /** Makes what is on disk known, when so many files are looked up that it pays. */
  async open(lookUps: number): Promise<void> {
    if (lookUps < worthLoading) return;
    const text = await readFile(this.#path, 'utf8').catch(() => '');
    for (const line of text.split('\n')) {
      const key = /^\["([^"]+)"/.exec(line)?.[1];
      if (key !== undefined) this.#lines.set(key, line);
    }
  }

  get(key: string): FileFacts | undefined {
    const line = this.#lines.get(key);
    return line === undefined ? undefined : factsOfLine(line);
  }

  put(key: string, facts: FileFacts): void {
    this.#fresh.set(key, lineOf(key, facts));
  }

  /** Writes what is new. `live` gives the keys that the tree at hand has. */
  async close(live: () => ReadonlySet<string>): Promise<void> {
    const lines = this.#lines;
    const fresh = [...this.#fresh.values()];
    this.#lines = new Map();
    this.#fresh.clear();
    if (fresh.length === 0) return;
    await mkdir(this.#directory, { recursive: true });
    const added = `${fresh.join('\n')}\n`;
    const before = (await stat(this.#path).catch(() => undefined))?.size ?? 0;
    // A line of its own first: what a crash left without an end is damaged, and not what follows.
    if (before + added.length <= this.#limit) return await appendFile(this.#path, before === 0 ? added : `\n${added}`);
    const kept: string[] = [];
    let size = 0;
    const needed = live();
    for (const line of [...fresh, ...[...lines].filter(([key]) => needed.has(key)).map(([, line]) => line)]) {
      size += Buffer.byteLength(line) + 1;
      if (size <= this.#limit) kept.push(line);
    }
    const temporary = `${this.#path}.${randomUUID()}`;
    await writeFile(temporary, `${kept.join('\n')}\n`);
    await rename(temporary, this.#path);
  }

  /** Takes away what other versions and crashes left. */
  async tidy(): Promise<void> {
    const names = await readdir(this.#directory).catch(() => []);
    for (const name of names)
      if (join(this.#directory, name) !== this.#path) await rm(join(this.#directory, name), { force: true });
  }
}

function lineOf(key: string, { names, definitions, imports }: FileFacts): string {
  const counts = [...names].map(([name, count]) => (count === 1 ? name : `${name} ${count}`)).join(' ');
  return JSON.stringify([key, counts, definitions.map(({ name, line }) => `${name} ${line}`).join(' '), imports]);
}

function factsOfLine(line: string): FileFacts | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const [, counts, defined, imports] = parsed.data;
  const names = new Map<string, number>();
  let last = '';
  // A name never begins with a digit, so a number is the count of the name before it.
  for (const word of counts.split(' ')) {
    if (/^\d/.test(word)) names.set(last, Number(word));
    else if (word !== '') {
      names.set(word, 1);
      last = word;
    }
  }
  const pairs = defined === '' ? [] : defined.split(' ');
  const definitions = pairs.flatMap((name, at) => (at % 2 === 0 ? [{ name, line: Number(pairs[at + 1] ?? 1) }] : []));
  return { names, definitions, imports };
}
