// The policies that ask no model: a script, and the recording of a run. Same answers, no network, and a clear end.
import { describe, expect, it } from 'vitest';
import { createRecordedPolicy } from '../../src/policies/recorded.ts';
import { parseScript, ScriptedPolicy } from '../../src/policies/scripted.ts';
import { canonicalJson } from '../../src/protocol/canonicalJson.ts';
import type { Episode, QuestionOf } from '../../src/protocol/policy.ts';
import { sha256 } from '../fakes/fakeWorld.ts';
import { plan } from '../fakes/planningWorld.ts';

const going = () => ({ signal: new AbortController().signal });
const [step] = plan.steps;
if (step === undefined) throw new Error('the plan has steps');
const episode: Episode = {
  feature: 'Greet',
  plan,
  step,
  attempt: 0,
  findings: [],
  instructions: null,
  history: [],
};
const synthesis: QuestionOf<'synthesis'> = {
  kind: 'synthesis',
  feature: 'Greet',
  context: { tree: 't', files: [], totalFiles: 0, excerpts: [], testCommand: null },
  views: [],
  feedback: [],
  previousPlan: null,
};
const script = {
  scenarios: [
    {
      match: 'greet',
      perspectives: {},
      plan,
      revisedPlan: { ...plan, goal: 'Greet shorter' },
      turns: { s1: [[{ toolCalls: [{ name: 'finish', input: {} }] }], [{ text: 'again' }]] },
      onReply: [{ text: 'as you like' }],
    },
  ],
};

function scripted(): ScriptedPolicy {
  const parsed = parseScript(JSON.stringify(script));
  if (!parsed.ok) throw new Error(parsed.failure.message);
  return new ScriptedPolicy(parsed.value);
}

describe('the scripted policy', () => {
  it('answers a revision, a repair and a reply each in its own way', async () => {
    const policy = scripted();
    expect(await policy.decide(synthesis, going())).toMatchObject({ value: { answer: { goal: plan.goal } } });
    const revised = { ...synthesis, feedback: ['shorter'] };
    expect(await policy.decide(revised, going())).toMatchObject({ value: { answer: { goal: 'Greet shorter' } } });
    expect(await policy.act(episode, going())).toMatchObject({ value: { turn: { toolCalls: [{ name: 'finish' }] } } });
    expect(await policy.act({ ...episode, attempt: 7 }, going())).toMatchObject({ value: { turn: { text: 'again' } } });
    const reply = { ...episode, step: { ...episode.step, id: 'reply-h1' }, instructions: 'x' };
    expect(await policy.act(reply, going())).toMatchObject({ value: { turn: { text: 'as you like' } } });
  });

  it('says what it knows when it is asked for something else', async () => {
    expect(await scripted().decide({ ...synthesis, feature: 'Paint' }, going())).toMatchObject({
      ok: false,
      failure: { reason: 'scriptExhausted', message: expect.stringContaining('greet') },
    });
  });

  it('is refused with the place of a mistake', () => {
    const broken = { scenarios: [{ ...script.scenarios[0], plan: { ...plan, goal: 3 } }] };
    expect(parseScript(JSON.stringify(broken))).toMatchObject({
      ok: false,
      failure: { reason: 'configuration', message: expect.stringContaining('scenarios.0.plan.goal') },
    });
    expect(parseScript('a: [')).toMatchObject({ ok: false });
  });
});

describe('the recorded policy', () => {
  const reply = {
    usage: { requests: 1, inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd: 0 },
    model: 'm',
    responseId: null,
  };
  const record = (request: unknown, answer: unknown, kind: 'synthesis' | 'act') => ({
    kind,
    requestDigest: sha256(canonicalJson(request)),
    request,
    answer,
    reply,
  });

  it('gives the answer of the same request, each once', async () => {
    const other = { ...plan, goal: 'Other' };
    const policy = createRecordedPolicy([
      record({ ...synthesis, feature: 'Other' }, other, 'synthesis'),
      record(synthesis, plan, 'synthesis'),
    ]);
    expect(await policy.decide(synthesis, going())).toMatchObject({ ok: true, value: { answer: plan, reply } });
    expect(await policy.decide(synthesis, going())).toMatchObject({
      ok: false,
      failure: { reason: 'scriptExhausted' },
    });
  });

  it('takes the answer at the same place of the run where only the findings differ', async () => {
    const turn = { text: 'done', toolCalls: [], stopReason: 'end_turn' };
    const policy = createRecordedPolicy([record(episode, turn, 'act')]);
    const slower = {
      ...episode,
      findings: [{ gate: 'tests' as const, rule: 'r', severity: 'error' as const, message: 'took 5 ms' }],
    };
    expect(await policy.act(slower, going())).toMatchObject({ ok: true, value: { turn } });
  });
});
