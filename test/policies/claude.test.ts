// The Claude policy against a real HTTP server: every fault ends in a clear failure or a recovery, and in time.
import { afterEach, describe, expect, it } from 'vitest';
import { createClaudePolicy } from '../../src/policies/claude/claudePolicy.ts';
import { retryAfter } from '../../src/policies/claude/failures.ts';
import type { Episode, QuestionOf } from '../../src/protocol/policy.ts';
import {
  call,
  type FakeAnswer,
  type MessagesServer,
  say,
  sayJson,
  startMessagesServer,
} from '../fakes/messagesServer.ts';
import { plan } from '../fakes/planningWorld.ts';

let server: MessagesServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const key = 'sk-ant-test-0123456789abcdef';
const view = { perspective: 'tester', summary: 's', claims: [], suggestions: [], risks: [] };
const context = {
  tree: 't',
  files: ['a.ts'],
  totalFiles: 1,
  excerpts: [{ path: 'a.ts', text: 'export {}', truncated: false }],
  testCommand: null,
};
const question: QuestionOf<'perspective'> = {
  kind: 'perspective',
  feature: 'a feature',
  perspective: { name: 'tester', brief: 'b' },
  context,
};
const [step] = plan.steps;
if (step === undefined) throw new Error('the plan has steps');
const episode: Episode = {
  feature: 'a feature',
  plan,
  step,
  attempt: 0,
  findings: [],
  instructions: null,
  history: [],
};

async function policy(answers: readonly FakeAnswer[] | ((number: number) => FakeAnswer), silenceMs = 30_000) {
  server = await startMessagesServer((_request, number) => {
    const answer = typeof answers === 'function' ? answers(number) : answers[Math.min(number, answers.length) - 1];
    if (answer === undefined) throw new Error('no answer left');
    return answer;
  });
  return createClaudePolicy({ apiKey: key, baseUrl: server.url, model: 'claude-sonnet-test', silenceMs });
}
const going = () => ({ signal: new AbortController().signal });

describe('decide', () => {
  it('asks for the schema, and gives the parsed answer with what it cost', async () => {
    const asked = await (
      await policy([
        {
          kind: 'message',
          blocks: [{ type: 'text', text: JSON.stringify(view) }],
          usage: { input_tokens: 1_000, output_tokens: 100, cache_read_input_tokens: 500 },
        },
      ])
    ).decide(question, going());
    expect(asked).toMatchObject({
      ok: true,
      value: {
        answer: view,
        reply: {
          model: 'claude-sonnet-test',
          usage: { requests: 1, inputTokens: 1_000, outputTokens: 100, cacheReadTokens: 500 },
        },
      },
    });
    expect(asked.ok && asked.value.reply.usage.costUsd).toBeCloseTo((1_000 * 3 + 500 * 0.3 + 100 * 15) / 1e6);
    const [request] = server?.requests ?? [];
    expect(request?.output_config?.format?.schema).toMatchObject({
      type: 'object',
      required: expect.arrayContaining(['claims']),
    });
    expect(server?.keys).toEqual([key]);
  });

  it('asks once more when the answer is outside of the schema, and then gives up', async () => {
    const recovered = await (await policy([sayJson({ summary: 1 }), sayJson(view)])).decide(question, going());
    expect(recovered).toMatchObject({ ok: true, value: { answer: view, reply: { usage: { requests: 2 } } } });
    expect(JSON.stringify(server?.requests[1]?.messages)).toContain('does not fit the schema');
    await server?.close();
    const lost = await (await policy([say('no json')])).decide(question, going());
    expect(lost).toMatchObject({ ok: false, failure: { reason: 'invalidAnswer', retryable: false } });
    expect(server?.requests).toHaveLength(2);
  });

  it('asks with more room when the answer was cut by max_tokens', async () => {
    const cut: FakeAnswer = {
      kind: 'message',
      blocks: [{ type: 'text', text: '{"summary"' }],
      stopReason: 'max_tokens',
    };
    expect(await (await policy([cut, sayJson(view)])).decide(question, going())).toMatchObject({ ok: true });
    expect(server?.requests[1]?.max_tokens).toBeGreaterThan(server?.requests[0]?.max_tokens ?? 0);
    await server?.close();
    expect(await (await policy([cut])).decide(question, going())).toMatchObject({
      ok: false,
      failure: { reason: 'truncated' },
    });
  });
});

describe('act', () => {
  it('gives the tool calls, and builds the conversation from data', async () => {
    const history: Episode['history'] = [
      {
        turn: {
          text: 'I look.',
          toolCalls: [{ id: 'c1', name: 'search_code', input: { query: 'x' } }],
          stopReason: 'tool_use',
        },
        results: [{ toolCallId: 'c1', content: 'a.ts:1:x', isError: false }],
      },
    ];
    const acting = await policy([call(['run_tests', { files: [] }])]);
    const acted = await acting.act({ ...episode, history }, going());
    expect(acted).toMatchObject({
      ok: true,
      value: { turn: { toolCalls: [{ name: 'run_tests', input: { files: [] } }], stopReason: 'tool_use' } },
    });
    const [request] = server?.requests ?? [];
    expect(request?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(request?.tools?.map(({ name }) => name)).toEqual([
      'str_replace_based_edit_tool',
      'apply_patch',
      'search_code',
      'run_tests',
      'check_gates',
      'finish',
    ]);
    expect(JSON.stringify(request?.messages[2])).toContain('<data-');
    await acting.act({ ...episode, history }, going());
    expect(JSON.stringify(server?.requests[1])).toBe(JSON.stringify(server?.requests[0]));
  });

  it('hands malformed tool input on as text, and never half a call', async () => {
    const malformed = await (
      await policy([{ kind: 'message', blocks: [{ type: 'tool_use', name: 'finish', raw: '{"a": ' }] }])
    ).act(episode, going());
    expect(malformed).toMatchObject({
      ok: true,
      value: { turn: { toolCalls: [{ name: 'finish', input: '{"a": ' }] } },
    });
    await server?.close();
    const blocks = [
      { type: 'tool_use' as const, name: 'search_code', input: { query: 'x' } },
      { type: 'tool_use' as const, name: 'finish', raw: '{}' },
    ];
    const cut = await (await policy([{ kind: 'message', blocks, stopReason: 'max_tokens' }])).act(episode, going());
    expect(cut).toMatchObject({
      ok: true,
      value: { turn: { toolCalls: [{ name: 'search_code' }], stopReason: 'max_tokens' } },
    });
    expect(cut.ok && cut.value.turn.toolCalls).toHaveLength(1);
  });

  const stops: Record<string, string> = { refusal: 'refusal', model_context_window_exceeded: 'contextExceeded' };
  for (const [stopReason, reason] of Object.entries(stops))
    it(`takes ${stopReason} as ${reason}`, async () => {
      const acted = await (await policy([{ kind: 'message', blocks: [{ type: 'text', text: 'no' }], stopReason }])).act(
        episode,
        going(),
      );
      expect(acted).toMatchObject({ ok: false, failure: { reason, retryable: false } });
    });
});

describe('an account', () => {
  it('without a key nothing is sent', async () => {
    server = await startMessagesServer(() => say('never'));
    const keyless = createClaudePolicy({ apiKey: undefined, baseUrl: server.url, model: undefined });
    expect(await keyless.decide(question, going())).toMatchObject({
      ok: false,
      failure: { reason: 'unavailable', message: expect.stringContaining('Set API Key') },
    });
    expect(keyless.notice).toContain('No API key');
    expect(server.requests).toHaveLength(0);
  });

  it('is canceled within a second, in the middle of a stream', async () => {
    const asking = await policy([{ kind: 'silent' }], 60_000);
    const abort = new AbortController();
    const asked = asking.decide(question, { signal: abort.signal });
    const timer = setInterval(() => (server?.requests.length ?? 0) > 0 && abort.abort(), 5);
    const started = performance.now();
    await expect(asked).rejects.toThrow();
    clearInterval(timer);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe('retryAfter', () => {
  it('reads milliseconds, seconds and dates', () => {
    expect(retryAfter('250', '9')).toBe(250);
    expect(retryAfter(null, '1.5')).toBe(1_500);
    expect(retryAfter(null, new Date(Date.now() + 60_000).toUTCString())).toBeGreaterThan(50_000);
    expect(retryAfter(null, 'soon')).toBeUndefined();
    expect(retryAfter(null, null)).toBeUndefined();
  });
});
