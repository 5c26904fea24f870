// Verdicts by what they depend on: gate, its configuration and the two trees. A damaged entry is a miss.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dropOldest, writeWhole } from '../gym/wholeFiles.ts';
import { parseJson } from '../protocol/parseJson.ts';
import { type GateName, type Verdict, verdictSchema } from '../protocol/verdict.ts';

export interface VerdictKey {
  readonly gate: GateName;
  readonly configDigest: string;
  readonly baseTree: string;
  readonly candidateTree: string;
}

/** Candidate trees whose verdicts are kept: a gym may judge any number of them. */
export const maxTrees = 2_000;

export class VerdictCache {
  readonly #directory: string;

  /** @param commonDir the repository's git common dir */
  constructor(commonDir: string) {
    this.#directory = join(commonDir, 'ratchet', 'verdicts');
  }

  async get(key: VerdictKey): Promise<Verdict | undefined> {
    const text = await readFile(this.#path(key), 'utf8').catch(() => undefined);
    const parsed = verdictSchema.safeParse(parseJson(text));
    const isRight = parsed.success && parsed.data.configDigest === key.configDigest && parsed.data.gate === key.gate;
    return isRight ? { ...parsed.data, cached: true } : undefined;
  }

  async put(verdict: Verdict): Promise<void> {
    await writeWhole(this.#path(verdict), JSON.stringify(verdict));
    // What is dropped is judged again when it is asked for.
    await dropOldest(this.#directory, maxTrees);
  }

  #path({ gate, configDigest, baseTree, candidateTree }: VerdictKey): string {
    return join(this.#directory, candidateTree, `${gate}-${configDigest.slice(0, 16)}-${baseTree}.json`);
  }
}
