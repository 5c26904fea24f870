// A policy that answers anything: every run ends within its budget in a known state, replays, changes nothing outside of
// its worktree, and leaves nothing in memory. `npm run bench -- fuzz` plays 2,000 episodes.
import { describe, expect, it } from 'vitest';
import { fuzz } from '../helpers/fuzz.ts';

describe('a policy that answers anything', () => {
  it('is survived in 300 episodes', async () => {
    const fuzzed = await fuzz(300, 1);
    expect(fuzzed.problems).toEqual([]);
    expect(fuzzed.episodes).toBeGreaterThanOrEqual(300);
    // It reaches far: the gym is used, and runs end in different ways.
    expect(fuzzed.steps).toBeGreaterThan(600);
    expect(Object.keys(fuzzed.ends).length).toBeGreaterThanOrEqual(3);
    const [early, late] = fuzzed.heap;
    expect(late - early).toBeLessThan(20);
  });
});
