import { describe, expect, it } from 'vitest';
import { LiveQueue } from './liveQueue.ts';

function started() {
  const judged: string[] = [];
  const ends: (() => void)[] = [];
  const queue = new LiveQueue<string>(async (item) => {
    judged.push(item);
    await new Promise<void>((resolve) => ends.push(resolve));
  });
  const end = async () => {
    ends.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { judged: () => judged.join(' '), queue, end };
}

describe('what is asked for while typing', () => {
  it('is judged at once where nothing else is', () => {
    const { judged, queue } = started();
    queue.ask('a', 'a1');
    expect(judged()).toBe('a1');
  });

  it('is judged one at a time; what became old in the meantime never is', async () => {
    const { judged, queue, end } = started();
    for (const text of ['a1', 'a2', 'a3']) queue.ask('a', text);
    queue.ask('b', 'b1');
    expect(judged()).toBe('a1');
    await end();
    expect(judged()).toBe('a1 a3');
    await end();
    expect(judged()).toBe('a1 a3 b1');
    await end();
    queue.ask('a', 'a4');
    expect(judged()).toMatch(/ a4$/);
  });

  it('is forgotten when the queue is disposed', async () => {
    const { judged, queue, end } = started();
    queue.ask('a', 'a1');
    queue.ask('a', 'a2');
    queue.dispose();
    await end();
    expect(judged()).toBe('a1');
  });
});
