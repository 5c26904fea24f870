// A world to break out of: a repository with a dependency, a home, a folder beside, and a gym on it. Whatever an attempt
// does, everything outside of the worktree must be as it was, and nothing may be left running.
import { createHash, randomInt } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { Environment } from '../../src/gym/environment.ts';
import { openRepository } from '../../src/gym/git.ts';
import { findSandbox } from '../../src/gym/sandbox/sandbox.ts';
import { takeSnapshot } from '../../src/gym/snapshot.ts';
import { runTests } from '../../src/gym/testRunner/runTests.ts';
import { type Worktree, WorktreePool } from '../../src/gym/worktree.ts';
import { configSchema } from '../../src/protocol/config.ts';
import type { Observation } from '../../src/protocol/gym.ts';
import type { TestReport } from '../../src/protocol/testReport.ts';
import { fingerprint, makeRepository, type TestRepository } from './repository.ts';

const found = await findSandbox();
export const hasSandbox = found.ok;
/** Attempts that only a sandbox can stop. */
export const itSandboxed = (name: string, test: () => Promise<void>): void =>
  found.ok
    ? it(name, test)
    : it.skip(`${name} (skipped: no sandbox on this machine because ${found.failure.message})`, test);
/** With a sandbox where there is one, and without in any case. */
export const modes: readonly ('auto' | 'off')[] = found.ok ? ['auto', 'off'] : ['off'];

export class World {
  readonly repo: TestRepository;
  readonly home: string;
  readonly beside: string;
  /** In the arguments of every process that an attempt starts, so that what is left can be found. */
  readonly token = `${randomInt(10_000, 99_999)}.${randomInt(10_000, 99_999)}`;
  worktree!: Worktree;
  environment!: Environment;
  command = 'true';
  settings: Record<string, unknown> = {};
  #pool: WorktreePool | undefined;
  #tree = '';
  #before = '';

  constructor() {
    this.repo = makeRepository({
      'a.txt': 'one\n',
      'src/b.txt': 'b\n',
      '.gitignore': 'node_modules\n',
      '.ratchet/config.yml': 'version: 1\n',
    });
    this.repo.write({ 'node_modules/dep/index.js': 'module.exports = 1;\n' });
    this.home = realpathSync(mkdtempSync(join(tmpdir(), 'ratchet-home-')));
    this.beside = realpathSync(mkdtempSync(join(tmpdir(), 'ratchet-beside-')));
    for (const folder of [this.home, this.beside]) {
      mkdirSync(join(folder, '.ssh'));
      writeFileSync(join(folder, '.ssh', 'id_ed25519'), 'the private key\n');
      writeFileSync(join(folder, 'secret.txt'), 'canary\n');
      writeFileSync(join(folder, '.bashrc'), '# canary\n');
    }
  }

  async open(): Promise<void> {
    const repository = await openRepository(this.repo.root);
    if (!repository.ok) throw new Error(repository.failure.message);
    const taken = await takeSnapshot(repository.value, { unsaved: new Map() });
    if (!taken.ok) throw new Error(taken.failure.message);
    this.#tree = taken.value.tree;
    const directory = realpathSync(mkdtempSync(join(tmpdir(), 'ratchet-pool-')));
    const log = { warn: () => undefined };
    this.#pool = new WorktreePool(repository.value, { directory, dependencyFolders: ['node_modules'], log });
    this.worktree = await this.#pool.acquire('one', this.#tree);
    this.environment = new Environment({
      worktree: this.worktree,
      runTests: async (files, signal) => await this.#runTests(files, signal),
      checkGates: async () => [],
      changedPaths: async () => [],
    });
    this.#before = this.#outside();
  }

  /** As after a command: nobody knows what has changed. */
  async reset(): Promise<void> {
    await this.worktree.reset(this.#tree);
    await this.resetTouched();
  }

  async resetTouched(): Promise<void> {
    await this.environment.reset({ baseTree: this.#tree, tree: this.#tree });
  }

  async close(): Promise<void> {
    await this.#pool?.dispose();
    this.repo.remove();
    for (const folder of [this.home, this.beside]) rmSync(folder, { recursive: true, force: true });
  }

  async tool(name: string, input: Record<string, unknown>): Promise<Observation> {
    return (await this.environment.step({ id: '1', name, input })).observation;
  }

  /** Runs a line of the shell as the project's test command. */
  async run(line: string, settings: Record<string, unknown> = {}): Promise<TestReport> {
    this.command = line;
    const report = await this.#runTests([], AbortSignal.timeout(25_000), settings);
    if (!report.ok) throw new Error(report.failure.message);
    return report.value;
  }

  async #runTests(files: readonly string[], signal: AbortSignal, settings = this.settings) {
    const { timeoutSeconds = 15, memoryMegabytes = 2048, ...sandbox } = settings;
    const tests = { command: this.command, runner: 'command', timeoutSeconds, memoryMegabytes };
    const config = configSchema.parse({ tests, sandbox });
    const visible = [this.repo.root, this.beside];
    return await runTests({
      cwd: this.worktree.path,
      config: config.tests,
      sandbox: config.sandbox,
      visible,
      files,
      signal,
    });
  }

  assertUntouched(): void {
    expect(this.#outside()).toBe(this.#before);
    expect(this.leftRunning()).toEqual([]);
  }

  /** Command lines of living processes that hold the token. */
  leftRunning(): string[] {
    if (process.platform !== 'linux') return [];
    return readdirSync('/proc').flatMap((name) => {
      if (!/^\d+$/.test(name) || name === String(process.pid)) return [];
      try {
        const line = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const isZombie = /\) [ZX] /.test(readFileSync(`/proc/${name}/stat`, 'latin1'));
        return line.includes(this.token) && !isZombie ? line : [];
      } catch {
        return [];
      }
    });
  }

  #outside(): string {
    const { root } = this.repo;
    const git = ['config', 'hooks', 'info', 'HEAD'].map((name) => join(root, '.git', name));
    const texts = [...git, join(root, 'node_modules'), this.home, this.beside].map((path) => hashOf(path));
    return JSON.stringify([fingerprint(root), texts], null, 1);
  }
}

/** A digest of everything below a path: names, kinds, modes and contents. */
function hashOf(path: string): string {
  const digest = createHash('sha256');
  const visit = (at: string): void => {
    const there = lstatSync(at);
    digest.update(`${at} ${there.mode} ${there.nlink > 1 && there.isFile() ? 'linked' : ''}\0`);
    if (there.isSymbolicLink()) digest.update(readlinkSync(at));
    else if (there.isDirectory()) for (const name of readdirSync(at).sort()) visit(join(at, name));
    else if (there.isFile()) digest.update(readFileSync(at));
  };
  visit(path);
  return digest.digest('hex');
}

/** One world for a file of tests; every test begins with a fresh worktree and must leave everything outside alone. */
export function useWorld(): { readonly world: World } {
  const home = process.env.HOME;
  const held: { world: World | undefined } = { world: undefined };
  const world = (): World => {
    if (held.world === undefined) throw new Error('The world is not there yet.');
    return held.world;
  };
  beforeAll(async () => {
    held.world = new World();
    process.env.HOME = held.world.home;
    await held.world.open();
  });
  beforeEach(async () => await world().reset());
  afterEach(() => world().assertUntouched());
  afterAll(async () => {
    process.env.HOME = home;
    await world().close();
  });
  return {
    get world() {
      return world();
    },
  };
}
