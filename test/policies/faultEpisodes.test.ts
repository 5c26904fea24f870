// What a model may do with its tools, in whole runs with the real engine and the real gym: every odd call is answered in
// words, every fault on the way ends in a recovery or a clear stop, and the person's files stay as they were.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Block, call, type FakeAnswer, type FakeRequest, say, sayJson } from '../fakes/messagesServer.ts';
import { plan } from '../fakes/planningWorld.ts';
import { perspectiveAnswer, served } from '../helpers/episodes.ts';
import { fingerprint } from '../helpers/repository.ts';
import { type Played, Stage } from '../helpers/stage.ts';

let stage: Stage;
let before: Record<string, string>;
beforeAll(async () => {
  stage = await Stage.open();
  before = fingerprint(stage.repo.root);
});
afterAll(async () => await stage.close());
/** Whatever was tried. */
afterAll(() => expect(fingerprint(stage.repo.root)).toEqual(before));

const oneStep = { ...plan, steps: plan.steps.slice(0, 1) };
const editor = 'str_replace_based_edit_tool';
const write = (path: string): [string, unknown] => [editor, { command: 'create', path, file_text: 'x\n' }];
const finish: [string, unknown] = ['finish', {}];
const raw = (name: string, text: string): FakeAnswer => ({
  kind: 'message',
  blocks: [{ type: 'tool_use', name, raw: text }],
});
const stop = (stopReason: string, ...blocks: Block[]): FakeAnswer => ({ kind: 'message', stopReason, blocks });

interface Run extends Played {
  readonly turns: readonly FakeRequest[];
  readonly observed: readonly string[];
}

/** A run whose turns are these answers, one after the other; then the step is done with an edit. */
async function run(...answers: readonly FakeAnswer[]): Promise<Run> {
  // A busy machine is silent for a while as well.
  const silenceMs = answers.some(({ kind }) => kind === 'silent') ? 3_000 : 30_000;
  const turns: FakeRequest[] = [];
  const { server, policy } = await served(
    (request) => {
      const schema = JSON.stringify(request.output_config?.format?.schema ?? null);
      if (schema !== 'null') return sayJson(schema.includes('"rollback"') ? oneStep : perspectiveAnswer);
      turns.push(request);
      return answers[turns.length - 1] ?? (turns.length === answers.length + 1 ? call(write('done.ts')) : call(finish));
    },
    { claude: { silenceMs } },
  );
  try {
    const played = await stage.play(policy);
    expect(server.problems).toEqual([]);
    return { ...played, turns, observed: played.steps.map(({ result }) => result.observation.content) };
  } finally {
    await server.close();
  }
}

const nested = (depth: number): string => `{"query":${'['.repeat(depth)}${']'.repeat(depth)}}`;

describe('a tool call is answered in words, and the run goes on', () => {
  const odd: Record<string, readonly [FakeAnswer, RegExp]> = {
    'of a tool that does not exist': [call(['rm_rf', { path: '/' }]), /There is no tool "rm_rf"/],
    'of a name that no tool may have': [call(['rm -rf /; \u001b[31m', {}]), /There is no tool/],
    'of an empty name': [call(['', {}]), /There is no tool/],
    'of a very long name': [call(['x'.repeat(5_000), {}]), /There is no tool/],
    'with a number for a text': [call(['search_code', { query: 7 }]), /does not fit the tool: query/],
    'without what is needed': [call([editor, { command: 'create' }]), /does not fit the tool/],
    'of an unknown command': [call([editor, { command: 'undo_edit', path: 'a.ts' }]), /does not fit the tool/],
    'with a list for an object': [raw('search_code', '["a"]'), /does not fit the tool/],
    'with null': [raw('search_code', 'null'), /does not fit the tool/],
    'with a bare text': [raw('search_code', '"a"'), /does not fit the tool/],
    'with half an object': [raw('finish', '{"summary": '), /does not fit the tool/],
    'with what is no JSON': [raw('finish', 'finish(now)'), /does not fit the tool/],
    'nested beyond all measure': [raw('search_code', nested(200_000)), /does not fit the tool/],
    'nested deeper than anything needs': [raw('search_code', nested(65)), /does not fit the tool/],
    'with five million characters': [
      raw('search_code', JSON.stringify({ query: 'x'.repeat(5_000_000) })),
      /does not fit/,
    ],
    'with a prototype': [raw('search_code', '{"__proto__": {"query": "a"}}'), /does not fit the tool/],
    'of a path outside': [call(write('../outside.ts')), /outside|leave/i],
    'of a path of another system': [call(write('C:\\hostile.ts')), /not a path of this repository/],
    'of git itself': [call(write('.git/hooks/post-checkout')), /\.git/],
    'of the memory of Ratchet': [call(write('.ratchet/config.yml')), /\.ratchet/],
    'of a path with a zero byte': [call(write('a\u0000.ts')), /\w{4}/],
    'of an expression that is none': [call(['search_code', { query: '(', regex: true }]), /\w{4}/],
    'of a patch that is none': [call(['apply_patch', { patch: 'make it good' }]), /\w{4}/],
  };
  for (const [name, [answer, says]] of Object.entries(odd))
    it(name, async () => {
      const { observed, steps, view } = await run(answer);
      expect(steps[0]?.result.observation.isError).toBe(true);
      expect(observed[0]).toMatch(says);
      expect(observed[0]?.length).toBeLessThan(5_000);
      expect(view.outcome?.outcome).toBe('rejected');
      expect(view.steps[0]?.status).toBe('passed');
    });
});

describe('calls', () => {
  it('of one turn are all played, in order, and all answered', async () => {
    const many = Array.from({ length: 30 }, (_, index) => write(`many/${index}.ts`));
    const { steps, turns, view } = await run(call(...many));
    expect(steps.slice(0, 30).map(({ call: { input } }) => Reflect.get(Object(input), 'path'))).toEqual(
      many.map((_, index) => `many/${index}.ts`),
    );
    expect(turns[1]?.messages.at(-1)?.content).toHaveLength(30);
    expect(view.outcome?.outcome).toBe('rejected');
  });

  it('after finish are not played', async () => {
    const { steps, turns } = await run(
      call(write('one.ts'), finish, write('late.ts'), ['search_code', { query: 'x' }]),
    );
    expect(steps.map(({ call: { name } }) => name)).toEqual([editor, 'finish']);
    expect(turns).toHaveLength(1);
  });

  it('with one id for two are told apart', async () => {
    const events = [
      {
        type: 'message_start',
        message: { id: 'm', model: 'claude-sonnet-test', usage: { input_tokens: 1, output_tokens: 1 } },
      },
      ...[0, 1].flatMap((index) => [
        {
          type: 'content_block_start',
          index,
          content_block: { type: 'tool_use', id: 'same', name: 'search_code', input: {} },
        },
        {
          type: 'content_block_delta',
          index,
          delta: { type: 'input_json_delta', partial_json: `{"query": "export const ${'ab'[index]}"}` },
        },
        { type: 'content_block_stop', index },
      ]),
      { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 5 } },
      { type: 'message_stop' },
    ];
    const { observed, view } = await run({ kind: 'events', events });
    expect(observed.slice(0, 2).map((text) => text.includes('a.ts'))).toEqual([true, false]);
    expect(view.outcome?.outcome).toBe('rejected');
  });

  it('that were cut off are not played, and the model is told', async () => {
    const cut = stop(
      'max_tokens',
      { type: 'tool_use', name: 'search_code', input: { query: 'a' } },
      { type: 'tool_use', name: 'finish', raw: '{}' },
    );
    const { steps, view } = await run(cut, stop('max_tokens', { type: 'tool_use', name: 'finish', raw: '{"sum' }));
    expect(steps.map(({ call: { name } }) => name)).toEqual(['search_code', editor, 'finish']);
    expect(view.outcome?.outcome).toBe('rejected');
  });

  it('that never come end the attempt', async () => {
    const idle = Array<FakeAnswer>(3).fill(stop('max_tokens', { type: 'text', text: 'Hm.' }));
    const { view, turns } = await run(...idle.slice(0, 2));
    expect(JSON.stringify(turns[1]?.messages.at(-1))).toContain('cut off');
    expect(JSON.stringify(turns[2]?.messages[0])).toContain('stopped acting without finishing');
    expect(view.outcome?.outcome).toBe('rejected');
  });
});

describe('a fault that passes does not end the run', () => {
  const passing: Record<string, readonly FakeAnswer[]> = {
    'a rate limit, three times': Array<FakeAnswer>(3).fill({
      kind: 'error',
      status: 429,
      type: 'rate_limit_error',
      message: 'slow down',
      headers: { 'retry-after': '2' },
    }),
    'an overload, four times': Array<FakeAnswer>(4).fill({
      kind: 'error',
      status: 529,
      type: 'overloaded_error',
      message: 'm',
    }),
    'a connection that is reset': [{ kind: 'reset' }],
    'a stream that is cut within a call': [
      { kind: 'cut', after: 4, blocks: [{ type: 'tool_use', name: 'finish', input: {} }] },
    ],
    'a stream that goes silent': [{ kind: 'silent' }],
    'a refusal of a turn': [stop('refusal')],
    'a window that is full': [
      call(['search_code', { query: 'a' }]),
      call(['search_code', { query: 'b' }]),
      call(['search_code', { query: 'c' }]),
      stop('model_context_window_exceeded'),
    ],
    'a pause': [stop('pause_turn', { type: 'text', text: 'Wait.' })],
    'words without calls': [stop('max_tokens', { type: 'text', text: 'Well.' })],
  };
  for (const [name, answers] of Object.entries(passing))
    it(name, async () => {
      const { end, view } = await run(...answers);
      expect(end.status).toBe('completed');
      expect(view.outcome?.outcome).toBe('rejected');
    });
});

describe('a fault that stays stops the run with its reason, to be resumed', () => {
  const staying: Record<string, readonly [FakeAnswer, string, RegExp]> = {
    'a refused key': [
      { kind: 'error', status: 401, type: 'authentication_error', message: 'no' },
      'unavailable',
      /Set API Key/,
    ],
    'an unknown model': [
      { kind: 'error', status: 404, type: 'not_found_error', message: 'no' },
      'unavailable',
      /model/,
    ],
    'an overload': [
      { kind: 'error', status: 529, type: 'overloaded_error', message: 'no' },
      'overloaded',
      /cannot answer now/,
    ],
    'a limit for hours': [
      { kind: 'error', status: 429, type: 'rate_limit_error', message: 'no', headers: { 'retry-after': '9000' } },
      'rateLimited',
      /resume the run then/,
    ],
    'no connection': [{ kind: 'reset' }, 'network', /connection/],
  };
  for (const [name, [answer, reason, says]] of Object.entries(staying))
    it(name, async () => {
      const { end, view, turns } = await run(...Array<FakeAnswer>(9).fill(answer));
      expect(end).toMatchObject({ status: 'stopped', failure: { reason, message: expect.stringMatching(says) } });
      expect(view.status).toBe('stopped');
      expect(turns.length).toBeLessThanOrEqual(5);
    });

  it('and a model that only talks ends the step within its repairs', async () => {
    const { end, view, turns } = await run(...Array<FakeAnswer>(60).fill(say('I would rather talk.')));
    expect(end.status).toBe('completed');
    expect(view.outcome).toMatchObject({ outcome: 'failed' });
    expect(turns.length).toBeLessThan(10);
  });
});
