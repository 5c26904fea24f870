// The gym as a server of the Model Context Protocol, used by the protocol's own client.
import { resolve } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { describe, expect, it } from 'vitest';
import { leftovers } from '../helpers/cli.ts';
import { fingerprint, makeRepository } from '../helpers/repository.ts';

const cli = resolve(import.meta.dirname, '../../dist/cli.mjs');

describe('ratchet mcp', () => {
  it('lists the tools, plays an episode, and leaves nothing', { timeout: 60_000 }, async () => {
    const repo = makeRepository({
      'package.json': '{ "type": "module", "scripts": { "test": "node --test" } }\n',
      'sum.mjs': 'export const sum = (a, b) => a - b;\n',
      'sum.test.mjs':
        "import { strict as assert } from 'node:assert';\nimport { test } from 'node:test';\nimport { sum } from './sum.mjs';\ntest('adds', () => assert.equal(sum(1, 2), 3));\n",
    });
    const client = new Client({ name: 'test', version: '1' });
    try {
      const before = fingerprint(repo.root);
      const args = [cli, 'mcp', '--repo', repo.root];
      await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: 'ignore' }));
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name).sort()).toEqual([
        'apply_patch',
        'check_gates',
        'finish',
        'reset',
        'run_tests',
        'search_code',
        'str_replace_based_edit_tool',
      ]);
      const use = async (name: string, input: Record<string, unknown> = {}) =>
        await client.callTool({ name, arguments: input });
      expect(await use('finish')).toMatchObject({ isError: true });
      expect(await use('reset', { base: 'nowhere' })).toMatchObject({ isError: true });
      expect(await use('reset', { goal: 'Make it add.' })).toMatchObject({
        content: [{ text: expect.stringContaining('Make it add.') }],
        structuredContent: { tree: expect.stringMatching(/^[0-9a-f]{40}$/) },
      });
      const editor = 'str_replace_based_edit_tool';
      expect(await use(editor, { command: 'create', path: '../x', file_text: '' })).toMatchObject({ isError: true });
      const edit = { command: 'str_replace', path: 'sum.mjs', old_str: 'a - b', new_str: 'a + b' };
      // Asked for at once, played in turn.
      const [edited, finished] = await Promise.all([use(editor, edit), use('finish', {})]);
      expect(edited).toMatchObject({ structuredContent: { changedPaths: ['sum.mjs'] } });
      expect(finished).toMatchObject({ structuredContent: { reward: 1, terminated: true } });
      expect(fingerprint(repo.root)).toEqual(before);
      await client.close();
      expect(leftovers(repo.root)).toEqual([]);
    } finally {
      await client.close();
      repo.remove();
    }
  });
});
