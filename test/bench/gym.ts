// The gym's doors as a client outside sees them: steps and resets a second, beside what no door can be faster than or what
// one would do by git alone, in turn; and what a thousand episodes leave behind.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { GymClient } from '../helpers/gymClient.ts';
import { LineClient } from '../helpers/lineClient.ts';
import { makeRepository, type TestRepository } from '../helpers/repository.ts';
import { benchGrowth } from './gymGrowth.ts';
import { gitIn, makeFiles, median } from './snapshot.ts';

export type AddGymRow = (what: string, value: string, against?: string, ratio?: number) => void;

const cli = resolve(import.meta.dirname, '../../dist/cli.mjs');
const editor = 'str_replace_based_edit_tool';
const path = 'src/p0/d0/f0.ts';
const fileCount = 1_000;
const rounds = 60;

const perSecond = (ms: number): string => `${(1_000 / ms).toFixed(ms > 100 ? 1 : 0)} /s`;

type Act = (name: string, input: Record<string, unknown>) => Promise<unknown>;

/** Medians in milliseconds, all in turn, after some rounds that are not timed. */
async function inTurn(ways: Record<string, (round: number) => unknown>): Promise<Record<string, number>> {
  const times = new Map<string, number[]>(Object.keys(ways).map((name) => [name, []]));
  for (let round = -5; round < rounds; round += 1)
    for (const [name, run] of Object.entries(ways)) {
      const started = performance.now();
      await run(round);
      if (round >= 0) times.get(name)?.push(performance.now() - started);
    }
  return Object.fromEntries([...times].map(([name, values]) => [name, median(values)]));
}

/** The four kinds of steps; an edit changes the file at every call. */
function stepsOf(act: Act): Record<string, (round: number) => Promise<void>> {
  const isGood = (answer: unknown) => {
    if (JSON.stringify(answer).includes('"isError":true')) throw new Error(JSON.stringify(answer));
  };
  let edits = 0;
  const line = (count: number) => (count === 0 ? 'export const value0 = 0;' : `export const value0 = 0; // ${count}`);
  const change = async (how: (before: string, after: string) => Promise<unknown>) => {
    edits += 1;
    isGood(await how(line(edits - 1), line(edits)));
  };
  return {
    view: async () => isGood(await act(editor, { command: 'view', path })),
    search_code: async () => isGood(await act('search_code', { query: 'value7 ' })),
    str_replace: async () =>
      await change((before, after) =>
        act(editor, { command: 'str_replace', path, old_str: `first\n${before}\n`, new_str: `first\n${after}\n` }),
      ),
    apply_patch: async () =>
      await change((before, after) =>
        act('apply_patch', { patch: `--- a/${path}\n+++ b/${path}\n@@ -1,2 +1,2 @@\n first\n-${before}\n+${after}\n` }),
      ),
  };
}

export async function benchGym(add: AddGymRow): Promise<void> {
  const temporary = process.env.TMPDIR;
  // Of its own, so that only what the servers make is counted there.
  const scratch = mkdtempSync(join(tmpdir(), 'ratchet-bench-'));
  process.env.TMPDIR = scratch;
  try {
    await benchSpeed(add, scratch);
    await benchGrowth(add);
  } finally {
    if (temporary === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = temporary;
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function benchSpeed(add: AddGymRow, scratch: string): Promise<void> {
  const repository = makeRepository({});
  makeFiles(repository.root, fileCount);
  const text = readFileSync(join(repository.root, path), 'utf8').split('\n');
  repository.write({ [path]: ['first', ...text].join('\n') });
  repository.commit('start');
  const door = new GymClient(repository.root, '--max-steps', '100000');
  const echo = new LineClient(spawn(process.execPath, ['-e', echoProgram]));
  const mcp = new Client({ name: 'bench', version: '1' });
  try {
    const args = [cli, 'mcp', '--repo', repository.root, '--max-steps', '100000'];
    await mcp.connect(
      new StdioClientTransport({ command: process.execPath, args, stderr: 'ignore', env: environment() }),
    );
    await door.call('reset');
    await mcp.callTool({ name: 'reset', arguments: {} });
    const size = JSON.stringify(await door.act(editor, { command: 'view', path })).length;
    const own = stepsOf((name, input) => door.act(name, input));
    const byMcp = stepsOf((name, input) => mcp.callTool({ name, arguments: input }));
    const byGit = gitWay(repository, scratch);
    const echoed = async () => await echo.ask(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'step', size }));
    const limits: Record<string, { name: string; run: (round: number) => unknown }> = {
      view: { name: 'a process that only answers', run: echoed },
      search_code: { name: 'git grep', run: byGit.search },
      str_replace: { name: 'write, git add, git write-tree', run: byGit.edit },
      apply_patch: { name: 'write, git add, git write-tree', run: byGit.edit },
    };
    for (const [name, step] of Object.entries(own)) {
      const limit = limits[name];
      const mcpStep = byMcp[name];
      if (limit === undefined || mcpStep === undefined) throw new Error(`${name} has nothing beside it`);
      const { ours = 0, theirs = 0, protocol = 0 } = await inTurn({ ours: step, theirs: limit.run, protocol: mcpStep });
      add(`${name} by gym serve`, perSecond(ours), `${limit.name}: ${perSecond(theirs)}`, theirs / ours);
      add(`${name} by mcp`, perSecond(protocol), `gym serve: ${perSecond(ours)}`, ours / protocol);
    }
    const resetting = async () => {
      await door.act(editor, { command: 'create', path: 'new.ts', file_text: 'new\n' });
      return async () => await door.call('reset');
    };
    const reset = await timeOf(resetting, 30);
    const added = await timeOf(async () => byGit.worktree, 10);
    const against = `git worktree add and remove: ${perSecond(added)}`;
    add(`reset, ${fileCount.toLocaleString('en')} files`, perSecond(reset), against, added / reset);
    await door.call('close');
    await door.exited;
  } finally {
    await mcp.close();
    echo.child.kill();
    door.child.kill('SIGKILL');
    await door.exited;
    repository.remove();
  }
}

/** The median time of what `before`, which is not timed, gives. */
async function timeOf(before: () => Promise<() => unknown>, times: number): Promise<number> {
  const taken: number[] = [];
  for (let round = 0; round < times; round += 1) {
    const run = await before();
    const started = performance.now();
    await run();
    taken.push(performance.now() - started);
  }
  return median(taken);
}

/** What a client would do without a gym. */
function gitWay({ root }: TestRepository, scratch: string) {
  const git = gitIn(root);
  const worktree = join(scratch, 'by-git');
  git(['worktree', 'add', '-q', '--detach', worktree, 'HEAD']);
  const inWorktree = gitIn(worktree);
  let edits = 0;
  return {
    search: () => inWorktree(['grep', '--no-index', '-n', '-F', '-e', 'value7 ', '--', '.']),
    edit: () => {
      edits += 1;
      writeFileSync(join(worktree, path), `edit ${edits}\n`.repeat(60));
      inWorktree(['add', '--all', '--', '.']);
      inWorktree(['write-tree']);
    },
    worktree: () => {
      git(['worktree', 'add', '-q', '--detach', join(scratch, 'again'), 'HEAD']);
      git(['worktree', 'remove', '--force', join(scratch, 'again')]);
    },
  };
}

const environment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

/** Reads lines of JSON and answers each with a text of the size that is asked for. */
const echoProgram = `
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, size } = JSON.parse(line);
  process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result: 'x'.repeat(size) }) + '\\n');
});`;
