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

/** What a maker is made from, where another thread can make one like it. */
export type MakerSpec =
  | { readonly of: 'imports' | 'exports' }
  | { readonly of: 'select'; readonly selectors: readonly string[] }
  | {
      readonly of: 'calls';
      readonly sought: Readonly<Record<'globals' | 'members', readonly string[]>> & { readonly imports: boolean };
    };

/** `key` goes up or changes whenever the same content could give another fact. */
export interface FactMaker<T> {
  readonly key: string;
  readonly schema: z.ZodType<T>;
  readonly spec?: MakerSpec;
  /** Scripts are parsed first, and one with a syntax error gives no fact. */
  readonly isScriptOnly?: boolean;
  /** Whether it will look at the syntax tree of a script: then the file is parsed once, and as a whole. */
  readonly readsTree?: (file: SourceFile) => boolean;
  /** The fact where the text of a script alone tells it; undefined where its tree is needed. */
  readonly fromText?: (file: SourceFile) => T | undefined;
  readonly make: (file: SourceFile) => T | Promise<T>;
}

export type Fact<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** Gives the bytes of a file that is not in the folder, by its blob. */
export type ReadBlob = (blob: string) => Promise<Uint8Array | undefined>;

/** A file, and the makers of which the facts are wanted. */
export interface Work {
  readonly file: FileRef;
  readonly makers: readonly { readonly maker: FactMaker<unknown>; readonly rule: string }[];
}

export interface Source {
  /** The folder with the files; undefined when contents are read by their blobs. */
  readonly root: string | undefined;
  readonly read: ReadBlob | undefined;
  /** A folder of the repository that has all of these contents. */
  readonly repository?: string;
}

export type Made = readonly (readonly [work: number, maker: number, fact: Fact<unknown>])[];

/** Somebody who takes work off the same list. `next` holds the number of the first work that nobody took. */
export interface FactHelper {
  /** Fewer files are done sooner without it. */
  readonly least: number;
  readonly help: (
    work: readonly Work[],
    next: Int32Array,
    source: Source,
    limitMs: number | undefined,
  ) => Promise<Made>;
}

/** How much is taken at a time. */
const handful = 32;

/** Facts in memory, all makers together, above which they are forgotten before the next question. */
const maxFacts = 400_000;

export class FactStore {
  readonly #memory = new Map<string, Map<string, Fact<unknown>>>();
  #disk: DiskFacts | undefined;
  made = 0;
  /** False while contents come by that nobody will ask for again. */
  usesDisk = true;

  readonly #helper: FactHelper | undefined;

  constructor(helper?: FactHelper) {
    this.#helper = helper;
  }

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

  /** Makes what is missing of many files, with help where there is some and it is worth it. */
  async prepareAll(all: readonly Work[], source: Source, watchdog: Watchdog | undefined): Promise<void> {
    const work: Work[] = [];
    for (const { file, makers } of all) {
      const missing = await this.#missing(file, makers);
      if (missing.length > 0) work.push({ file, makers: missing });
    }
    const canShare = ({ makers }: Work) => makers.every(({ maker }) => maker.spec !== undefined);
    const shared = work.filter(canShare);
    const helper = this.#helper;
    const isReadable = source.root !== undefined || source.repository !== undefined;
    if (helper === undefined || shared.length < helper.least || !isReadable) {
      await this.takeWork(work, new Int32Array(1), source, watchdog);
      return;
    }
    const next = new Int32Array(new SharedArrayBuffer(4));
    // When the helper fails, what it took is made here.
    const helping = helper.help(shared, next, source, watchdog?.limitMs).catch(() => undefined);
    const own = work.filter((one) => !canShare(one));
    await this.takeWork(own, new Int32Array(1), source, watchdog);
    await this.takeWork(shared, next, source, watchdog);
    const helped = await helping;
    if (helped === undefined) await this.takeWork(shared, new Int32Array(1), source, watchdog);
    for (const [number, of, fact] of helped ?? []) {
      const { file, makers } = shared[number] ?? {};
      const maker = makers?.[of]?.maker;
      if (file !== undefined && maker !== undefined) this.#take(maker, file, fact);
    }
  }

  /** Takes work off a list until there is none, and gives the numbers of what was taken. */
  async takeWork(
    work: readonly Work[],
    next: Int32Array,
    source: Source,
    watchdog: Watchdog | undefined,
  ): Promise<number[]> {
    const taken: number[] = [];
    const reading = new Map<string, Promise<Uint8Array | undefined>>();
    const read: ReadBlob = async (blob) => {
      const content = reading.get(blob) ?? source.read?.(blob);
      reading.delete(blob);
      return await content;
    };
    const take = (): number[] => {
      const from = Atomics.add(next, 0, handful);
      const numbers = Array.from({ length: Math.max(0, Math.min(handful, work.length - from)) }, (_, at) => from + at);
      for (const { file } of numbers.flatMap((number) => work[number] ?? [])) {
        const content = source.root === undefined ? source.read?.(file.blob) : undefined;
        // Whoever takes it reports the failure; until then it is nobody's.
        content?.catch(() => undefined);
        if (content !== undefined) reading.set(file.blob, content);
      }
      return numbers;
    };
    // What comes next is asked for before this is made, so that nobody waits for it.
    for (let now = take(), after = take(); now.length > 0; now = after, after = take())
      for (const number of now) {
        const one = work[number];
        // What a helper that failed had left is in the list once more.
        const makers = one === undefined ? [] : this.#unmade(one.file, one.makers);
        if (one !== undefined) await this.#makeAll(one.file, makers, { root: source.root, read }, watchdog);
        taken.push(number);
      }
    return taken;
  }

  /** Those of which the memory has no fact. */
  #unmade(file: FileRef, makers: Work['makers']): Work['makers'] {
    return makers.filter(({ maker }) => !this.#facts(maker).has(keyOf(file)));
  }

  /** Those of which neither the memory nor the disk has the fact. */
  async #missing(file: FileRef, makers: Work['makers']): Promise<Work['makers']> {
    const missing = this.#unmade(file, makers);
    const disk = this.usesDisk ? this.#disk : undefined;
    if (disk === undefined || missing.length === 0) return missing;
    for (const { maker } of missing) {
      const known = await disk.get(maker.key, keyOf(file));
      const parsed = known === undefined ? undefined : maker.schema.safeParse(known);
      if (parsed?.success === true) this.#keep(maker, file, { ok: true, value: parsed.data });
    }
    return this.#unmade(file, missing);
  }

  /** Makes what is missing of several makers. */
  async prepare(file: FileRef, makers: Work['makers'], source: Source, watchdog: Watchdog | undefined): Promise<void> {
    await this.#makeAll(file, await this.#missing(file, makers), source, watchdog);
  }

  /** With one reading and one parse of the file. */
  async #makeAll(file: FileRef, makers: Work['makers'], source: Source, watchdog: Watchdog | undefined): Promise<void> {
    let missing = makers;
    if (missing.length === 0) return;
    const text = await textOf(file, source);
    const parsed = typeof text === 'string' ? new SourceFile(file.path, text) : undefined;
    if (parsed !== undefined) {
      const told = new Map(missing.map(({ maker }) => [maker, maker.fromText?.(parsed)]));
      const isUntold = ({ maker }: { readonly maker: FactMaker<unknown> }) => told.get(maker) === undefined;
      parsed.readsWhole = missing.some((one) => isUntold(one) && one.maker.readsTree?.(parsed) === true);
      // What cannot be parsed proves nothing, whatever its text tells.
      if (!missing.every(isUntold) && parsed.isParsed) {
        for (const [maker, value] of told) if (value !== undefined) this.#keepTold(maker, file, value);
        missing = missing.filter(isUntold);
      }
    }
    for (const { maker, rule } of missing) {
      watchdog?.enter(rule, file.path);
      const fact: Fact<unknown> =
        parsed === undefined
          ? { ok: false, problem: text instanceof Error ? text.message : '' }
          : await this.#make(maker, parsed);
      watchdog?.leave();
      // What git could not give now it may give next time.
      if (parsed !== undefined || source.root !== undefined) this.#take(maker, file, fact);
    }
  }

  #take(maker: FactMaker<unknown>, file: FileRef, fact: Fact<unknown>): void {
    this.#keep(maker, file, fact);
    if (fact.ok && this.usesDisk) this.#disk?.put(maker.key, keyOf(file), fact.value);
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

  /** What the text tells is not worth a place on the disk. */
  #keepTold(maker: FactMaker<unknown>, file: FileRef, value: unknown): void {
    this.made += 1;
    this.#keep(maker, file, { ok: true, value });
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

async function textOf({ path, blob }: FileRef, { root, read }: Source): Promise<string | Error> {
  let text: string | undefined;
  // Nobody else waits in this process, and thousands of small files are read far faster one after the other.
  try {
    text = root === undefined ? decoded(await read?.(blob)) : readFileSync(join(root, path), 'utf8');
  } catch (error) {
    return new Error(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (text === undefined) return new Error(`${path} cannot be read.`);
  const nul = text.indexOf('\0');
  if (nul >= 0 && nul < 8_000) return new Error(`${path} is not text.`);
  if (text.length > maxSourceLength) return new Error(`${path} is too large to be parsed.`);
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const decoded = (bytes: Uint8Array | undefined): string | undefined =>
  bytes === undefined ? undefined : decoder.decode(bytes);
