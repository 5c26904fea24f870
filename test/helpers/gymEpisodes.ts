// Episodes as policies play them at the gym's door, and what a server holds on to between two of them.
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { worktreeFolder } from './cli.ts';
import type { GymClient } from './gymClient.ts';
import { makeRepository, type TestRepository } from './repository.ts';

const editor = 'str_replace_based_edit_tool';

export const episodeRepository = (): TestRepository =>
  makeRepository({
    '.ratchet/config.yml': 'tests:\n  command: node check.mjs\n',
    'check.mjs': "import './src/sum.mjs';\n",
    'src/sum.mjs': 'export const sum = (a, b) => a - b;\n',
    'src/old.mjs': 'export const old = 1;\nexport const older = 2;\n',
    'docs/notes.md': `${Array.from({ length: 200 }, (_, index) => `Note ${index}.`).join('\n')}\n`,
  });

/**
 * Every tenth is finished, every twentieth runs the tests, and every twentieth starts from another tree; the others are
 * left as they are. `text` makes it another one.
 */
export async function playEpisode(client: GymClient, index: number, text: string): Promise<void> {
  const actions: [name: string, input: unknown][] = [
    [editor, { command: 'view', path: 'src/sum.mjs' }],
    ['search_code', { query: 'export' }],
    [editor, { command: 'str_replace', path: 'src/sum.mjs', old_str: 'a - b', new_str: `a + b; // ${text}` }],
    [editor, { command: 'create', path: `src/new/${text}.mjs`, file_text: `export const made = '${text}';\n` }],
    ['apply_patch', { patch: patchOf(text) }],
    [editor, { command: 'insert', path: 'docs/notes.md', insert_line: 3, insert_text: `${text}\n` }],
    [editor, { command: 'str_replace', path: 'docs/notes.md', old_str: 'no such line', new_str: '' }],
  ];
  if (index % 20 === 7) actions.splice(4, 0, ['run_tests', {}]);
  if (index % 10 === 3) actions.push(['finish', { summary: text }]);
  const reset = await client.call('reset', { task: { goal: text, ...(index % 20 === 2 ? { base: 'HEAD' } : {}) } });
  if (!('result' in reset)) throw new Error(`The reset of episode ${index} failed: ${JSON.stringify(reset)}`);
  for (const [name, input] of actions) {
    const answer = await client.act(name, input);
    const isMeant =
      JSON.stringify(input).includes('no such line') === JSON.stringify(answer).includes('"isError":true');
    if (!('result' in answer) || !isMeant)
      throw new Error(`${name} of episode ${index} went wrong: ${JSON.stringify(answer)}`);
  }
}

/** One file edited, one deleted, one created. */
const patchOf = (text: string): string => `--- a/src/sum.mjs
+++ b/src/sum.mjs
@@ -1 +1,2 @@
-export const sum = (a, b) => a + b; // ${text};
+export const sum = (a, b) => a + b;
+export const name = '${text}';
--- a/src/old.mjs
+++ /dev/null
@@ -1,2 +0,0 @@
-export const old = 1;
-export const older = 2;
--- /dev/null
+++ b/src/added.mjs
@@ -0,0 +1 @@
+export const added = '${text}';
`;

/** What a server of episodes may not have more of with every episode. */
export interface Held {
  readonly worktrees: number;
  /** Files of the worktrees, without those of git. */
  readonly files: number;
  readonly refs: number;
  /** Entries of the temporary folder. */
  readonly temporary: number;
  readonly descriptors: number;
  /** Objects of the person, loose and packed. */
  readonly objects: number;
  /** Objects of the server's own. */
  readonly ownObjects: number;
  readonly verdicts: number;
  readonly processes: number;
}

/** Linux only, for what it asks of the process. */
export function heldBy(client: GymClient, repository: TestRepository): Held {
  const folder = worktreeFolder(repository.root);
  const pool = existsSync(folder) ? readdirSync(folder) : [];
  const isObjects = (name: string) => name.endsWith('-objects');
  const count = repository.git('count-objects', '-v');
  const numberOf = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(count)?.[1] ?? Number.NaN);
  const below = (paths: readonly string[]) => paths.reduce((total, path) => total + filesBelow(path).length, 0);
  const refs = repository.git('for-each-ref', 'refs/ratchet/').split('\n');
  return {
    worktrees: pool.filter((name) => !isObjects(name)).length,
    files: below(pool.filter((name) => !isObjects(name)).map((name) => join(folder, name, 'files'))),
    refs: refs.filter((line) => line !== '').length,
    temporary: readdirSync(tmpdir()).length,
    descriptors: descriptorsOf(client.child.pid ?? 0),
    objects: numberOf('count') + numberOf('in-pack'),
    ownObjects: below(pool.filter(isObjects).map((name) => join(folder, name))),
    verdicts: filesBelow(join(repository.root, '.git', 'ratchet', 'verdicts')).length,
    processes: childrenOf(client.child.pid ?? 0),
  };
}

const filesBelow = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map(({ parentPath, name }) => join(parentPath, name))
    : [];

/** Without the descriptors that only look at processes: Node keeps one for every child it waits for. */
function descriptorsOf(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((name) => {
    try {
      return !readlinkSync(join(folder, name)).includes('pidfd');
    } catch {
      return false;
    }
  }).length;
}

const childrenOf = (pid: number): number =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((each) => each !== '').length;

/** Megabytes of memory that the server's process holds. */
export function memoryOf(client: GymClient): number {
  const status = readFileSync(`/proc/${client.child.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) / 1024;
}
