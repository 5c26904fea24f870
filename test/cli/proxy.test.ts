// The CLI behind a proxy: a real one, which tunnels to the fake API, since the name in the address leads nowhere.
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MessagesServer, sayJson, startMessagesServer } from '../fakes/messagesServer.ts';
import { ratchet } from '../helpers/cli.ts';
import { makeRepository, type TestRepository } from '../helpers/repository.ts';

let api: MessagesServer;
let proxy: Server;
let repo: TestRepository;
const tunnelled: string[] = [];
beforeAll(async () => {
  api = await startMessagesServer(() => sayJson({}));
  repo = makeRepository({ 'a.txt': 'a\n' });
  proxy = createServer();
  proxy.on('connect', (request, client) => {
    tunnelled.push(request.url ?? '');
    const { port } = new URL(api.url);
    const upstream = connect(Number(port), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(client);
      client.pipe(upstream);
    });
    for (const end of [upstream, client]) end.on('error', () => undefined);
  });
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
});
afterAll(async () => {
  proxy.closeAllConnections();
  proxy.close();
  await api.close();
  repo.remove();
});

const url = () => {
  const at = proxy.address();
  if (at === null || typeof at === 'string') throw new Error('The proxy does not listen.');
  return `http://127.0.0.1:${at.port}`;
};
const models = async (env: Record<string, string>) =>
  await ratchet(repo.root, ['models', '--policy', 'claude', '--base-url', 'http://messages.example.com', '--json'], {
    env: { ANTHROPIC_API_KEY: 'sk-ant-test-key-000000', ...env },
  });

describe('a proxy of the environment', () => {
  it('is asked for what leads out', async () => {
    const asked = await models({ HTTP_PROXY: url(), http_proxy: url(), NO_PROXY: '', no_proxy: '' });
    expect(asked.stderr).toBe('');
    expect(JSON.parse(asked.stdout)).toMatchObject({ models: [{ id: 'claude-fake-1' }] });
    expect(tunnelled).toEqual(['messages.example.com:80']);
  });

  it('is left out for what NO_PROXY names', async () => {
    const before = tunnelled.length;
    const direct = api.url.replace('http://', '').replace(/:.*/, '');
    const asked = await ratchet(repo.root, ['models', '--policy', 'claude', '--base-url', api.url, '--json'], {
      env: { ANTHROPIC_API_KEY: 'sk-ant-test-key-000000', HTTP_PROXY: url(), NO_PROXY: direct, no_proxy: direct },
    });
    expect(JSON.parse(asked.stdout)).toMatchObject({ models: [{ id: 'claude-fake-1' }] });
    expect(tunnelled).toHaveLength(before);
  });
});
