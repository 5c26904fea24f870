import { describe, expect, it } from 'vitest';
import { Priming } from './priming.ts';

const settled = async (promise: Promise<unknown>): Promise<boolean> =>
  await Promise.race([promise.then(() => true), new Promise<boolean>((resolve) => setTimeout(resolve, 30, false))]);

describe('Priming', () => {
  const { signal } = new AbortController();

  it('lets the first go, and the others when its answer begins', async () => {
    const priming = new Priming();
    const begun = await priming.enter('a', signal);
    const second = priming.enter('a', signal);
    const third = priming.enter('a', signal);
    expect(await settled(second)).toBe(false);
    begun();
    expect(await settled(Promise.all([second, third]))).toBe(true);
  });

  it('does not hold up what begins otherwise, nor what comes later', async () => {
    const priming = new Priming();
    const begun = await priming.enter('a', signal);
    expect(await settled(priming.enter('b', signal))).toBe(true);
    begun();
    expect(await settled(priming.enter('a', signal))).toBe(true);
  });

  it('lets one go that is canceled', async () => {
    const priming = new Priming();
    await priming.enter('a', signal);
    const abort = new AbortController();
    const waiting = priming.enter('a', abort.signal);
    expect(await settled(waiting)).toBe(false);
    abort.abort();
    expect(await settled(waiting)).toBe(true);
  });
});
