// Verdicts by what they depend on: gate, its configuration and the two trees. A damaged entry is a miss.
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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
    if (text === undefined) return undefined;
    try {
      const parsed = verdictSchema.safeParse(JSON.parse(text));
      const isRight = parsed.success && parsed.data.configDigest === key.configDigest && parsed.data.gate === key.gate;
      return isRight ? { ...parsed.data, cached: true } : undefined;
    } catch {
      return undefined;
    }
  }

  async put(verdict: Verdict): Promise<void> {
    const path = this.#path(verdict);
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.${randomUUID()}`;
    await writeFile(temporary, JSON.stringify(verdict));
    await rename(temporary, path);
    await this.#bound();
  }

  /** The trees judged last stay. What is dropped is judged again when it is asked for. */
  async #bound(): Promise<void> {
    const trees = await readdir(this.#directory);
    if (trees.length <= maxTrees) return;
    const aged = await Promise.all(
      trees.map(async (tree) => {
        const folder = join(this.#directory, tree);
        return { folder, at: (await stat(folder).catch(() => undefined))?.mtimeMs ?? 0 };
      }),
    );
    // A good part at once, so that not every verdict pays for it.
    const dropped = aged.sort((a, b) => a.at - b.at).slice(0, trees.length - Math.floor(maxTrees * 0.75));
    for (const { folder } of dropped) await rm(folder, { recursive: true, force: true });
  }

  #path({ gate, configDigest, baseTree, candidateTree }: VerdictKey): string {
    return join(this.#directory, candidateTree, `${gate}-${configDigest.slice(0, 16)}-${baseTree}.json`);
  }
}
