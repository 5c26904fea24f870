// Which tests were seen to pass and to fail on the same files before a change touched them. Kept in the git common dir;
// a change cannot write it, and what a change itself made flaky is never in it.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writeWhole } from '../gym/wholeFiles.ts';
import { parseJson } from '../protocol/parseJson.ts';
import type { Outcomes } from './reruns.ts';

const recordSchema = z.object({
  id: z.string(),
  /** Milliseconds since the epoch. */
  seenAt: z.number().nonnegative(),
  passed: z.number().int().nonnegative(),
  failed: z.number().int().nonnegative(),
});
export type FlakyTest = z.infer<typeof recordSchema>;
const fileSchema = z.object({ version: z.literal(1), tests: z.array(recordSchema) });

const maxRecords = 2_000;
/** A test that was not seen flaky for this long may have been repaired. Milliseconds: 90 days. */
const maxAge = 90 * 24 * 60 * 60 * 1000;

export interface FlakyMemory {
  known(): Promise<ReadonlyMap<string, FlakyTest>>;
  remember(seen: ReadonlyMap<string, Outcomes>): Promise<void>;
}

export class FlakyTests implements FlakyMemory {
  readonly #path: string;

  /** @param commonDir the repository's git common dir */
  constructor(commonDir: string) {
    this.#path = join(commonDir, 'ratchet', 'flakyTests.json');
  }

  /** A file that is missing or cannot be read knows nothing: then the base is asked again. */
  async known(): Promise<ReadonlyMap<string, FlakyTest>> {
    const text = await readFile(this.#path, 'utf8').catch(() => '');
    const parsed = fileSchema.safeParse(parseJson(text));
    const tests = parsed.success ? parsed.data.tests : [];
    return new Map(tests.filter(({ seenAt }) => Date.now() - seenAt < maxAge).map((test) => [test.id, test]));
  }

  async remember(seen: ReadonlyMap<string, Outcomes>): Promise<void> {
    if (seen.size === 0) return;
    const known = new Map(await this.known());
    for (const [id, { passed, failed }] of seen) {
      const before = known.get(id);
      known.set(id, {
        id,
        seenAt: Date.now(),
        passed: passed + (before?.passed ?? 0),
        failed: failed + (before?.failed ?? 0),
      });
    }
    const tests = [...known.values()].sort((a, b) => b.seenAt - a.seenAt).slice(0, maxRecords);
    await writeWhole(this.#path, JSON.stringify({ version: 1, tests }));
  }
}
