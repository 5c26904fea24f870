// Long conversations with Claude: signed thinking, pauses, and windows that are too small. Nothing is lost silently.
import { afterEach, describe, expect, it } from 'vitest';
import type { Episode } from '../../src/protocol/policy.ts';
import { call, type FakeAnswer, say, sayJson } from '../fakes/messagesServer.ts';
import {
  exchange,
  firstEpisode,
  going,
  perspectiveAnswer,
  perspectiveQuestion,
  type Served,
  served,
} from '../helpers/episodes.ts';

let now: Served | undefined;
afterEach(async () => {
  await now?.server.close();
  now = undefined;
});
async function start(...given: Parameters<typeof served>): Promise<Served> {
  now = await served(...given);
  return now;
}
const withHistory = (...history: Episode['history']): Episode => ({ ...firstEpisode, history });
const tooLong: FakeAnswer = {
  kind: 'error',
  status: 400,
  type: 'invalid_request_error',
  message: 'prompt is too long: 300000 tokens > 200000 maximum',
};
const full: FakeAnswer = {
  kind: 'message',
  blocks: [{ type: 'text', text: '' }],
  stopReason: 'model_context_window_exceeded',
};

describe('signed thinking', () => {
  const thought: FakeAnswer = {
    kind: 'message',
    blocks: [
      { type: 'thinking', thinking: 'First I look.', signature: 'c2ln' },
      { type: 'redacted_thinking', data: 'b3BhcXVl' },
      { type: 'text', text: 'I look.' },
      { type: 'tool_use', name: 'search_code', input: { query: 'x' } },
    ],
  };

  it('goes back unchanged, in its place', async () => {
    const { server, policy } = await start([thought]);
    const acted = await policy.act(firstEpisode, going());
    if (!acted.ok) throw new Error(acted.failure.message);
    const { turn } = acted.value;
    expect(turn).toMatchObject({ text: 'I look.', toolCalls: [{ name: 'search_code', input: { query: 'x' } }] });
    await policy.act(
      withHistory({ turn, results: [{ toolCallId: 'toolu_1_3', content: 'a.ts', isError: false }] }),
      going(),
    );
    expect(server.requests[1]?.messages[1]?.content).toEqual([
      { type: 'thinking', thinking: 'First I look.', signature: 'c2ln' },
      { type: 'redacted_thinking', data: 'b3BhcXVl' },
      { type: 'text', text: 'I look.' },
      { type: 'tool_use', id: 'toolu_1_3', name: 'search_code', input: { query: 'x' } },
    ]);
  });

  const blocks = [
    { type: 'thinking', thinking: 'T', signature: 's' },
    { type: 'tool_use', id: 'c1' },
  ];
  const thoughtOf = (model: string) => withHistory(exchange('c1', 'found', { original: { model, blocks } }));

  it('of another model is left out', async () => {
    const { server, policy } = await start([call(['finish', {}])]);
    await policy.act(thoughtOf('claude-opus-test'), going());
    expect(JSON.stringify(server.requests[0]?.messages)).not.toContain('"thinking"');
    await policy.act(thoughtOf('claude-sonnet-test-20260101'), going());
    expect(JSON.stringify(server.requests[1]?.messages)).toContain('"thinking"');
  });

  it('that the API refuses is left out, and the request is made again', async () => {
    const message =
      'messages.1.content.0: Invalid `signature` in `thinking` block. The block is bound to another account.';
    const refused: FakeAnswer = { kind: 'error', status: 400, type: 'invalid_request_error', message };
    const { server, policy } = await start([refused, call(['finish', {}])]);
    expect(await policy.act(thoughtOf('claude-sonnet-test'), going())).toMatchObject({ ok: true });
    expect(server.requests).toHaveLength(2);
    expect(JSON.stringify(server.requests[1]?.messages)).not.toContain('"thinking"');
  });

  it('is shown while it streams', async () => {
    const { policy } = await start([thought]);
    const shown: string[] = [];
    await policy.act(firstEpisode, { ...going(), onProgress: (text) => shown.push(text) });
    expect(shown).toEqual(expect.arrayContaining(['First I look.', 'I look.']));
  });
});

describe('a model that pauses', () => {
  const paused: FakeAnswer = {
    kind: 'message',
    blocks: [{ type: 'text', text: 'One moment.' }],
    stopReason: 'pause_turn',
  };

  it('is asked to go on from what it said, and both parts are one turn', async () => {
    const { server, policy } = await start([paused, call(['finish', {}])]);
    expect(await policy.act(firstEpisode, going())).toMatchObject({
      ok: true,
      value: {
        turn: { text: 'One moment.', toolCalls: [{ name: 'finish' }], stopReason: 'tool_use' },
        reply: { usage: { requests: 2, inputTokens: 200 } },
      },
    });
    expect(server.requests[1]?.messages.at(-1)).toEqual({
      role: 'assistant',
      content: [{ type: 'text', text: 'One moment.' }],
    });
  });

  it('and does not come to an end is given up', async () => {
    const { server, policy } = await start([paused]);
    expect(await policy.act(firstEpisode, going())).toMatchObject({
      ok: false,
      failure: { reason: 'truncated', message: expect.stringContaining('paused 4 times') },
    });
    expect(server.requests).toHaveLength(4);
  });
});

describe('a conversation that does not fit', () => {
  const large = (name: string): string => `${name} ${'word '.repeat(12_000)}`;
  const long = withHistory(...Array.from({ length: 20 }, (_, index) => exchange(`c${index}`, large(`r${index}`))));
  /** Four characters are a token. */
  const counting = { count: (request: object) => Math.ceil(JSON.stringify(request).length / 4) };
  const resultsOf = (messages: readonly { content: unknown }[] | undefined): string[] =>
    (messages ?? [])
      .flatMap(({ content }) => (Array.isArray(content) ? content : []))
      .flatMap((block) => (block.type === 'tool_result' ? [block.content] : []));

  it('is counted, and loses its oldest results, which is said', async () => {
    const { server, policy } = await start([call(['finish', {}])], { server: counting });
    expect(await policy.act(long, going())).toMatchObject({ ok: true });
    expect(server.counted.length).toBeGreaterThan(0);
    const results = resultsOf(server.requests[0]?.messages);
    expect(results).toHaveLength(20);
    expect(results.map((text) => text.startsWith('(Left out'))).toEqual([
      ...Array<boolean>(16).fill(true),
      ...Array<boolean>(4).fill(false),
    ]);
    expect(counting.count(server.requests[0] ?? {})).toBeLessThan(200_000 - 32_000);
  });

  it('is not counted while it is small, nor shortened while it fits into a larger window', async () => {
    const { server, policy } = await start([call(['finish', {}])], {
      server: { ...counting, model: { max_input_tokens: 1_000_000 } },
    });
    await policy.act(withHistory(exchange('c0', 'small')), going());
    expect(server.counted).toHaveLength(0);
    await policy.act(long, going());
    expect(resultsOf(server.requests[1]?.messages).filter((text) => text.startsWith('(Left out'))).toEqual([]);
  });

  it('is shortened by estimate where nothing can be counted, as at a gateway', async () => {
    const { server, policy } = await start([call(['finish', {}])]);
    expect(await policy.act(long, going())).toMatchObject({ ok: true });
    expect(resultsOf(server.requests[0]?.messages).some((text) => text.startsWith('(Left out'))).toBe(true);
  });

  it('keeps the bytes of its beginning while the boundary stands', async () => {
    const { server, policy } = await start([call(['finish', {}])], { server: counting });
    const longer = withHistory(...long.history, exchange('c20', 'one more'));
    await policy.act(long, going());
    await policy.act(longer, going());
    const [before, after] = server.requests.map(({ messages }) =>
      JSON.stringify(messages).replaceAll(',"cache_control":{"type":"ephemeral"}', ''),
    );
    expect(after?.startsWith(before?.slice(0, -1) ?? 'none')).toBe(true);
  });

  for (const [name, answer] of Object.entries({ 'a refused request': tooLong, 'a full window': full }))
    it(`is shortened after ${name}`, async () => {
      const { server, policy } = await start([answer, call(['finish', {}])]);
      const episode = withHistory(...Array.from({ length: 4 }, (_, index) => exchange(`c${index}`, 'result')));
      expect(await policy.act(episode, going())).toMatchObject({ ok: true });
      expect(resultsOf(server.requests[1]?.messages).map((text) => text.startsWith('(Left out'))).toEqual([
        true,
        true,
        false,
        false,
      ]);
    });

  it('keeps a part of a result that is too large alone', async () => {
    const { server, policy } = await start([call(['finish', {}])], { claude: { window: 60_000 }, server: counting });
    const huge = withHistory(exchange('c0', `BEGIN ${'x'.repeat(400_000)} END`));
    expect(await policy.act(huge, going())).toMatchObject({ ok: true });
    const [result] = resultsOf(server.requests[0]?.messages);
    expect(result?.length).toBeLessThan(9_000);
    expect(result).toMatch(/BEGIN[\s\S]*characters left out[\s\S]*END/);
  });

  it('and cannot be shortened any more says what to do', async () => {
    const { server, policy } = await start([tooLong]);
    const asked = await policy.act(withHistory(exchange('c0', 'small')), going());
    expect(asked).toMatchObject({ ok: false, failure: { reason: 'contextExceeded' } });
    expect(server.requests.length).toBeLessThanOrEqual(5);
    const impossible = { ...firstEpisode, feature: 'x'.repeat(2_000_000) };
    expect(await policy.act(impossible, going())).toMatchObject({
      ok: false,
      failure: { reason: 'contextExceeded', message: expect.stringContaining('policy.model') },
    });
  });
});

describe('a question that does not fit', () => {
  const excerpts = Array.from({ length: 10 }, (_, index) => ({
    path: `src/f${index}.ts`,
    text: `// file ${index}`,
    truncated: false,
  }));
  const question = { ...perspectiveQuestion, context: { ...perspectiveQuestion.context, excerpts } };

  it('is asked with fewer files, and says how many are missing', async () => {
    const { server, policy } = await start([tooLong, full, sayJson(perspectiveAnswer)]);
    expect(await policy.decide(question, going())).toMatchObject({ ok: true, value: { answer: perspectiveAnswer } });
    expect(server.requests.map((request) => JSON.stringify(request).match(/\/\/ file \d/g)?.length)).toEqual([
      10, 5, 2,
    ]);
    expect(JSON.stringify(server.requests[2])).toContain('8 of 10 files');
  });

  it('and was answered outside of the schema is mended at the same length', async () => {
    const { server, policy } = await start([tooLong, say('no'), sayJson(perspectiveAnswer)]);
    expect(await policy.decide(question, going())).toMatchObject({ ok: true });
    expect(server.requests[2]?.messages).toHaveLength(3);
    expect(JSON.stringify(server.requests[2])).toContain('5 of 10 files');
  });
});

describe('settings', () => {
  const capabilities = {
    effort: { low: { supported: true }, high: { supported: true }, max: { supported: false } },
    thinking: { types: { adaptive: { supported: true }, between_tools: { supported: true } } },
  };

  it('go into the request in the form that the model takes', async () => {
    const { server, policy } = await start([sayJson(perspectiveAnswer)], {
      claude: { effort: 'low', thinking: 'off' },
      server: { model: { capabilities } },
    });
    await policy.decide(perspectiveQuestion, going());
    expect(server.requests[0]).toMatchObject({ thinking: { type: 'between_tools' }, output_config: { effort: 'low' } });
    expect(server.requests[0]?.output_config?.format).toBeDefined();
  });

  it('that the model does not take are said before anything is sent', async () => {
    const { server, policy } = await start([sayJson(perspectiveAnswer)], {
      claude: { effort: 'max' },
      server: { model: { capabilities } },
    });
    expect(await policy.decide(perspectiveQuestion, going())).toMatchObject({
      ok: false,
      failure: { reason: 'unavailable', message: expect.stringContaining('It takes low, high.') },
    });
    expect(server.requests).toHaveLength(0);
  });

  it('are sent as they are where the API says nothing of its models', async () => {
    const { server, policy } = await start([call(['finish', {}])], { claude: { effort: 'high', thinking: 'on' } });
    await policy.act(firstEpisode, going());
    expect(server.requests[0]).toMatchObject({ thinking: { type: 'adaptive' }, output_config: { effort: 'high' } });
  });

  it('are left to the model by default', async () => {
    const { server, policy } = await start([call(['finish', {}])]);
    await policy.act(firstEpisode, going());
    expect(server.requests[0]?.thinking).toBeUndefined();
    expect(server.requests[0]?.output_config).toBeUndefined();
  });

  it('of prices decide what a run costs', async () => {
    const prices = {
      claude: { input: 100, output: 100 },
      'claude-sonnet-test': { input: 1, output: 2, cacheRead: 0.5 },
    };
    const usage = { input_tokens: 1_000, output_tokens: 10, cache_read_input_tokens: 2_000 };
    const answer: FakeAnswer = { kind: 'message', blocks: [{ type: 'tool_use', name: 'finish' }], usage };
    const { policy } = await start([answer], { claude: { prices } });
    const acted = await policy.act(firstEpisode, going());
    expect(acted.ok && acted.value.reply.usage.costUsd).toBeCloseTo((1_000 + 2_000 * 0.5 + 10 * 2) / 1e6, 12);
  });
});
