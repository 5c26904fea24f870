// A run survives a crash at any entry: it reaches the same view, and no completed activity is paid for twice.
import { describe, expect, it } from 'vitest';
import { replayRun } from '../../src/host/replayRun.ts';
import type { JournalEntry } from '../../src/protocol/journal.ts';
import { planningAnswers } from '../fakes/planningWorld.ts';
import { drive, timeless } from './drive.ts';

const completedIn = (entries: readonly JournalEntry[]): number[] =>
  entries.flatMap(({ event }) => (event.type === 'activityCompleted' ? [event.activity] : []));

describe('a crash at every entry', () => {
  it('resumes to the same view without repeating a completed activity', async () => {
    const whole = await drive([]);
    expect(whole.end.status).toBe('completed');
    expect(whole.view.outcome).toMatchObject({ outcome: 'applied', accepted: 2, rejected: 1 });
    expect(whole.view.steps.map((step) => [step.id, step.attempts, step.status])).toEqual([
      ['s1', 2, 'passed'],
      ['s2', 1, 'passed'],
    ]);
    expect(whole.entries.length).toBeGreaterThan(50);
    for (let length = 1; length < whole.entries.length; length += 1) {
      const prefix = whole.entries.slice(0, length);
      const resumed = await drive(prefix);
      expect(timeless(resumed.view), `after ${length} entries`).toEqual(timeless(whole.view));
      const before = completedIn(prefix);
      expect(resumed.executed.filter((activity) => before.includes(activity))).toEqual([]);
      const all = completedIn(resumed.entries);
      expect(new Set(all).size).toBe(all.length);
    }
  });

  it('replays the finished journal without any effect', async () => {
    const whole = await drive([]);
    const replayed = await replayRun('20260101-000000-abcdef', whole.entries);
    expect(replayed).toMatchObject({ identical: true, difference: null });
    expect(replayed.run).toEqual(whole.view);
  });
});

describe('an edited journal', () => {
  it('is a determinism error that names both sides', async () => {
    const whole = await drive([]);
    const entries = whole.entries.map((entry): JournalEntry => {
      if (entry.event.type !== 'activityScheduled' || entry.event.name !== 'synthesise') return entry;
      return { ...entry, event: { ...entry.event, name: 'propose' } };
    });
    const replayed = await replayRun('20260101-000000-abcdef', entries);
    expect(replayed.identical).toBe(false);
    expect(replayed.difference).toContain('propose');
    expect(replayed.difference).toContain('synthesise');
  });
});

describe('stopping', () => {
  const slow = planningAnswers();

  it('cancels what runs, and the cancel survives a crash right after it', async () => {
    const canceled = await drive([], {
      answer: (name, input, info) => (name === 'nextTurn' ? 'never' : slow(name, input, info)),
      until: (entry, engine) => {
        if (entry.event.type === 'activityScheduled' && entry.event.name === 'nextTurn')
          void engine.signal({ name: 'cancel', payload: { reason: 'enough' } });
      },
    });
    expect(canceled.end).toMatchObject({ status: 'stopped', failure: { reason: 'canceled' } });
    expect(canceled.canceled).toHaveLength(1);
    const last = canceled.entries.findIndex(({ event }) => event.type === 'signalReceived' && event.name === 'cancel');
    const resumed = await drive(canceled.entries.slice(0, last + 1));
    expect(resumed.end).toMatchObject({ status: 'stopped', failure: { reason: 'canceled' } });
    expect(resumed.executed).toEqual([]);
  });

  it('stops when the policy is unavailable, and goes on where it stopped', async () => {
    const refused = { reason: 'unavailable', message: 'The key was rejected.', retryable: false };
    const stopped = await drive([], {
      answer: (name, input, info) =>
        name === 'nextTurn' ? { ok: false, failure: refused, spans: [] } : slow(name, input, info),
    });
    expect(stopped.end).toEqual({ status: 'stopped', failure: refused });
    expect(stopped.view.status).toBe('stopped');
    const resumed = await drive(stopped.entries);
    expect(resumed.end.status).toBe('completed');
    expect(resumed.executed.filter((activity) => completedIn(stopped.entries).includes(activity))).toEqual([]);
  });

  it('retries what may be retried, as often as allowed', async () => {
    const busy = { reason: 'overloaded', message: 'Overloaded.', retryable: true, retryAfterMs: 20 };
    let attempts = 0;
    const driven = await drive([], {
      answer: (name, input, info) => {
        if (name !== 'synthesise' || info.attempt > 2) return slow(name, input, info);
        attempts += 1;
        return { ok: false, failure: busy, spans: [] };
      },
    });
    expect(attempts).toBe(2);
    expect(driven.end.status).toBe('completed');
    const delays = driven.entries.flatMap(({ event }) =>
      event.type === 'activityAttemptFailed' ? [event.delayMs] : [],
    );
    expect(delays).toEqual([1_000, 2_000]);
  });

  it('stops at the budget with the run still resumable', async () => {
    const costly = await drive([], {
      answer: (name, input, info) => {
        const answer = slow(name, input, info);
        if (answer === 'never' || !answer.ok || answer.usage === null) return answer;
        return { ...answer, usage: { ...answer.usage, costUsd: 4 } };
      },
    });
    expect(costly.end).toMatchObject({ status: 'stopped', failure: { reason: 'budgetExceeded' } });
    expect(costly.view.usage.costUsd).toBe(12);
  });
});

describe('the person', () => {
  it('keeps a stale hunk open until the review is finished', async () => {
    const driven = await drive([], {
      answer: planningAnswers({ stale: 'h3' }),
      says: [
        { when: 'planApproval', signal: { name: 'approvePlan', payload: { plan: null } } },
        { when: 'review', signal: { name: 'decideHunks', payload: { accept: ['h1', 'h3'], reject: ['h2'] } } },
        { when: 'review', signal: { name: 'finishReview', payload: {} } },
      ],
    });
    expect(driven.view.outcome).toMatchObject({ outcome: 'applied', accepted: 1, rejected: 2 });
  });

  it('can reject the plan, and then nothing is played', async () => {
    const driven = await drive([], {
      says: [{ when: 'planApproval', signal: { name: 'rejectPlan', payload: { reason: 'not now' } } }],
    });
    expect(driven.view.outcome).toMatchObject({ outcome: 'rejected', message: 'The plan was rejected: not now' });
    expect(driven.entries.some(({ event }) => event.type === 'activityScheduled' && event.name === 'stepGym')).toBe(
      false,
    );
  });

  it('can ask for another plan', async () => {
    const driven = await drive([], {
      says: [
        { when: 'planApproval', signal: { name: 'revisePlan', payload: { comment: 'smaller' } } },
        { when: 'planApproval', signal: { name: 'approvePlan', payload: { plan: null } } },
        { when: 'review', signal: { name: 'finishReview', payload: {} } },
      ],
    });
    expect(driven.view.outcome?.outcome).toBe('rejected');
    expect(driven.view.activities.filter(({ name }) => name === 'synthesise')).toHaveLength(2);
  });
});
