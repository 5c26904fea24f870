// What oracles said, by what they depend on; shared by all runs of a repository. A damaged entry is a miss.
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '../../protocol/canonicalJson.ts';
import { type ProbeResult, probeResultSchema } from '../../protocol/investigation.ts';

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
    if (text === undefined) return undefined;
    try {
      const parsed = probeResultSchema.safeParse(JSON.parse(text));
      return parsed.success ? { ...parsed.data, cached: true } : undefined;
    } catch {
      return undefined;
    }
  }

  async put(key: string, result: ProbeResult): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    const path = join(this.#directory, `${key}.json`);
    const temporary = `${path}.${randomUUID()}`;
    await writeFile(temporary, JSON.stringify({ ...result, cached: false }));
    await rename(temporary, path);
    this.#written += 1;
    if (this.#written % lookEvery === 1) await this.#bound();
  }

  async #bound(): Promise<void> {
    const names = await readdir(this.#directory);
    if (names.length <= maxOutcomes) return;
    const aged = await Promise.all(
      names.map(async (name) => {
        const path = join(this.#directory, name);
        return { path, at: (await stat(path).catch(() => undefined))?.mtimeMs ?? 0 };
      }),
    );
    const dropped = aged.sort((a, b) => a.at - b.at).slice(0, names.length - Math.floor(maxOutcomes * 0.75));
    for (const { path } of dropped) await rm(path, { force: true });
  }
}
