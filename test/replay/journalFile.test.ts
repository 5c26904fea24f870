// The journal file: cut at any byte it opens to the whole entries before the cut; damage elsewhere is named, not mended.
import { copyFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BlobStore } from '../../src/host/blobStore.ts';
import { JournalFile, readJournal } from '../../src/host/journalFile.ts';
import { type Driven, drive, timeless } from './drive.ts';

let folder: string;
let blobs: BlobStore;
let whole: Driven;
let path: string;
let bytes: Buffer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ratchet-journal-'));
  blobs = new BlobStore(join(folder, 'blobs'));
  whole = await drive([]);
  path = join(folder, 'journal.jsonl');
  const { journal } = await JournalFile.open(path, blobs, () => 5_000);
  for (const { event } of whole.entries) await journal.append(event);
  await journal.close();
  bytes = await readFile(path);
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

const linesBefore = (end: number): number => bytes.subarray(0, end).filter((byte) => byte === 0x0a).length;

async function openCut(end: number, name: string) {
  const copy = join(folder, name);
  await copyFile(path, copy);
  await truncate(copy, end);
  const opened = await JournalFile.open(copy, blobs, () => 6_000);
  return { copy, ...opened };
}

describe('a torn tail', () => {
  it('is cut at every byte of the first entries, and writing goes on', async () => {
    const end = bytes.indexOf(0x0a, bytes.indexOf('"activity":4'));
    for (let cut = 1; cut <= end; cut += 1) {
      const { copy, journal, read } = await openCut(cut, 'cut.jsonl');
      expect(read.problem).toBeNull();
      expect(read.entries.length).toBe(linesBefore(cut));
      if (cut % 50 === 0 && read.entries.length > 0) {
        await journal.append({ type: 'runResumed', host: 'test', budget: null });
        const again = await readJournal(copy, blobs);
        expect(again.problem).toBeNull();
        expect(again.entries.at(-1)?.event.type).toBe('runResumed');
      }
      await journal.close();
    }
  });

  it('resumes to the same view from any byte of the whole journal', async () => {
    const expected = timeless(whole.view);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: bytes.indexOf(0x0a) + 1, max: bytes.length }), async (cut) => {
        const { journal, read } = await openCut(cut, 'any.jsonl');
        await journal.close();
        expect(read.problem).toBeNull();
        const resumed = await drive(read.entries);
        expect(timeless(resumed.view)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});

describe('damage', () => {
  it('is seen wherever a byte of an earlier line changes', async () => {
    const lastLine = bytes.lastIndexOf(0x0a, bytes.length - 2);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: lastLine - 1 }),
        fc.integer({ min: 33, max: 126 }),
        async (at, value) => {
          fc.pre(bytes[at] !== value && bytes[at] !== 0x0a);
          const changed = Buffer.from(bytes);
          changed[at] = value;
          const copy = join(folder, 'damaged.jsonl');
          await writeFile(copy, changed);
          const read = await readJournal(copy, blobs);
          expect(read.problem).toMatch(/damaged/);
          expect(read.entries.length).toBe(linesBefore(at));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('of a missing payload is named', async () => {
    const blobsElsewhere = new BlobStore(join(folder, 'no-blobs'));
    const large = join(folder, 'large.jsonl');
    const { journal } = await JournalFile.open(large, blobs, () => 1);
    const start = whole.entries[0]?.event;
    if (start?.type !== 'runStarted') throw new Error('a run starts with runStarted');
    await journal.append({ ...start, input: { feature: 'x'.repeat(10_000) } });
    await journal.close();
    expect((await readJournal(large, blobs)).entries).toHaveLength(1);
    expect((await readFile(large)).length).toBeLessThan(2_000);
    expect((await readJournal(large, blobsElsewhere)).problem).toMatch(/payload of entry 0 is missing/);
  });

  it('by a second writer stops this one', async () => {
    const shared = join(folder, 'shared.jsonl');
    const first = await JournalFile.open(shared, blobs, () => 1);
    const second = await JournalFile.open(shared, blobs, () => 1);
    const start = whole.entries[0]?.event;
    if (start === undefined) throw new Error('the run has entries');
    await first.journal.append(start);
    await expect(second.journal.append(start)).rejects.toThrow(/Another process/);
    await first.journal.close();
    await second.journal.close();
    expect((await readJournal(shared, blobs)).entries).toHaveLength(1);
  });
});
