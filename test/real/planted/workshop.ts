// One library as a clone to work in: its history, its dependencies, and a history built anew with a fault in it. The clone shares
// the objects of the original and never writes to it.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { runTests } from '../../../src/gym/testRunner/runTests.ts';
import { defaultConfig } from '../../../src/protocol/config.ts';
import type { Library } from './libraries.ts';

const person = {
  GIT_AUTHOR_NAME: 'T',
  GIT_AUTHOR_EMAIL: 't@example.com',
  GIT_COMMITTER_NAME: 'T',
  GIT_COMMITTER_EMAIL: 't@example.com',
};
export const gitEnvironment = { ...process.env, ...person };
const testSeconds = 30;

export class Workshop {
  readonly library: Library;
  readonly root: string;

  private constructor(library: Library, root: string) {
    this.library = library;
    this.root = root;
  }

  /** Undefined when there is no clone of it in `clones`. */
  static open(library: Library, clones: string, works: string): Workshop | undefined {
    const clone = join(clones, library.name);
    if (!existsSync(clone)) return undefined;
    const root = join(works, library.name);
    const workshop = new Workshop(library, root);
    if (existsSync(join(root, 'node_modules'))) return workshop;
    mkdirSync(works, { recursive: true });
    execFileSync('git', ['clone', '-q', '--shared', clone, root], { stdio: 'ignore' });
    workshop.install();
    return workshop;
  }

  /** What the commit that is checked out depends on, in the place of what was there. */
  install(): void {
    rmSync(join(this.root, 'node_modules'), { recursive: true, force: true });
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
    const flags = ['--prefer-offline', '--engine-strict=false', '--legacy-peer-deps'];
    execFileSync('npm', ['install', ...quiet, ...flags], { cwd: this.root, stdio: 'ignore' });
  }

  git(args: readonly string[], input?: string | Buffer): string {
    return this.bytes(args, input).toString('utf8').trimEnd();
  }

  bytes(args: readonly string[], input?: string | Buffer): Buffer {
    const options = { cwd: this.root, maxBuffer: 1e9, env: gitEnvironment };
    return execFileSync('git', [...args], { ...options, stdio: ['pipe', 'pipe', 'ignore'], input: input ?? '' });
  }

  /** What runs test files here: mocha ended by itself before its version 4, and did not know the option. */
  get command(): string {
    const { command } = this.library;
    const path = join(this.root, 'node_modules/mocha/package.json');
    const { version = '' } = existsSync(path)
      ? z.object({ version: z.string() }).parse(JSON.parse(readFileSync(path, 'utf8')))
      : {};
    return Number.parseInt(version, 10) < 4 ? command.replace(' --exit', '') : command;
  }

  /** The last commits of the first-parent history, the newest first. */
  history(head: string, count: number): string[] {
    return this.git(['rev-list', '--first-parent', `--max-count=${count + 1}`, head]).split('\n');
  }

  /** One file in many commits; undefined where it is not there. */
  texts(commits: readonly string[], path: string): (string | undefined)[] {
    const out = this.bytes(['cat-file', '--batch'], commits.map((commit) => `${commit}:${path}\n`).join(''));
    let at = 0;
    return commits.map(() => {
      const end = out.indexOf(10, at);
      const [, kind, size] = out.toString('latin1', at, end).split(' ');
      at = end + 1;
      if (kind !== 'blob') return undefined;
      const text = out.toString('utf8', at, at + Number(size));
      at += Number(size) + 1;
      return text;
    });
  }

  /** The commits after the base anew, the file changed by `change` from `plantedAt` on. Ends with the newest checked out. */
  weave(
    base: string,
    rest: readonly string[],
    path: string,
    plantedAt: number,
    change: (text: string) => string,
  ): string {
    const trees = this.git(['rev-parse', ...rest.map((commit) => `${commit}^{tree}`)]).split('\n');
    const texts = this.texts(rest, path);
    const mode = this.git(['ls-tree', rest.at(-1) ?? base, '--', path]).slice(0, 6);
    const stream = rest.map((_, index) => {
      const lines = ['commit refs/heads/woven', `mark :${index + 1}`];
      lines.push(`committer T <t@example.com> ${1_700_000_000 + index * 3_600} +0000`, dataOf(`Commit ${index}`));
      lines.push(`from ${index === 0 ? base : `:${index}`}`, `M 040000 ${trees[index]} `);
      if (index >= plantedAt) lines.push(`M ${mode} inline ${path}`, dataOf(change(texts[index] ?? '')));
      return lines.join('\n');
    });
    this.git(['fast-import', '--quiet', '--force'], `${stream.join('\n')}\n`);
    this.git(['checkout', '-q', '--detach', '--force', 'woven']);
    return this.git(['rev-parse', `woven~${rest.length - 1 - plantedAt}`]);
  }

  /** The tests of one file that pass and fail in the clone as it is, by name; undefined where that cannot be told. */
  async results(test: string): Promise<{ passed: string[]; failed: string[] } | undefined> {
    const { tests, sandbox } = defaultConfig();
    const config = { ...tests, command: this.command, timeoutSeconds: testSeconds };
    const off = { ...sandbox, mode: 'off' } as const;
    const ran = await runTests({ cwd: this.root, config, sandbox: off, files: [test] });
    if (!ran.ok || !ran.value.perTest || ran.value.timedOut) return undefined;
    const named = (wanted: string) => ran.value.tests.flatMap(({ status, name }) => (status === wanted ? [name] : []));
    return { passed: named('passed'), failed: named('failed') };
  }
}

const dataOf = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}`;
