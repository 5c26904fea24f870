// Every way in which the API can fail, over real HTTP, one row each: a clear failure that says whether trying again helps,
// or an answer all the same. Nothing here waits: whoever tries again is told when, and that is the controller.
import { describe, expect, it } from 'vitest';
import {
  type Block,
  call,
  eventsOf,
  type FakeAnswer,
  type StreamEvent,
  say,
  sayJson,
} from '../fakes/messagesServer.ts';
import {
  firstEpisode,
  going,
  perspectiveAnswer,
  perspectiveQuestion,
  type Served,
  served,
  testKey,
} from '../helpers/episodes.ts';

type Expected = {
  readonly reason: string;
  readonly retryable?: boolean;
  readonly says?: RegExp;
  readonly retryAfterMs?: number;
};
/** `silenceMs` is short only where silence is what is tried: a busy machine is silent as well. */
type Row = readonly [
  name: string,
  answers: readonly FakeAnswer[],
  expected: Expected | 'an answer',
  silenceMs?: number,
];

const error = (status: number, type: string, message = 'm', headers: Record<string, string> = {}): FakeAnswer => ({
  kind: 'error',
  status,
  type,
  message,
  headers,
});
const stop = (stopReason: string, ...blocks: Block[]): FakeAnswer => ({ kind: 'message', stopReason, blocks });
const good: Extract<FakeAnswer, { kind: 'message' }> = {
  kind: 'message',
  blocks: [
    { type: 'text', text: 'I edit.' },
    { type: 'tool_use', name: 'finish', input: { summary: 'done' } },
  ],
};
const goodEvents = eventsOf('claude-sonnet-test', good);
/** The good answer with its events changed. */
const changed = (change: (events: StreamEvent[]) => readonly StreamEvent[]): FakeAnswer => ({
  kind: 'events',
  events: change([...goodEvents]),
});
const within = (type: string, message = 'm'): FakeAnswer =>
  changed((events) => [...events.slice(0, 4), { type: 'error', error: { type, message } }]);
const later = (reason: string, more: Partial<Expected> = {}): Expected => ({ reason, retryable: true, ...more });
const never = (reason: string, says?: RegExp): Expected => ({ reason, retryable: false, ...(says && { says }) });
const body = (text: string, contentType = 'text/event-stream', status = 200): FakeAnswer => ({
  kind: 'body',
  status,
  contentType,
  text,
});

const errors: Row[] = [
  ['400', [error(400, 'invalid_request_error', 'bad field')], never('unavailable', /refused the request.*bad field/)],
  [
    '400, too long',
    [error(400, 'invalid_request_error', 'prompt is too long: 3 tokens > 2 maximum')],
    never('contextExceeded'),
  ],
  ['401', [error(401, 'authentication_error', `invalid key ${testKey}`)], never('unavailable', /Set API Key/)],
  ['402', [error(402, 'billing_error', 'no credit')], never('unavailable', /cannot pay/)],
  ['403', [error(403, 'permission_error')], never('unavailable', /Set API Key/)],
  ['404 of a model', [error(404, 'not_found_error', 'model: x')], never('unavailable', /Check the model/)],
  ['408', [error(408, 'timeout_error')], later('overloaded')],
  ['409', [error(409, 'conflict_error')], later('overloaded')],
  ['413', [error(413, 'request_too_large')], never('contextExceeded')],
  ['422 of a gateway', [error(422, 'unprocessable')], never('unavailable', /refused the request \(422\)/)],
  ['429', [error(429, 'rate_limit_error')], later('rateLimited')],
  [
    '429, retry-after in seconds',
    [error(429, 'rate_limit_error', 'm', { 'retry-after': '7' })],
    later('rateLimited', { retryAfterMs: 7_000 }),
  ],
  [
    '429, retry-after-ms',
    [error(429, 'rate_limit_error', 'm', { 'retry-after-ms': '250' })],
    later('rateLimited', { retryAfterMs: 250 }),
  ],
  [
    '429, retry-after of hours',
    [error(429, 'rate_limit_error', 'm', { 'retry-after': '7200' })],
    never('rateLimited', /wait for 120 minutes: resume/),
  ],
  [
    '429, retry-after that is no time',
    [error(429, 'rate_limit_error', 'm', { 'retry-after': 'soon' })],
    later('rateLimited'),
  ],
  ['500', [error(500, 'api_error')], later('overloaded')],
  ['502 of a gateway, as HTML', [body('<h1>Bad Gateway</h1>', 'text/html', 502)], later('overloaded')],
  ['503', [error(503, 'api_error')], later('overloaded')],
  ['504', [error(504, 'timeout_error')], later('overloaded')],
  ['529', [error(529, 'overloaded_error')], later('overloaded')],
  [
    '529 with retry-after',
    [error(529, 'overloaded_error', 'm', { 'retry-after': '3' })],
    later('overloaded', { retryAfterMs: 3_000 }),
  ],
];

const inStream: Row[] = [
  ['an overload', [within('overloaded_error')], later('overloaded')],
  ['a rate limit', [within('rate_limit_error')], later('rateLimited')],
  ['an error of the API', [within('api_error')], later('overloaded')],
  ['a timeout', [within('timeout_error')], later('overloaded')],
  ['a refused key', [within('authentication_error')], never('unavailable', /Set API Key/)],
  ['a request that is too large', [within('request_too_large')], never('contextExceeded')],
  ['an error of an unknown type', [within('new_error', 'odd')], later('network', { says: /odd/ })],
];

const connections: Row[] = [
  ['is reset', [{ kind: 'reset' }], later('network')],
  ['says nothing after its headers', [{ kind: 'silent' }], later('network', { says: /sent nothing/ }), 300],
  [
    'goes silent after two events',
    [{ kind: 'events', events: goodEvents.slice(0, 3), hangs: true }],
    later('network', { says: /sent nothing/ }),
    300,
  ],
  // All of it takes longer than the silence that is allowed.
  ['is slow, but not silent', [{ kind: 'events', events: goodEvents, delayMs: 250 }], 'an answer', 2_000],
  ['answers with a page', [body('<html>Sign in</html>', 'text/html')], later('network')],
  ['answers with nothing', [body('')], later('network', { says: /cut off/ })],
  ['answers with what is no event', [body('event: message_start\ndata: {"type": \n\n')], later('network')],
];

const odd: Row[] = [
  [
    'an unknown event',
    [changed((events) => [...events.slice(0, 3), { type: 'weather', sunny: true }, ...events.slice(3)])],
    'an answer',
  ],
  ['many pings', [changed((events) => events.flatMap((event) => [{ type: 'ping' }, event]))], 'an answer'],
  [
    'a block that is announced twice',
    [changed((events) => events.flatMap((event) => (event.type === 'content_block_start' ? [event, event] : [event])))],
    'an answer',
  ],
  [
    'a block that is ended twice',
    [changed((events) => events.flatMap((event) => (event.type === 'content_block_stop' ? [event, event] : [event])))],
    'an answer',
  ],
  ['an end that comes twice', [changed((events) => [...events, { type: 'message_stop' }])], 'an answer'],
  [
    'a piece for a block that has ended',
    [
      changed((events) => [
        ...events.slice(0, -2),
        { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '}}}' } },
        ...events.slice(-2),
      ]),
    ],
    'an answer',
  ],
  [
    'a piece for a block that never began',
    [
      changed((events) => [
        ...events.slice(0, 2),
        { type: 'content_block_delta', index: 9, delta: { type: 'text_delta', text: 'x' } },
        ...events.slice(2),
      ]),
    ],
    'an answer',
  ],
  [
    'a piece of an unknown kind',
    [
      changed((events) => [
        ...events.slice(0, 3),
        { type: 'content_block_delta', index: 0, delta: { type: 'song_delta', song: 'x' } },
        ...events.slice(3),
      ]),
    ],
    'an answer',
  ],
  [
    'a block of an unknown kind',
    [
      changed((events) => [
        ...events.slice(0, 2),
        { type: 'content_block_start', index: 7, content_block: { type: 'hologram' } },
        { type: 'content_block_stop', index: 7 },
        ...events.slice(2),
      ]),
    ],
    'an answer',
  ],
  ['no beginning', [changed((events) => events.slice(1))], 'an answer'],
  [
    'a beginning without usage',
    [changed((events) => [{ type: 'message_start', message: { id: 'm', model: 'x' } }, ...events.slice(1)])],
    later('network', { says: /a form that it never has/ }),
  ],
  [
    'an index that is no number',
    [
      changed((events) => [
        ...events.slice(0, 2),
        { type: 'content_block_start', index: 'one', content_block: { type: 'text' } },
      ]),
    ],
    later('network'),
  ],
  ['an unknown way to stop', [stop('tired', { type: 'text', text: 'x' })], later('network', { says: /tired/ })],
  ['no way to stop', [changed((events) => events.filter(({ type }) => type !== 'message_delta'))], later('network')],
];

const stops: Row[] = [
  ['tool_use', [good], 'an answer'],
  ['end_turn', [say('Done.')], 'an answer'],
  ['stop_sequence', [stop('stop_sequence', { type: 'text', text: 'x' })], 'an answer'],
  ['max_tokens', [stop('max_tokens', ...good.blocks)], 'an answer'],
  ['max_tokens before anything was said', [stop('max_tokens')], 'an answer'],
  [
    'refusal',
    [{ ...stop('refusal'), kind: 'message', blocks: [], refusal: 'It could harm.' }],
    never('refusal', /It could harm.*policy\.model/),
  ],
  ['refusal without a reason', [stop('refusal')], never('refusal', /refused to answer\. Say/)],
  ['model_context_window_exceeded', [stop('model_context_window_exceeded')], never('contextExceeded')],
  ['pause_turn, and then the rest', [stop('pause_turn', { type: 'text', text: 'a' }), good], 'an answer'],
  ['pause_turn without end', [stop('pause_turn', { type: 'text', text: 'a' })], never('truncated', /paused/)],
];

const groups: Record<string, readonly Row[]> = {
  'an error': errors,
  'an error within the stream, of': inStream,
  'a connection that': connections,
  'a stream with': odd,
  'a turn that stops by': stops,
};

async function inTime<T>(
  run: (now: Served) => Promise<T>,
  answers: readonly FakeAnswer[],
  silenceMs = 30_000,
): Promise<T> {
  const now = await served(answers, { claude: { silenceMs } });
  const started = performance.now();
  try {
    return await run(now);
  } finally {
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(now.server.problems).toEqual([]);
    await now.server.close();
  }
}

for (const [group, rows] of Object.entries(groups))
  describe(group, () => {
    for (const [name, answers, expected, silenceMs] of rows)
      it(name, async () => {
        await inTime(
          async ({ policy, server }) => {
            const acted = await policy.act(firstEpisode, going());
            expect(JSON.stringify(acted)).not.toContain(testKey);
            expect(server.requests.length).toBeLessThanOrEqual(5);
            if (expected === 'an answer') {
              expect(acted).toMatchObject({ ok: true });
              return;
            }
            const { says = /\w{4}/, ...failure } = expected;
            expect(acted).toMatchObject({ ok: false, failure: { ...failure, message: expect.stringMatching(says) } });
          },
          answers,
          silenceMs,
        );
      });
  });

describe('a question is answered', () => {
  const recovering: Record<string, readonly FakeAnswer[]> = {
    'after an answer outside of the schema': [sayJson({ summary: 1 }), sayJson(perspectiveAnswer)],
    'after an answer that is no JSON': [say('Sure!'), sayJson(perspectiveAnswer)],
    'after an answer that was cut': [
      stop('max_tokens', { type: 'text', text: '{"summary"' }),
      sayJson(perspectiveAnswer),
    ],
    'after a request that was too long': [error(413, 'request_too_large'), sayJson(perspectiveAnswer)],
    'after a full window, a cut and a mistake': [
      stop('model_context_window_exceeded'),
      stop('max_tokens'),
      say('no'),
      sayJson(perspectiveAnswer),
    ],
  };
  for (const [name, answers] of Object.entries(recovering))
    it(name, async () => {
      await inTime(async ({ policy, server }) => {
        const asked = await policy.decide(perspectiveQuestion, going());
        expect(asked).toMatchObject({ ok: true, value: { answer: perspectiveAnswer } });
        expect(server.requests).toHaveLength(answers.length);
      }, answers);
    });
});

describe('a question is given up', () => {
  const lost: readonly (readonly [string, FakeAnswer, string])[] = [
    ['when tools are called instead', call(['finish', {}]), 'invalidAnswer'],
    ['when it is refused', stop('refusal'), 'refusal'],
    ['when every answer is cut', stop('max_tokens'), 'truncated'],
    ['when no answer fits the schema', sayJson([]), 'invalidAnswer'],
    ['when it never fits into the window', stop('model_context_window_exceeded'), 'contextExceeded'],
  ];
  for (const [name, answer, reason] of lost)
    it(name, async () => {
      await inTime(
        async ({ policy, server }) => {
          const asked = await policy.decide(perspectiveQuestion, going());
          expect(asked).toMatchObject({ ok: false, failure: { reason, retryable: false } });
          expect(server.requests.length).toBeLessThanOrEqual(5);
        },
        [answer],
      );
    });
});

describe('a stream that is cut', () => {
  for (let after = 0; after < goodEvents.length; after += 1)
    it(`after ${after} events is a network failure, and no half call comes out of it`, async () => {
      await inTime(
        async ({ policy }) => {
          const acted = await policy.act(firstEpisode, going());
          expect(acted).toMatchObject({ ok: false, failure: { reason: 'network', retryable: true } });
        },
        [{ kind: 'cut', after, blocks: good.blocks }],
      );
    });
});

describe('odd streams', () => {
  it('do not change what was said', async () => {
    for (const [name, answers, expected] of odd)
      if (expected === 'an answer')
        await inTime(async ({ policy }) => {
          const acted = await policy.act(firstEpisode, going());
          const turn = acted.ok ? acted.value.turn : undefined;
          expect(turn, name).toMatchObject({
            text: 'I edit.',
            toolCalls: [{ name: 'finish', input: { summary: 'done' } }],
          });
        }, answers);
  });
});
