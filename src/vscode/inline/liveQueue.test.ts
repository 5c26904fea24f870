import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveQueue } from './liveQueue.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function started() {
  const judged: string[] = [];
  const ends: (() => void)[] = [];
  const queue = new LiveQueue<string>(async (item) => {
    judged.push(item);
    await new Promise<void>((resolve) => ends.push(resolve));
  });
  const end = async () => {
    ends.shift()?.();
    await vi.advanceTimersByTimeAsync(0);
  };
  return { judged: () => judged.join(' '), queue, end };
}

describe('what is asked for while typing', () => {
  it('waits for a pause, and is the newest then', async () => {
    const { judged, queue } = started();
    for (const text of ['a1', 'a2', 'a3']) {
      queue.ask('a', text, 100);
      await vi.advanceTimersByTimeAsync(60);
    }
    expect(judged()).toBe('');
    await vi.advanceTimersByTimeAsync(40);
    expect(judged()).toBe('a3');
  });

  it('is judged one at a time; what became old in the meantime never is', async () => {
    const { judged, queue, end } = started();
    queue.ask('a', 'a1', 0);
    await vi.advanceTimersByTimeAsync(0);
    for (const text of ['a2', 'a3']) {
      queue.ask('a', text, 10);
      await vi.advanceTimersByTimeAsync(10);
    }
    queue.ask('b', 'b1', 0);
    await vi.advanceTimersByTimeAsync(0);
    expect(judged()).toBe('a1');
    await end();
    expect(judged()).toBe('a1 a3');
    await end();
    expect(judged()).toBe('a1 a3 b1');
    await end();
    queue.ask('a', 'a4', 0);
    await vi.advanceTimersByTimeAsync(0);
    expect(judged()).toMatch(/ a4$/);
  });

  it('is forgotten when the queue is disposed', async () => {
    const { judged, queue } = started();
    queue.ask('a', 'a1', 10);
    queue.dispose();
    await vi.advanceTimersByTimeAsync(50);
    expect(judged()).toBe('');
  });
});
