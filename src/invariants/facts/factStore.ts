// What is known of files by their content: each fact is a pure function of a blob and is made once. Kept in memory, and on
// disk beside the journals, with a bound. A damaged line on disk is a miss, never a fact.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod';
import type { Watchdog } from '../watchdog.ts';
import { DiskFacts } from './diskFacts.ts';
import { maxSourceLength, SourceFile } from './script.ts';

export interface FileRef {
  readonly path: string;
  /** The git id of the content. */
  readonly blob: string;
}

/** `key` goes up or changes whenever the same content could give another fact. */
export interface FactMaker<T> {
  readonly key: string;
  readonly schema: z.ZodType<T>;
  /** Scripts are parsed first, and one with a syntax error gives no fact. */
  readonly isScriptOnly?: boolean;
  /** Whether it will look at the syntax tree of a script: then the file is parsed once, and as a whole. */
  readonly readsTree?: (file: SourceFile) => boolean;
  /** The fact where the text of a script alone tells it; undefined where it has to be parsed. */
  readonly fromText?: (file: SourceFile) => T | undefined;
  readonly make: (file: SourceFile) => T | Promise<T>;
}

export type Fact<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** Gives the bytes of a file that is not in the folder, by its blob. */
export type ReadBlob = (blob: string) => Promise<Uint8Array | undefined>;

/** Facts in memory, all makers together, above which they are forgotten before the next question. */
const maxFacts = 400_000;

export class FactStore {
  readonly #memory = new Map<string, Map<string, Fact<unknown>>>();
  #disk: DiskFacts | undefined;
  made = 0;
  /** False while contents come by that nobody will ask for again. */
  usesDisk = true;

  /** Where facts are kept between starts; undefined for nowhere. */
  async openDisk(directory: string | undefined): Promise<void> {
    if (directory === undefined || this.#disk?.directory === directory) return;
    await this.close();
    this.#disk = new DiskFacts(directory);
  }

  /** Forgets everything when it has become too much; true when it did. Never within a question, which needs its facts. */
  trim(): boolean {
    let size = 0;
    for (const facts of this.#memory.values()) size += facts.size;
    if (size <= maxFacts) return false;
    this.#memory.clear();
    return true;
  }

  async close(): Promise<void> {
    await this.#disk?.flush();
  }

  /**
   * Makes what is missing of several makers with one reading and one parse of the file.
   * @param root the folder with the files; undefined when `read` gives every content
   */
  async prepare(
    file: FileRef,
    makers: readonly { readonly maker: FactMaker<unknown>; readonly rule: string }[],
    source: { readonly root: string | undefined; readonly read: ReadBlob | undefined },
    watchdog: Watchdog | undefined,
  ): Promise<void> {
    let missing = makers.filter(({ maker }) => !this.#facts(maker).has(keyOf(file)));
    if (missing.length === 0) return;
    const disk = this.usesDisk ? this.#disk : undefined;
    if (disk !== undefined) {
      for (const { maker } of missing) {
        const known = await disk.get(maker.key, keyOf(file));
        const parsed = known === undefined ? undefined : maker.schema.safeParse(known);
        if (parsed?.success === true) this.#keep(maker, file, { ok: true, value: parsed.data });
      }
      missing = missing.filter(({ maker }) => !this.#facts(maker).has(keyOf(file)));
      if (missing.length === 0) return;
    }
    const text = await textOf(file, source);
    const parsed = typeof text === 'string' ? new SourceFile(file.path, text) : undefined;
    if (parsed !== undefined) {
      missing = missing.filter(({ maker }) => !this.#keepFromText(maker, parsed, file));
      if (missing.some(({ maker }) => maker.readsTree?.(parsed))) parsed.readsWhole = true;
    }
    for (const { maker, rule } of missing) {
      watchdog?.enter(rule, file.path);
      const fact: Fact<unknown> =
        parsed === undefined
          ? { ok: false, problem: text instanceof Error ? text.message : '' }
          : await this.#make(maker, parsed);
      watchdog?.leave();
      // What git could not give now it may give next time.
      if (parsed !== undefined || source.root !== undefined) this.#keep(maker, file, fact);
      if (fact.ok) disk?.put(maker.key, keyOf(file), fact.value);
    }
  }

  /** Whether the content has to be read for one of these. */
  isMissing(file: FileRef, makers: readonly FactMaker<unknown>[]): boolean {
    return makers.some((maker) => !this.#facts(maker).has(keyOf(file)));
  }

  /** What is known of a content that was passed over. */
  forget(file: FileRef): void {
    for (const facts of this.#memory.values()) facts.delete(keyOf(file));
  }

  get<T>(maker: FactMaker<T>, file: FileRef): Fact<T> {
    const fact = this.#facts(maker).get(keyOf(file));
    if (fact === undefined) return { ok: false, problem: `${file.path} was not read.` };
    // The map of a maker holds what that maker made or what its schema took.
    return fact as Fact<T>;
  }

  async #make(maker: FactMaker<unknown>, file: SourceFile): Promise<Fact<unknown>> {
    this.made += 1;
    try {
      if (maker.isScriptOnly !== false && file.module.problem !== null)
        return { ok: false, problem: `${file.path} has ${file.module.problem}` };
      return { ok: true, value: await maker.make(file) };
    } catch (error) {
      return {
        ok: false,
        problem: `${file.path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      };
    }
  }

  /** What costs no parse is not worth a place on the disk either. */
  #keepFromText(maker: FactMaker<unknown>, parsed: SourceFile, file: FileRef): boolean {
    const value = maker.fromText?.(parsed);
    if (value === undefined) return false;
    this.made += 1;
    this.#keep(maker, file, { ok: true, value });
    return true;
  }

  #keep(maker: FactMaker<unknown>, file: FileRef, fact: Fact<unknown>): void {
    const facts = this.#facts(maker);
    facts.set(keyOf(file), fact);
  }

  #facts(maker: FactMaker<unknown>): Map<string, Fact<unknown>> {
    const known = this.#memory.get(maker.key);
    if (known !== undefined) return known;
    const facts = new Map<string, Fact<unknown>>();
    this.#memory.set(maker.key, facts);
    return facts;
  }
}

/** The same bytes are read in another way under another extension. */
function keyOf({ path, blob }: FileRef): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return `${blob}:${dot < 0 ? name : name.slice(dot)}`;
}

async function textOf(
  { path, blob }: FileRef,
  { root, read }: { readonly root: string | undefined; readonly read: ReadBlob | undefined },
): Promise<string | Error> {
  let bytes: Uint8Array | undefined;
  // Nobody else waits in this process, and thousands of small files are read far faster one after the other.
  try {
    bytes = root === undefined ? await read?.(blob) : readFileSync(join(root, path));
  } catch (error) {
    return new Error(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (bytes === undefined) return new Error(`${path} cannot be read.`);
  if (bytes.subarray(0, 8_000).includes(0)) return new Error(`${path} is not text.`);
  if (bytes.length > maxSourceLength) return new Error(`${path} is too large to be parsed.`);
  return new TextDecoder().decode(bytes);
}
