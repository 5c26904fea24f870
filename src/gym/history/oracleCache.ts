// What oracles said, by what they depend on; shared by all runs of a repository. A damaged entry is a miss.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '../../protocol/canonicalJson.ts';
import { type ProbeResult, probeResultSchema } from '../../protocol/investigation.ts';
import { parseJson } from '../../protocol/parseJson.ts';
import { dropOldest, writeWhole } from '../wholeFiles.ts';

/** Outcomes that are kept; what is dropped is run again when it is asked for. */
export const maxOutcomes = 20_000;
/** Entries between two looks at the size. */
const lookEvery = 200;

export class OracleCache {
  readonly #directory: string;
  #written = 0;

  /** @param commonDir the repository's git common dir */
  constructor(commonDir: string) {
    this.#directory = join(commonDir, 'ratchet', 'cache', 'oracle');
  }

  /** `parts`: everything the outcome depends on. */
  keyOf(parts: unknown): string {
    return createHash('sha256').update(canonicalJson(parts)).digest('hex');
  }

  async get(key: string): Promise<ProbeResult | undefined> {
    const text = await readFile(join(this.#directory, `${key}.json`), 'utf8').catch(() => undefined);
    const parsed = probeResultSchema.safeParse(parseJson(text));
    return parsed.success ? { ...parsed.data, cached: true } : undefined;
  }

  async put(key: string, result: ProbeResult): Promise<void> {
    await writeWhole(join(this.#directory, `${key}.json`), JSON.stringify({ ...result, cached: false }));
    this.#written += 1;
    if (this.#written % lookEvery === 1) await dropOldest(this.#directory, maxOutcomes);
  }
}
