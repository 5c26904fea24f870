// Who proposes: what a person chose over what the repository says, and the models that can be chosen.
import { afterEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/host/loadConfig.ts';
import { chosenPolicy, listModels, policyTitle } from '../../src/host/policyFactory.ts';
import { type MessagesServer, say, startMessagesServer } from '../fakes/messagesServer.ts';

let server: MessagesServer | undefined;
afterEach(async () => await server?.close());

describe('chosenPolicy', () => {
  const repositorys = { kind: 'claude', model: 'claude-opus-5-5', effort: 'low' } as const;

  it('keeps the settings of the repository where the kind is the same', () => {
    expect(chosenPolicy(undefined, repositorys)).toEqual(repositorys);
    expect(chosenPolicy({ kind: 'claude' }, repositorys)).toEqual(repositorys);
    expect(chosenPolicy({ kind: 'claude', model: 'm' }, repositorys)).toEqual({ ...repositorys, model: 'm' });
  });

  it('takes nothing of another kind', () => {
    expect(chosenPolicy({ kind: 'claudeCode' }, repositorys)).toEqual({ kind: 'claudeCode' });
    expect(policyTitle({ kind: 'languageModel', model: 'gpt' })).toBe('languageModel (gpt)');
  });
});

describe('the configuration of a policy', () => {
  it('takes effort, thinking, window and prices, and names a mistake with its line', () => {
    const text = `policy:
  effort: high
  thinking: off
  window: 400000
  prices:
    claude-sonnet-5: { input: 2, output: 10 }
`;
    // In YAML 1.2 `off` is a word, as it is meant here.
    expect(parseConfig(text, 'c.yml')).toMatchObject({
      ok: true,
      value: { policy: { kind: 'claude', effort: 'high', thinking: 'off', window: 400_000 } },
    });
    const mistakes = {
      'policy:\n  effort: huge\n': /c\.yml:2: policy\.effort/,
      'policy:\n  prices:\n    claude: { input: 2 }\n': /policy\.prices\.claude\.output/,
      'policy:\n  efort: low\n': /did you mean effort\?/,
    };
    for (const [mistake, says] of Object.entries(mistakes))
      expect(parseConfig(mistake, 'c.yml')).toMatchObject({
        ok: false,
        failure: { message: expect.stringMatching(says) },
      });
  });
});

describe('listModels', () => {
  it('asks the API, and says what is missing', async () => {
    server = await startMessagesServer(() => say('never'));
    const { signal } = new AbortController();
    const account = (key: string | undefined) => ({
      apiKey: async () => key,
      baseUrl: server?.url,
      chatModels: undefined,
    });
    expect(await listModels(account('sk-ant-test-0123456789'), signal)).toEqual({
      ok: true,
      value: [{ id: 'claude-fake-1', name: 'Fake' }],
    });
    expect(await listModels(account(undefined), signal)).toMatchObject({
      ok: false,
      failure: { reason: 'unavailable', message: expect.stringContaining('Set API Key') },
    });
    expect(server.requests).toHaveLength(0);
  });
});
