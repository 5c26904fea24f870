// The gym's door, driven from outside by a real client over a real pipe.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leftovers } from '../helpers/cli.ts';
import { GymClient } from '../helpers/gymClient.ts';
import { fingerprint, makeRepository, type TestRepository } from '../helpers/repository.ts';

const edit = { command: 'str_replace', path: 'sum.mjs', old_str: 'a - b', new_str: 'a + b' };
const editor = 'str_replace_based_edit_tool';
let repo: TestRepository;
let client: GymClient;

beforeEach(() => {
  repo = makeRepository({
    'package.json': '{ "type": "module", "scripts": { "test": "node --test" } }\n',
    'sum.mjs': 'export const sum = (a, b) => a - b;\n',
    'sum.test.mjs':
      "import { strict as assert } from 'node:assert';\nimport { test } from 'node:test';\nimport { sum } from './sum.mjs';\ntest('adds', () => assert.equal(sum(1, 2), 3));\n",
  });
  client = new GymClient(repo.root);
});
afterEach(async () => {
  client.child.kill('SIGKILL');
  await client.exited;
  repo.remove();
});

describe('an episode', () => {
  it('ends with a reward where every gate passes, and touches nothing of the person', { timeout: 60_000 }, async () => {
    const before = fingerprint(repo.root);
    const reset = await client.call('reset', { seed: 7, task: { goal: 'Make it add.' } });
    expect(reset).toMatchObject({
      result: { observation: { isError: false }, info: { tree: expect.stringMatching(/^[0-9a-f]{40}$/) } },
    });
    expect(JSON.stringify(reset)).toContain('Make it add.');
    expect(await client.act(editor, { command: 'view', path: 'sum.mjs' })).toMatchObject({
      result: { observation: { content: expect.stringContaining('a - b') }, reward: 0, terminated: false },
    });
    expect(await client.act('run_tests')).toMatchObject({
      result: { info: { testReport: { counts: { passed: 0, failed: 1 } } } },
    });
    expect(await client.act(editor, edit)).toMatchObject({
      result: { observation: { isError: false }, info: { changedPaths: ['sum.mjs'] } },
    });
    expect(await client.act('run_tests')).toMatchObject({
      result: { info: { testReport: { counts: { passed: 1, failed: 0 } } } },
    });
    expect(await client.act('finish', { summary: 'done' })).toMatchObject({
      result: { reward: 1, terminated: true, truncated: false, info: { verdicts: [{ status: 'passed' }, {}] } },
    });
    expect(await client.act('finish')).toMatchObject({ error: { code: -32001 } });
    expect(fingerprint(repo.root)).toEqual(before);
    expect(await client.call('close')).toMatchObject({ result: {} });
    expect(await client.exited).toBe(0);
    expect(leftovers(repo.root)).toEqual([]);
  });

  it('has no reward where a gate fails', { timeout: 60_000 }, async () => {
    await client.call('reset');
    expect(await client.act('finish')).toMatchObject({ result: { reward: 0, terminated: true } });
  });

  it('is the same for the same actions, and starts from what the task names', { timeout: 60_000 }, async () => {
    const play = async (task?: unknown) => {
      const reset = await client.call('reset', task === undefined ? undefined : { task });
      const acted = await client.act(editor, edit);
      return [reset, acted].map((answer) => JSON.stringify(answer).match(/"tree":"(\w+)"/)?.[1]);
    };
    const first = await play();
    expect(first[0]).not.toBe(first[1]);
    expect(await play()).toEqual(first);
    writeFileSync(join(repo.root, 'notes.txt'), 'not committed');
    expect(await play()).not.toEqual(first);
    expect(await play({ base: 'HEAD' })).toEqual(first);
    expect(await client.call('reset', { task: { base: 'nowhere' } })).toMatchObject({ error: { code: -32002 } });
    expect(await client.act(editor, edit)).toMatchObject({ error: { code: -32001 } });
  });

  it('is truncated by its limit of steps', { timeout: 60_000 }, async () => {
    const short = new GymClient(repo.root, '--max-steps', '2');
    await short.call('reset');
    expect(await short.act('search_code', { query: 'sum' })).toMatchObject({ result: { truncated: false } });
    expect(await short.act('search_code', { query: 'sum' })).toMatchObject({ result: { truncated: true } });
    expect(await short.act('search_code', { query: 'sum' })).toMatchObject({ error: { code: -32001 } });
    short.child.stdin.end();
    expect(await short.exited).toBe(0);
  });
});

describe('what an episode needs', () => {
  it('is prepared again when a reset took it away, and only then', { timeout: 60_000 }, async () => {
    // It fails where the folder is there already, so that it shows whether it ran.
    repo.write({
      '.ratchet/config.yml': 'prepare: mkdir made\ntests:\n  command: test -d made\n',
      '.gitignore': 'made\n',
    });
    const tested = async () => (await client.act('run_tests')) as unknown;
    const green = { result: { info: { testReport: { exitCode: 0 } } } };
    for (const kind of ['the first', 'after a command'])
      expect([await client.call('reset'), await tested()], kind).toMatchObject([{ result: {} }, green]);
    await client.call('reset');
    await client.act(editor, edit);
    expect([await client.call('reset'), await tested()], 'after tools').toMatchObject([{ result: {} }, green]);
  });

  it('is not in the objects of the person, nor subject to their garbage collection', { timeout: 60_000 }, async () => {
    repo.write({ 'sum.mjs': 'export const sum = (a, b) => a - b; // mine\n', 'new.txt': 'new\n' });
    repo.git('gc', '--quiet', '--prune=now');
    const objects = repo.git('count-objects', '-v');
    const begun = await client.call('reset');
    const play = async () => {
      await client.act(editor, edit);
      const made = { command: 'create', path: 'deep/made.txt', file_text: 'made\n' };
      return JSON.stringify(await client.act(editor, made)).match(/"tree":"(\w+)"/)?.[1];
    };
    const tree = await play();
    expect(repo.git('count-objects', '-v')).toBe(objects);
    repo.git('gc', '--quiet', '--prune=now');
    expect(await client.act('finish')).toMatchObject({ result: { reward: 1, info: { tree } } });
    expect(await client.call('reset')).toEqual({ ...begun, id: expect.any(Number) });
    expect(await play()).toBe(tree);
    expect(await client.act('finish')).toMatchObject({ result: { reward: 1 } });
    expect(repo.git('count-objects', '-v')).toBe(objects);
    repo.git('fsck', '--strict');
  });
});

describe('errors', () => {
  it('of an action are observations', { timeout: 60_000 }, async () => {
    await client.call('reset');
    const wrong: [string, unknown][] = [
      ['no_such_tool', {}],
      [editor, { command: 'view' }],
      [editor, { command: 'create', path: '../out.txt', file_text: '' }],
      [editor, 'text'],
    ];
    for (const [name, input] of wrong)
      expect(await client.act(name, input), name).toMatchObject({ result: { observation: { isError: true } } });
  });

  it('of the protocol are errors of JSON-RPC', async () => {
    expect(await client.ask('{ no json')).toMatchObject({ id: null, error: { code: -32700 } });
    expect(await client.ask('[]')).toMatchObject({ id: null, error: { code: -32600 } });
    expect(await client.ask('{"id": 4, "method": "reset"}')).toMatchObject({ id: 4, error: { code: -32600 } });
    expect(await client.call('jump')).toMatchObject({ error: { code: -32601 } });
    expect(await client.call('reset', { sed: 1 })).toMatchObject({ error: { code: -32602 } });
    expect(await client.call('step', {})).toMatchObject({ error: { code: -32602 } });
    expect(await client.act('finish')).toMatchObject({ error: { code: -32001 } });
    expect(await client.ask(`"${'x'.repeat(9_000_000)}"`)).toMatchObject({ id: null, error: { code: -32600 } });
  });

  it('are answered in a batch, and not to a notification', async () => {
    client.send('{"jsonrpc":"2.0","method":"jump"}');
    const batch = await client.ask(
      '[{"jsonrpc":"2.0","id":"a","method":"jump"},{"jsonrpc":"2.0","method":"jump"},5,{"jsonrpc":"2.0","id":null,"method":"jump"}]',
    );
    expect(batch).toMatchObject([
      { id: 'a', error: { code: -32601 } },
      { id: null, error: { code: -32600 } },
      { id: null, error: { code: -32601 } },
    ]);
  });
});

describe('the server', () => {
  it('clears up when its input ends, and when it is told to stop while tests run', { timeout: 60_000 }, async () => {
    await client.call('reset');
    client.child.stdin.end();
    expect(await client.exited).toBe(0);
    expect(leftovers(repo.root)).toEqual([]);
    repo.write({
      'sum.test.mjs':
        "import { test } from 'node:test';\ntest('x', () => new Promise((r) => setTimeout(r, 50_000)));\n",
    });
    const other = new GymClient(repo.root);
    await other.call('reset');
    other.send('{"jsonrpc":"2.0","id":9,"method":"step","params":{"action":{"name":"run_tests","input":{}}}}');
    for (const deadline = Date.now() + 10_000; !other.stderr.includes('Running') && Date.now() < deadline; )
      await new Promise((done) => setTimeout(done, 50));
    other.child.kill('SIGTERM');
    expect(await other.exited).toBe(0);
    expect(leftovers(repo.root)).toEqual([]);
  });

  it('says what is wrong before it serves', async () => {
    const bad = new GymClient(repo.root, '--max-steps', 'none');
    expect(await bad.exited).toBe(2);
    expect(bad.stderr).toContain('--max-steps');
  });
});
