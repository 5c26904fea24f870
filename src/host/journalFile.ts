// One run's journal on disk: JSON lines, hash-chained, appended and synced before anything is used.
// It never rewrites a whole line; a torn tail, the trace of a crash in the middle of a write, is cut when it is opened.
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { chainProblem, entryHash, firstPrevious } from '../controller/chain.ts';
import { type JournalEntry, type JournalEvent, journalEntrySchema, journalVersion } from '../protocol/journal.ts';
import { type BlobStore, sha256 } from './blobStore.ts';

/** Payloads longer than this many characters of JSON go to the blob store. */
const inlineLimit = 4096;
const payloadFields = ['input', 'output', 'payload'] as const;
const blobReferenceSchema = z.strictObject({ $blob: z.string(), characters: z.number() });

export interface ReadJournal {
  readonly entries: JournalEntry[];
  /** Bytes that hold whole, valid entries; what follows is a torn tail. */
  readonly validBytes: number;
  /** Damage that is not a torn tail: the journal may be shown up to here, and not resumed. */
  readonly problem: string | null;
}

/** Reads and verifies a journal. A missing file is an empty journal. */
export async function readJournal(path: string, blobs: BlobStore): Promise<ReadJournal> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  const entries: JournalEntry[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const end = bytes.indexOf(0x0a, offset);
    if (end < 0) break;
    const parsed = await parseLine(bytes.subarray(offset, end).toString('utf8'), entries.at(-1), blobs);
    if (typeof parsed === 'string') {
      const isLast = end === bytes.length - 1;
      const isTorn = isLast && parsed === 'not JSON';
      return { entries, validBytes: offset, problem: isTorn ? null : `The journal is damaged: ${parsed}.` };
    }
    entries.push(parsed);
    offset = end + 1;
  }
  return { entries, validBytes: offset, problem: null };
}

async function parseLine(
  line: string,
  before: JournalEntry | undefined,
  blobs: BlobStore,
): Promise<JournalEntry | string> {
  let raw: unknown;
  try {
    raw = JSON.parse(line);
  } catch {
    return 'not JSON';
  }
  const stored = journalEntrySchema.safeParse(raw);
  if (!stored.success) return `entry ${(before?.index ?? -1) + 1} has an unknown form`;
  // The hash is over what was stored, so it is checked on the raw line and not on what a schema made of it.
  const problem = chainProblem(storedEntrySchema.parse(raw), before, sha256);
  if (problem !== null) return problem;
  const event = await resolveBlobs(stored.data.event, blobs);
  if (event === undefined) return `a payload of entry ${stored.data.index} is missing`;
  if (event.type === 'runStarted' && event.journalVersion > journalVersion)
    return `it was written by a newer Ratchet (journal version ${event.journalVersion})`;
  return { ...stored.data, event };
}

const storedEntrySchema = z.object({
  index: z.number(),
  at: z.number(),
  previous: z.string(),
  hash: z.string(),
  event: z.unknown(),
});

async function resolveBlobs(event: JournalEvent, blobs: BlobStore): Promise<JournalEvent | undefined> {
  const resolved: Record<string, unknown> = { ...event };
  for (const field of payloadFields) {
    const reference = blobReferenceSchema.safeParse(resolved[field]);
    if (!reference.success) continue;
    const text = await blobs.get(reference.data.$blob);
    if (text === undefined) return undefined;
    resolved[field] = JSON.parse(text);
  }
  return journalEntrySchema.shape.event.parse(resolved);
}

/** The ids of the blobs a journal file refers to. */
export async function referencedBlobs(path: string): Promise<Set<string>> {
  const text = await readFile(path, 'utf8');
  return new Set(Array.from(text.matchAll(/"\$blob":"([0-9a-f]{64})"/g), ([, id]) => id ?? ''));
}

export class JournalFile {
  readonly #file: FileHandle;
  readonly #blobs: BlobStore;
  readonly #now: () => number;
  #last: JournalEntry | undefined;
  #size: number;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(
    file: FileHandle,
    blobs: BlobStore,
    now: () => number,
    last: JournalEntry | undefined,
    size: number,
  ) {
    this.#file = file;
    this.#blobs = blobs;
    this.#now = now;
    this.#last = last;
    this.#size = size;
  }

  /** Opens for appending, creating the file; cuts a torn tail. The caller holds the run's lock. */
  static async open(
    path: string,
    blobs: BlobStore,
    now: () => number,
  ): Promise<{ journal: JournalFile; read: ReadJournal }> {
    await mkdir(dirname(path), { recursive: true });
    const read = await readJournal(path, blobs);
    const file = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, 0o600);
    try {
      if (read.problem === null && (await file.stat()).size > read.validBytes) await file.truncate(read.validBytes);
      await file.sync();
    } catch (error) {
      await file.close();
      throw error;
    }
    return { journal: new JournalFile(file, blobs, now, read.entries.at(-1), read.validBytes), read };
  }

  /** Writes one event after all that were asked for before. Resolves when it is on disk. */
  append(event: JournalEvent): Promise<JournalEntry> {
    const written = this.#queue.then(() => this.#write(event));
    this.#queue = written.catch(() => undefined);
    return written;
  }

  async close(): Promise<void> {
    await this.#queue;
    await this.#file.close();
  }

  async #write(event: JournalEvent): Promise<JournalEntry> {
    const { size } = await this.#file.stat();
    if (size !== this.#size)
      throw new Error('Another process wrote to this journal; this host has stopped writing to it.');
    const stored = await this.#storable(event);
    const previous = this.#last?.hash ?? firstPrevious;
    const unsigned = { index: (this.#last?.index ?? -1) + 1, at: this.#now(), previous, event: stored };
    const hash = entryHash(unsigned, sha256);
    const line = Buffer.from(`${JSON.stringify({ ...unsigned, hash })}\n`);
    await this.#file.appendFile(line);
    await this.#file.datasync();
    this.#size += line.length;
    this.#last = { ...unsigned, event, hash };
    return this.#last;
  }

  /** The event as JSON has it (no `undefined`), with large payloads by reference. */
  async #storable(event: JournalEvent): Promise<Record<string, unknown>> {
    const stored: Record<string, unknown> = JSON.parse(JSON.stringify(event));
    for (const field of payloadFields) {
      if (!(field in stored)) continue;
      const text = JSON.stringify(stored[field]);
      if (text.length > inlineLimit) stored[field] = { $blob: await this.#blobs.put(text), characters: text.length };
    }
    return stored;
  }
}
