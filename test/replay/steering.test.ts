// A person steers a run while it works: real engine, real workflow, and a world that answers from the question alone.
import { describe, expect, it } from 'vitest';
import { replayRun } from '../../src/host/replayRun.ts';
import { canonicalJson } from '../../src/protocol/canonicalJson.ts';
import type { JournalEntry } from '../../src/protocol/journal.ts';
import type { RunSignal } from '../../src/protocol/signals.ts';
import type { Answer } from '../fakes/fakeWorld.ts';
import { person, plan, planInput, planningAnswers } from '../fakes/planningWorld.ts';
import { type Driven, drive, timeless } from './drive.ts';

const approve = person[0];
if (approve === undefined) throw new Error('the person says nothing');

const scheduled = (entries: readonly JournalEntry[], name: string) =>
  entries.flatMap(({ event }) => (event.type === 'activityScheduled' && event.name === name ? [event] : []));

const get = (value: unknown, ...keys: readonly (string | number)[]): unknown =>
  keys.reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined), value);

/** Sends each signal once, right after the n-th entry of that type and name. */
function steered(
  says: readonly { after: (entry: JournalEntry) => boolean; signal: RunSignal }[],
  options: { answer?: Answer; says?: typeof person } = {},
): Promise<Driven> {
  const left = [...says];
  return drive([], {
    ...options,
    until: (entry, engine) => {
      for (const line of left.filter(({ after }) => after(entry))) {
        left.splice(left.indexOf(line), 1);
        void engine.signal(line.signal);
      }
    },
  });
}

const firstOf = (name: string) => (entry: JournalEntry) =>
  entry.event.type === 'activityScheduled' && entry.event.name === name;

describe('a paused run', () => {
  it('begins nothing until it is continued, and ends as if it had not been', async () => {
    const says = [
      approve,
      { when: 'continue' as const, signal: { name: 'continue' as const, payload: {} } },
      ...person.slice(1),
    ];
    const paused = await steered([{ after: firstOf('stepGym'), signal: { name: 'pause', payload: {} } }], { says });
    const events = paused.entries.map(({ event }) => event);
    const from = events.findIndex((event) => event.type === 'signalReceived' && event.name === 'pause');
    const to = events.findIndex((event) => event.type === 'signalReceived' && event.name === 'continue');
    expect(from).toBeGreaterThan(0);
    expect(to).toBeGreaterThan(from);
    expect(events.slice(from, to).filter(({ type }) => type === 'activityScheduled')).toEqual([]);
    const plain = await drive([]);
    expect(timeless(paused.view)).toEqual(timeless(plain.view));
    expect(paused.end).toEqual(plain.end);
    expect((await replayRun('r', paused.entries)).identical).toBe(true);
  });

  it('is still paused after the host has died', async () => {
    let cut = false;
    const first = await drive([], {
      says: [approve],
      until: (entry, engine) => {
        if (firstOf('stepGym')(entry)) void engine.signal({ name: 'pause', payload: {} });
        if (entry.event.type === 'activityCompleted' && scheduled([entry], 'stepGym').length === 0 && cut) return;
        if (entry.event.type === 'signalReceived' && entry.event.name === 'pause') {
          cut = true;
          setImmediate(() => engine.detach());
        }
      },
    });
    expect(first.view.isPaused).toBe(true);
    const second = await drive(first.entries, {
      says: [approve],
      until: (entry, engine) => {
        if (entry.event.type === 'activityCompleted') setTimeout(() => engine.detach(), 20);
      },
    });
    expect(second.view).toMatchObject({ status: 'waiting', waitingFor: 'continue' });
  });
});

describe('a comment', () => {
  it('reaches the policy in its next answer, once', async () => {
    const signal: RunSignal = { name: 'comment', payload: { text: 'Use the existing helper.' } };
    const { entries, view } = await steered([{ after: firstOf('stepGym'), signal }]);
    const asked = scheduled(entries, 'nextTurn').map(({ input }) => input);
    const [at] = asked.flatMap((input, index) =>
      canonicalJson(input).includes('Use the existing helper.') ? [index] : [],
    );
    expect(at).toBe(1);
    expect(get(asked[1], 'history', 0, 'comment')).toBe('Use the existing helper.');
    expect(view.comments.map(({ text }) => text)).toEqual(['Use the existing helper.']);
    expect((await replayRun('r', entries)).identical).toBe(true);
  });

  it('is read with the plan when it comes before there is one', async () => {
    const signal: RunSignal = { name: 'comment', payload: { text: 'Keep it in one file.' } };
    const { entries } = await steered([{ after: firstOf('consider'), signal }]);
    expect(get(scheduled(entries, 'synthesise')[0]?.input, 'feedback')).toEqual(['Keep it in one file.']);
  });

  it('in a review is an answer to all of it', async () => {
    const says = [
      approve,
      { when: 'review' as const, signal: { name: 'comment' as const, payload: { text: 'Shorter names.' } } },
      ...person.slice(1),
    ];
    const { entries, view } = await drive([], { says });
    const replies = scheduled(entries, 'nextTurn').filter(({ input }) => get(input, 'step', 'id') === 'reply');
    expect(get(replies[0]?.input, 'instructions')).toBe('Shorter names.');
    expect(scheduled(entries, 'propose')).toHaveLength(2);
    expect(view.outcome?.outcome).toBe('applied');
  });
});

describe('a step that is redone', () => {
  it('begins where it began, with the instructions, and those after it are played again', async () => {
    const redo = { name: 'redoStep' as const, payload: { stepId: 's2', instructions: 'Say it in German.' } };
    const { entries, view } = await drive([], {
      says: [approve, { when: 'review', signal: redo }, ...person.slice(1)],
    });
    const turns = scheduled(entries, 'nextTurn').filter(({ input }) => get(input, 'step', 'id') === 's2');
    const [first] = turns;
    const again = turns.find(({ input }) => get(input, 'instructions') === 'Say it in German.');
    expect(again).toBeDefined();
    const treeAt = (activity: number | undefined) =>
      get(scheduled(entries, 'stepGym').find((step) => step.activity > (activity ?? 0))?.input, 'tree');
    expect(treeAt(again?.activity)).toBe(treeAt(first?.activity));
    expect(scheduled(entries, 'propose')).toHaveLength(2);
    expect(view.outcome?.outcome).toBe('applied');
    expect((await replayRun('r', entries)).identical).toBe(true);
  });
});

describe('after a rejection', () => {
  const reject = { name: 'decideHunks' as const, payload: { accept: [], reject: ['h2'] } };
  const accept = { name: 'decideHunks' as const, payload: { accept: ['h1', 'h3'], reject: [] } };

  it('what is left is judged before any of it is applied', async () => {
    const { entries } = await drive([], {
      says: [approve, { when: 'review', signal: reject }, { when: 'review', signal: accept }],
    });
    const composed = scheduled(entries, 'composeTree');
    expect(composed.map(({ input }) => get(input, 'hunkIds'))).toEqual([['h1', 'h3']]);
    const judged = scheduled(entries, 'judge').find(({ input }) => get(input, 'phase') === 'remaining');
    expect(get(judged?.input, 'candidateTree')).toBe('tree-of-h1,h3');
    expect(judged?.activity).toBeLessThan(scheduled(entries, 'applyHunks')[0]?.activity ?? 0);
  });

  /** Without h2, the tests fail. */
  const failing: Answer = (name, input, info) => {
    const answer = planningAnswers()(name, input, info);
    if (name !== 'judge' || get(input, 'candidateTree') !== 'tree-of-h1,h3' || answer === 'never' || !answer.ok)
      return answer;
    const passed = get(answer.output, 'verdicts', 0);
    const verdict = { ...Object(passed), status: 'failed', summary: '1 failed' };
    return { ...answer, output: { verdicts: [verdict] } };
  };

  it('acceptances that were sent before it was known to fail are asked again', async () => {
    let isSent = false;
    const both = await drive([], {
      answer: failing,
      says: [approve, { when: 'review', signal: reject }],
      until: (entry, engine) => {
        if (firstOf('composeTree')(entry) && !isSent) {
          isSent = true;
          void engine.signal(accept);
        }
        if (entry.event.type === 'activityCompleted' && isSent) setTimeout(() => engine.detach(), 50);
      },
    });
    expect(scheduled(both.entries, 'applyHunks')).toEqual([]);
    expect(both.view).toMatchObject({
      waitingFor: 'review',
      hunks: { h1: 'pending', h2: 'rejected', h3: 'pending' },
    });
  });

  it('a person who knows that it fails may accept it nevertheless', async () => {
    let isKnown = false;
    const { view } = await drive([], {
      answer: failing,
      says: [approve, { when: 'review', signal: reject }],
      until: ({ event }, engine) => {
        if (isKnown || event.type !== 'activityCompleted' || !canonicalJson(event.output).includes('1 failed')) return;
        if (!canonicalJson(event.output).includes('tree-of-h1,h3')) return;
        isKnown = true;
        setTimeout(() => void engine.signal(accept), 20);
      },
    });
    expect(view.hunks).toEqual({ h1: 'accepted', h2: 'rejected', h3: 'accepted' });
  });
});

describe('several ways through a step', () => {
  const twoWays = { budget: { ...planInput.budget, ways: 2, repairs: 0 } };
  /** The edit of way 2 leads to a tree that passes. */
  const secondIsBetter: Answer = (name, input, info) => {
    const answer = planningAnswers()(name, input, info);
    if (answer === 'never' || !answer.ok || name !== 'judge' || get(input, 'stepId') !== 's1') return answer;
    const verdict = Object(get(answer.output, 'verdicts', 0));
    const status = get(input, 'way') === 2 ? 'passed' : 'failed';
    return { ...answer, output: { verdicts: [{ ...verdict, status, findings: [] }] } };
  };

  it('are played apart from each other, and the better goes on', async () => {
    const { entries, view } = await drive([], { answer: secondIsBetter, input: twoWays });
    expect(view.outcome?.outcome).toBe('applied');
    expect(view.steps[0]?.ways.map(({ passed, isChosen }) => [passed, isChosen])).toEqual([
      [false, false],
      [true, true],
    ]);
    const steps = scheduled(entries, 'stepGym').filter(({ input }) => get(input, 'stepId') === 's1');
    expect(new Set(steps.map(({ input }) => get(input, 'way')))).toEqual(new Set([1, 2]));
    const [choice] = scheduled(entries, 'noteChoice');
    expect(choice?.input).toMatchObject({ stepId: 's1', chosen: 2 });
    expect((await replayRun('r', entries)).identical).toBe(true);
  });

  it('each hear what the person says, once', async () => {
    const signal: RunSignal = { name: 'comment', payload: { text: 'Mind the edge.' } };
    const left = [signal];
    const { entries } = await drive([], {
      answer: secondIsBetter,
      input: twoWays,
      until: (entry, engine) => {
        if (firstOf('stepGym')(entry)) for (const said of left.splice(0)) void engine.signal(said);
      },
    });
    const hearing = scheduled(entries, 'nextTurn').filter(({ input }) =>
      canonicalJson(input).includes('Mind the edge.'),
    );
    expect(hearing.map(({ input }) => [get(input, 'step', 'id'), get(input, 'way', 'number')])).toEqual([
      ['s1', 1],
      ['s1', 2],
    ]);
  });

  it('resume after a crash at any entry', async () => {
    const whole = await drive([], { answer: secondIsBetter, input: twoWays });
    for (let count = 1; count < whole.entries.length; count += 3) {
      const resumed = await drive(whole.entries.slice(0, count), { answer: secondIsBetter });
      expect(timeless(resumed.view)).toEqual(timeless(whole.view));
    }
  });
});

describe('looking what hunks are for', () => {
  it('holds up nobody: the review goes on, and ends before it is done', async () => {
    const never: Answer = (name, input, info) =>
      name === 'weighHunks' ? 'never' : planningAnswers()(name, input, info);
    const { view, end, canceled, entries } = await drive([], { answer: never, input: { weighHunks: 3 } });
    const [weighing] = scheduled(entries, 'weighHunks');
    expect(view.outcome?.outcome).toBe('applied');
    expect(end.status).toBe('completed');
    expect(canceled).toEqual([weighing?.activity]);
    expect((await replayRun('r', entries)).identical).toBe(true);
  });

  it('is in the view when it is done, and its failure is no failure of the run', async () => {
    const found = await drive([], { input: { weighHunks: 3 } });
    expect(found.view.hunkEvidence).toMatchObject({ h1: { needed: true, count: 1 } });
    const failing: Answer = (name, input, info) =>
      name === 'weighHunks'
        ? { ok: false, failure: { reason: 'internal', message: 'no', retryable: false }, spans: [] }
        : planningAnswers()(name, input, info);
    const failed = await drive([], { answer: failing, input: { weighHunks: 3 } });
    expect(failed.view.hunkEvidence).toEqual({});
    expect(failed.view.outcome?.outcome).toBe('applied');
  });
});

describe('files outside of a step', () => {
  const outside: Answer = (name, input, info) => {
    const answer = planningAnswers()(name, input, info);
    if (answer === 'never' || !answer.ok) return answer;
    if (name === 'stepGym') {
      const output = Object(answer.output);
      return { ...answer, output: { ...output, info: { ...output.info, changedPaths: ['a.ts', 'b.ts', 'other.ts'] } } };
    }
    if (name !== 'nextTurn') return answer;
    const asked = canonicalJson(get(input, 'history')).includes('Not finished yet');
    if (!asked) return answer;
    const finish = { path: 'other.ts', reason: 'It exports the name.' };
    const toolCalls = [{ id: 'c1', name: 'finish', input: { outside: [finish, { path: 'b.ts', reason: 'Shared.' }] } }];
    return { ...answer, output: { ...Object(answer.output), turn: { text: '', toolCalls, stopReason: 'tool_use' } } };
  };

  it('need a reason, which the person sees', async () => {
    const { entries, view } = await drive([], { answer: outside });
    expect(plan.steps[0]?.files).toEqual(['a.ts']);
    expect(view.steps[0]?.outside).toEqual([
      { path: 'b.ts', reason: 'Shared.' },
      { path: 'other.ts', reason: 'It exports the name.' },
    ]);
    // The second step does not answer for what the first has changed.
    expect(view.steps[1]?.outside).toEqual([]);
    const asked = scheduled(entries, 'nextTurn').filter(({ input }) =>
      canonicalJson(get(input, 'history')).includes('Not finished yet'),
    );
    // Once in each of the two attempts at the first step.
    expect(asked).toHaveLength(2);
  });
});

describe('a steered run that dies at any entry', () => {
  it('resumes to the same view', async () => {
    const says: typeof person = [
      approve,
      { when: 'continue', signal: { name: 'continue', payload: {} } },
      { when: 'review', signal: { name: 'redoStep', payload: { stepId: 's2', instructions: 'Again.' } } },
      ...person.slice(1),
    ];
    const left: RunSignal[] = [
      { name: 'comment', payload: { text: 'Mind the edge.' } },
      { name: 'pause', payload: {} },
    ];
    const whole = await drive([], {
      says,
      until: (entry, engine) => {
        if (firstOf('stepGym')(entry)) for (const signal of left.splice(0)) void engine.signal(signal);
      },
    });
    expect(whole.view.outcome?.outcome).toBe('applied');
    const steeredAt = whole.entries.findIndex(({ event }) => event.type === 'signalReceived' && event.name === 'pause');
    for (let count = steeredAt + 1; count < whole.entries.length; count += 1) {
      const resumed = await drive(whole.entries.slice(0, count), { says });
      expect(timeless(resumed.view)).toEqual(timeless(whole.view));
    }
  });
});
