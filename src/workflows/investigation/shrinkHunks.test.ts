// Delta debugging on planted causes: what is left shows the symptom, and nothing of it can be left out.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shrinkHunks } from './shrinkHunks.ts';

const idsOf = (count: number): string[] => Array.from({ length: count }, (_, index) => `h${index}`);

describe('shrinking to the hunks that matter', () => {
  it('leaves exactly the hunks that are needed together', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 24 }),
        fc.integer({ min: 1, max: 3 }),
        fc.nat(),
        async (count, wanted, seed) => {
          const ids = idsOf(count);
          const needed = new Set(Array.from({ length: wanted }, (_, index) => ids[(seed + index * 7) % count]));
          const shows = async (some: readonly string[]) =>
            [...needed].every((id) => id !== undefined && some.includes(id));
          const { ids: left, isMinimal } = await shrinkHunks(ids, 10_000, shows);
          expect(new Set(left)).toEqual(needed);
          expect(isMinimal).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('ends in a set from which no hunk can be left out, whatever the answers depend on', async () => {
    // Two ways to break it, and a hunk that only builds together with another one.
    const breaks = (some: readonly string[]) =>
      (some.includes('h1') && some.includes('h6')) || (some.includes('h3') && !some.includes('h4'));
    const shows = async (some: readonly string[]) => breaks(some) && (!some.includes('h2') || some.includes('h5'));
    const { ids } = await shrinkHunks(idsOf(8), 100, shows);
    expect(await shows(ids)).toBe(true);
    for (const id of ids) expect(await shows(ids.filter((other) => other !== id))).toBe(false);
  });

  it('asks no subset twice, none that is empty, and stops at the limit with what it has', async () => {
    const asked: string[] = [];
    const shows = async (some: readonly string[]) => {
      asked.push(some.join(' '));
      return some.includes('h3') && some.includes('h12');
    };
    const whole = await shrinkHunks(idsOf(16), 1_000, shows);
    expect(whole.ids).toEqual(['h3', 'h12']);
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked).not.toContain('');
    expect(whole.runs).toBe(asked.length);
    const cut = await shrinkHunks(idsOf(16), 3, shows);
    expect(cut.isMinimal).toBe(false);
    expect(cut.ids).toEqual(expect.arrayContaining(['h3', 'h12']));
  });
});
