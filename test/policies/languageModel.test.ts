// The policy over the editor's models, behind a port that a test can play: choice, chat, tools, and what is said when
// there is no model.
import { describe, expect, it } from 'vitest';
import { createLanguageModelPolicy } from '../../src/policies/languageModel/languageModelPolicy.ts';
import type { ChatAnswer, ChatMessage, ChatModel, ChatTool } from '../../src/protocol/chatModel.ts';
import { failure, type Result, success } from '../../src/protocol/result.ts';
import { exchange, firstEpisode, going, perspectiveAnswer, perspectiveQuestion } from '../helpers/episodes.ts';

const model = (id: string, family: string, maxInputTokens = 100_000): ChatModel => ({
  id,
  family,
  name: id,
  vendor: 'vendor',
  maxInputTokens,
});
const both = [model('gpt-x', 'gpt'), model('sonnet', 'claude-sonnet')];

interface Sent {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ChatTool[];
}

function lent(models: readonly ChatModel[], answers: readonly Result<ChatAnswer>[], asked?: string) {
  const sent: Sent[] = [];
  const policy = createLanguageModelPolicy({
    model: asked,
    models: {
      list: async () => models,
      send: async (id, messages, tools) => {
        sent.push({ model: id, messages, tools });
        const answer = answers[Math.min(sent.length, answers.length) - 1];
        if (answer === undefined) throw new Error('no answer left');
        return answer;
      },
    },
  });
  return { sent, policy };
}
const saying = (text: string, ...calls: ChatAnswer['calls']): Result<ChatAnswer> => success({ text, calls });
const view = saying(JSON.stringify(perspectiveAnswer));

describe('a model of the editor', () => {
  it('answers a question in words, of which the JSON is read', async () => {
    const { policy, sent } = lent(both, [saying(`Gladly:\n\`\`\`json\n${JSON.stringify(perspectiveAnswer)}\n\`\`\``)]);
    const asked = await policy.decide(perspectiveQuestion, going());
    expect(asked).toMatchObject({ ok: true, value: { answer: perspectiveAnswer, reply: { model: 'sonnet' } } });
    expect(asked.ok && asked.value.reply.usage.inputTokens).toBeGreaterThan(50);
    expect(JSON.stringify(sent[0]?.messages)).toContain('JSON schema');
    expect(sent[0]?.tools).toEqual([]);
  });

  it('is asked once more when the answer does not fit', async () => {
    const { policy, sent } = lent(both, [saying('{"summary": 1}'), view]);
    expect(await policy.decide(perspectiveQuestion, going())).toMatchObject({ ok: true });
    expect(JSON.stringify(sent[1]?.messages)).toContain('does not fit the schema');
    const lost = lent(both, [saying('no')]);
    expect(await lost.policy.decide(perspectiveQuestion, going())).toMatchObject({
      ok: false,
      failure: { reason: 'invalidAnswer' },
    });
    expect(lost.sent).toHaveLength(2);
  });

  it('calls the tools of the gym, and is told what came of it', async () => {
    const calls = [
      { id: '', name: 'search_code', input: { query: 'x' } },
      { id: 'c', name: 'finish', input: {} },
      { id: 'c', name: 'finish', input: 7 },
    ];
    const { policy, sent } = lent(both, [saying('I look.', ...calls)]);
    const heard = { ...exchange('c1', 'found it'), comment: 'Mind the tabs.' };
    const acted = await policy.act({ ...firstEpisode, history: [heard] }, going());
    expect(acted).toMatchObject({ ok: true, value: { turn: { text: 'I look.', stopReason: 'tool_use' } } });
    const ids = acted.ok ? acted.value.turn.toolCalls.map(({ id }) => id) : [];
    expect(new Set(ids).size).toBe(3);
    expect(sent[0]?.tools.map(({ name }) => name)).toContain('str_replace_based_edit_tool');
    expect(sent[0]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(sent[0]?.messages[1]?.parts[1]).toMatchObject({ type: 'call', id: 'c1', name: 'search_code' });
    expect(JSON.stringify(sent[0]?.messages[2]?.parts[1])).toContain('Mind the tabs.');
    expect(sent[0]?.messages[2]?.parts[0]).toMatchObject({
      type: 'result',
      id: 'c1',
      text: expect.stringContaining('found it'),
    });
  });

  it('is shown what fits into its window, and what is missing is said', async () => {
    const small = [model('small', 'claude', 30_000)];
    const { policy, sent } = lent(small, [saying('ok')]);
    const history = Array.from({ length: 12 }, (_, index) =>
      exchange(`c${index}`, `r${index} ${'word '.repeat(3_000)}`),
    );
    expect(await policy.act({ ...firstEpisode, history }, going())).toMatchObject({ ok: true });
    expect(JSON.stringify(sent[0]?.messages).match(/\(Left out/g)?.length).toBeGreaterThanOrEqual(8);
    const tiny = lent([model('tiny', 'claude', 500)], [saying('ok')]);
    expect(await tiny.policy.act({ ...firstEpisode, history }, going())).toMatchObject({
      ok: false,
      failure: { reason: 'contextExceeded', message: expect.stringContaining('policy.model') },
    });
    expect(tiny.sent).toHaveLength(0);
  });

  it('is the one that was asked for, or a Claude, or the first', async () => {
    for (const [models, asked, chosen] of [
      [both, undefined, 'sonnet'],
      [both, 'gpt', 'gpt-x'],
      [both, 'gpt-x', 'gpt-x'],
      [both.slice(0, 1), undefined, 'gpt-x'],
    ] as const) {
      const { policy, sent } = lent(models, [view], asked);
      await policy.decide(perspectiveQuestion, going());
      expect(sent[0]?.model).toBe(chosen);
    }
  });

  it('that is not there is said to be missing', async () => {
    const cases = [
      [lent(both, [view], 'opus').policy, /has no model opus. It has: gpt-x, sonnet/],
      [lent([], [view]).policy, /has no language model.*Choose Policy/],
      [createLanguageModelPolicy({ models: undefined, model: undefined }), /only be asked in the editor/],
    ] as const;
    for (const [policy, says] of cases)
      expect(await policy.act(firstEpisode, going())).toMatchObject({
        ok: false,
        failure: { reason: 'unavailable', message: expect.stringMatching(says) },
      });
  });

  it('hands failures of the editor on as they are', async () => {
    const refused = failure('unavailable', 'You did not allow it.');
    const { policy } = lent(both, [refused]);
    expect(await policy.decide(perspectiveQuestion, going())).toEqual(refused);
    expect(await policy.act(firstEpisode, going())).toEqual(refused);
  });
});
