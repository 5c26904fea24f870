// Dependencies of other commits: where the lockfiles of a tree are not today's, the configuration's command installs what they name,
// once for each set of lockfiles, and what it made is kept beside the journals. Without such a command today's dependencies serve.
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { dependencyDepth, dependencyFoldersIn } from '../../gym/dependencyFolders.ts';
import { scrubbedEnvironment } from '../../gym/environmentVariables.ts';
import type { Repository } from '../../gym/git.ts';
import { runContained, whyStopped, withScratch } from '../../gym/sandbox/runContained.ts';
import type { TreeFile } from '../../gym/snapshot.ts';
import { dropOldest } from '../../gym/wholeFiles.ts';
import type { WorktreePool } from '../../gym/worktree.ts';
import type { RatchetConfig } from '../../protocol/config.ts';
import { failure, type Result, success } from '../../protocol/result.ts';

const lockfiles = new Set([
  ...['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml', 'bun.lock', 'bun.lockb'],
  ...['requirements.txt', 'poetry.lock', 'uv.lock', 'pdm.lock', 'Pipfile.lock', 'Gemfile.lock', 'composer.lock'],
]);
/** They count where a repository has no lockfile. */
const manifests = new Set(['package.json', 'pyproject.toml', 'Gemfile', 'composer.json']);
/** Sets of dependencies that are kept. */
const maxInstalls = 8;

export class Installs {
  readonly #list: (tree: string) => Promise<readonly TreeFile[]>;
  readonly #pool: WorktreePool;
  readonly #directory: string;
  readonly #digests = new Map<string, Promise<string>>();
  readonly #running = new Map<string, Promise<Result<string>>>();

  /** @param list every file of a tree */
  constructor(
    { repository, pool }: { readonly repository: Repository; readonly pool: WorktreePool },
    list: (tree: string) => Promise<readonly TreeFile[]>,
  ) {
    this.#list = list;
    this.#pool = pool;
    this.#directory = join(repository.commonDir, 'ratchet', 'cache', 'installs');
  }

  /** The folder whose dependency folders serve a tree; undefined when it is the person's checkout. */
  async of(
    tree: string,
    todayTree: string,
    { config, runId }: { readonly config: RatchetConfig; readonly runId: string },
    { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (text: string) => void },
  ): Promise<Result<string | undefined>> {
    const { install } = config.investigation;
    if (install === undefined) return success(undefined);
    const [digest, todays] = await Promise.all([this.#digestOf(tree), this.#digestOf(todayTree)]);
    if (digest === todays) return success(undefined);
    const key = createHash('sha256').update(`${digest} ${install}`).digest('hex').slice(0, 32);
    const running = this.#running.get(key) ?? this.#install(key, tree, install, { config, runId, signal, onProgress });
    this.#running.set(key, running);
    return await running.catch((error: unknown) => {
      // Another commit with the same lockfiles is not to suffer from a run that was canceled.
      this.#running.delete(key);
      throw error;
    });
  }

  #digestOf(tree: string): Promise<string> {
    const digest = this.#digests.get(tree) ?? this.#readDigest(tree);
    this.#digests.set(tree, digest);
    digest.catch(() => this.#digests.delete(tree));
    return digest;
  }

  async #readDigest(tree: string): Promise<string> {
    const files = await this.#list(tree);
    const named = (names: ReadonlySet<string>) => files.filter(({ path }) => names.has(basename(path)));
    const locks = named(lockfiles);
    const lines = (locks.length > 0 ? locks : named(manifests)).map(({ path, blob }) => `${blob} ${path}`);
    return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
  }

  async #install(
    key: string,
    tree: string,
    line: string,
    run: {
      readonly config: RatchetConfig;
      readonly runId: string;
      readonly signal: AbortSignal;
      readonly onProgress: (text: string) => void;
    },
  ): Promise<Result<string>> {
    const folder = join(this.#directory, key);
    if ((await stat(folder).catch(() => undefined)) !== undefined) {
      // The last that were used are those that stay.
      const now = new Date();
      await utimes(folder, now, now);
      return success(folder);
    }
    const { config, runId, signal, onProgress } = run;
    const { sandbox, tests, dependencyFolders } = config;
    onProgress(`Installing the dependencies of ${tree.slice(0, 10)}: ${line}`);
    const name = `${runId}-install-${key}`;
    const empty = await this.#pool.scratch(`${name}-empty`);
    const worktree = await this.#pool.acquire(name, tree, signal, empty);
    try {
      const ran = await withScratch((scratch) =>
        runContained({
          ...{ line, cwd: worktree.path, visible: [], cache: join(dirname(worktree.path), 'cache') },
          ...{ env: scrubbedEnvironment({ CI: 'true' }), sandbox, scratch, signal },
          timeoutMs: tests.timeoutSeconds * 1000,
          memoryMegabytes: tests.memoryMegabytes,
        }),
      );
      if (!ran.ok) return ran;
      const { exitCode, stdout, stderr } = ran.value.ran;
      signal.throwIfAborted();
      if (exitCode !== 0) {
        const why = whyStopped(ran.value.ran, 'It', { ...tests, sandbox }) ?? `It ended with exit code ${exitCode}.`;
        const tail = `${stdout}${stderr}`.slice(-2_000);
        const text = `The dependencies of this commit could not be installed (${line}). ${why}\n${tail}`;
        return failure('prepareFailed', text);
      }
      await this.#keep(worktree.path, folder, dependencyFolders);
      return success(folder);
    } finally {
      await worktree.release();
      await this.#pool.discard(name);
      await this.#pool.discard(`${name}-empty`);
    }
  }

  /** Whole or not at all: it is a folder under its name only when everything is in it. */
  async #keep(from: string, folder: string, names: readonly string[]): Promise<void> {
    const half = `${folder}.${process.pid}`;
    await rm(half, { recursive: true, force: true });
    await mkdir(half, { recursive: true });
    for (const path of await dependencyFoldersIn(from, '', names, dependencyDepth)) {
      await mkdir(dirname(join(half, path)), { recursive: true });
      await rename(join(from, path), join(half, path)).catch(async () => {
        // The temporary folder may be another file system.
        await cp(join(from, path), join(half, path), { recursive: true, verbatimSymlinks: true });
      });
    }
    await rename(half, folder).catch(async (error: unknown) => {
      await rm(half, { recursive: true, force: true });
      // Another process has made the same meanwhile.
      if (!(await readdir(this.#directory)).includes(basename(folder))) throw error;
    });
    await dropOldest(this.#directory, maxInstalls);
  }
}
