// Claude asked in batches, against a real HTTP server: one batch for what is asked together, nothing paid twice.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BatchLedger } from '../../src/policies/claude/batchLedger.ts';
import { createClaudePolicy } from '../../src/policies/claude/claudePolicy.ts';
import type { Policy } from '../../src/policies/policy.ts';
import type { Episode, QuestionOf } from '../../src/protocol/policy.ts';
import type { BatchBehaviour } from '../fakes/messageBatches.ts';
import {
  call,
  type FakeAnswer,
  type FakeRequest,
  type MessagesServer,
  sayJson,
  startMessagesServer,
} from '../fakes/messagesServer.ts';
import { plan } from '../fakes/planningWorld.ts';

let folder: string;
let server: MessagesServer | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ratchet-batches-'));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const context = { tree: 't', files: ['a.ts'], totalFiles: 1, excerpts: [], testCommand: null };
const question = (name: string): QuestionOf<'perspective'> => ({
  kind: 'perspective',
  feature: 'a feature',
  perspective: { name, brief: `the brief of ${name}` },
  context,
});
const viewOf = (perspective: string) => ({ perspective, summary: 's', claims: [], suggestions: [], risks: [] });
const [step] = plan.steps;
if (step === undefined) throw new Error('the plan has steps');
const episode: Episode = { feature: 'f', plan, step, attempt: 0, findings: [], instructions: null, history: [] };
const going = () => ({ signal: new AbortController().signal });

/** Says the perspective that it was asked for. */
const echo = (request: FakeRequest): FakeAnswer => {
  const [, name = ''] = /the brief of (\w+)/.exec(JSON.stringify(request.messages)) ?? [];
  return sayJson(viewOf(name));
};

async function start(behaviour: BatchBehaviour, answer: (request: FakeRequest, number: number) => FakeAnswer = echo) {
  server = await startMessagesServer(answer, { batches: behaviour });
  return server;
}

const ledger = () => new BatchLedger(join(folder, 'batches'));
const left = () => readdirSync(join(folder, 'batches'));

function policyAt(url: string, times: { pollMs?: number; longestMs?: number } = {}): Policy {
  const batch = { ledger: ledger(), gatherMs: 30, pollMs: 10, longestMs: 20_000, ...times };
  return createClaudePolicy({ apiKey: 'sk-ant-test', baseUrl: url, model: 'claude-sonnet-test', batch });
}

describe('a batch', () => {
  it('holds what is asked at the same time, and costs half', async () => {
    const { url, batches, problems } = await start({ looks: 3 });
    const policy = policyAt(url);
    const names = ['tester', 'architect', 'operator'];
    const asked = await Promise.all(names.map((name) => policy.decide(question(name), going())));
    expect(asked.map((one) => one.ok && one.value.answer.perspective)).toEqual(names);
    expect(batches.map(({ requests }) => requests.length)).toEqual([3]);
    expect(problems).toEqual([]);
    const [first] = asked;
    expect(first?.ok && first.value.reply.usage.costUsd).toBeCloseTo((100 * 3 + 50 * 15) / 1e6 / 2);
    expect(left()).toEqual([]);
    expect(policy.name).toBe('claude (claude-sonnet-test, in batches)');
  });

  it('brings actions', async () => {
    const { url } = await start({ looks: 1 }, () => call(['run_tests', { files: ['a'] }]));
    const acted = await policyAt(url).act(episode, going());
    expect(acted).toMatchObject({
      ok: true,
      value: { turn: { stopReason: 'tool_use', toolCalls: [{ name: 'run_tests', input: { files: ['a'] } }] } },
    });
  });

  it('is taken up again by who comes later, and not paid twice', async () => {
    const behaviour = { looks: Number.POSITIVE_INFINITY };
    const { url, batches } = await start(behaviour);
    const early = await policyAt(url, { longestMs: 40 }).decide(question('tester'), going());
    expect(early).toMatchObject({ ok: false, failure: { reason: 'overloaded', retryable: true } });
    expect(early.ok || early.failure.message).toContain('msgbatch_1 is still being worked on');
    expect(left()).toHaveLength(1);
    behaviour.looks = 0;
    const late = await policyAt(url).decide(question('tester'), going());
    expect(late).toMatchObject({ ok: true, value: { answer: viewOf('tester') } });
    expect(batches).toHaveLength(1);
    expect(left()).toEqual([]);
  });

  it('is asked for anew when the API has forgotten it', async () => {
    const { url, batches } = await start({ looks: 1 });
    const asked = await policyAt(url).decide(question('tester'), going());
    expect(asked.ok).toBe(true);
    const [id = ''] = batches[0]?.requests.map(({ custom_id }) => custom_id) ?? [];
    await ledger().put(id, 'msgbatch_gone');
    const gone = await policyAt(url).decide(question('tester'), going());
    expect(gone).toMatchObject({ ok: false, failure: { reason: 'network', retryable: true } });
    expect((await policyAt(url).decide(question('tester'), going())).ok).toBe(true);
    expect(batches).toHaveLength(2);
  });

  it('is canceled with the last who waits for it', async () => {
    const { url, batches } = await start({ looks: Number.POSITIVE_INFINITY });
    const policy = policyAt(url);
    const [one, two] = [new AbortController(), new AbortController()];
    const asked = [one, two].map(({ signal }, index) =>
      policy.decide(question(`p${index}`), { signal }).then(
        () => 'answered',
        () => 'canceled',
      ),
    );
    while ((batches[0]?.looks ?? 0) < 2) await delay(5);
    one.abort();
    expect(await asked[0]).toBe('canceled');
    expect(batches[0]?.isCanceled).toBe(false);
    two.abort();
    expect(await asked[1]).toBe('canceled');
    expect(batches[0]?.isCanceled).toBe(true);
  });

  it('is not sent when everybody left before', async () => {
    const { url, batches } = await start({ looks: 1 });
    const abort = new AbortController();
    const asked = policyAt(url)
      .decide(question('tester'), { signal: abort.signal })
      .catch(() => 'canceled');
    abort.abort();
    expect(await asked).toBe('canceled');
    await delay(80);
    expect(batches).toEqual([]);
  });
});

describe('what a batch can bring instead of an answer', () => {
  it.each([
    ['invalid_request_error', 'unavailable', false],
    ['authentication_error', 'unavailable', false],
    ['rate_limit_error', 'rateLimited', true],
    ['overloaded_error', 'overloaded', true],
    ['api_error', 'overloaded', true],
    ['something_new', 'overloaded', true],
  ])('an error: %s', async (type, reason, retryable) => {
    const { url } = await start({ looks: 1 }, () => ({ kind: 'error', status: 0, type, message: 'so it is' }));
    const asked = await policyAt(url).decide(question('tester'), going());
    expect(asked).toMatchObject({ ok: false, failure: { reason, retryable } });
    expect(left()).toEqual([]);
  });

  it.each([
    ['expired', 'overloaded', true],
    ['canceled', 'unavailable', false],
    ['missing', 'network', true],
  ] as const)('%s', async (what, reason, retryable) => {
    const { url } = await start({ looks: 1, instead: () => what });
    const asked = await policyAt(url).decide(question('tester'), going());
    expect(asked).toMatchObject({ ok: false, failure: { reason, retryable } });
    expect(left()).toEqual([]);
  });

  it('something that is no message', async () => {
    const { url } = await start({ looks: 1 }, () => ({ kind: 'silent' }));
    expect(await policyAt(url).decide(question('tester'), going())).toMatchObject({
      ok: false,
      failure: { reason: 'network' },
    });
  });

  it('no such door', async () => {
    server = await startMessagesServer(echo);
    expect(await policyAt(server.url).decide(question('tester'), going())).toMatchObject({
      ok: false,
      failure: { reason: 'unavailable', retryable: false },
    });
  });
});
