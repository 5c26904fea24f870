// The search on simulated histories: a planted culprit, commits that cannot be tested, and oracles that err.
import { describe, expect, it } from 'vitest';
import { findCulprit } from './findCulprit.ts';
import { type Found, targetConfidence } from './search.ts';

interface Simulated {
  /** The share of commits that change what the oracle reaches; the culprit is one of them. */
  readonly near?: number;
  readonly hasGood?: boolean;
  readonly parallel?: number;
  /** Chance that a commit cannot be tested. */
  readonly untestable?: number;
  readonly falseFailure?: number;
  readonly missedFailure?: number;
}

const histories = 200;

/** Mulberry32: the same histories every time. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Nine times in ten it is one of some. */
const likelyOf = (size: number, near: readonly number[]): number[] => {
  const isNear = new Set(near);
  const others = size - isNear.size;
  if (isNear.size === 0 || others === 0) return [];
  return Array.from({ length: size }, (_, at) => (isNear.has(at) ? 0.9 / isNear.size : 0.1 / others));
};

async function simulate(setup: Simulated): Promise<{ right: number; beyondLog: number }> {
  const { near = 0, hasGood = true, parallel = 1, untestable = 0, falseFailure = 0, missedFailure = 0 } = setup;
  const random = randomOf(20_260_105);
  let right = 0;
  let beyond = 0;
  for (let history = 0; history < histories; history += 1) {
    const size = Math.floor(2 ** (3 + random() * 5));
    const likely = Array.from({ length: size }, (_, at) => at).filter(() => near > 0 && random() < near);
    const culprit = likely[Math.floor(random() * likely.length)] ?? Math.floor(random() * size);
    const skipped = new Set(
      Array.from({ length: size }, (_, at) => at).filter((at) => at > 0 && random() < untestable),
    );
    const found = await findCulprit(
      { size, hasGood, parallel, target: targetConfidence, likely: likelyOf(size, likely) },
      async (at) => {
        if (skipped.has(at)) return 'untestable';
        const isBad = at <= culprit;
        return random() < (isBad ? 1 - missedFailure : falseFailure) ? 'failed' : 'passed';
      },
    );
    if ((found.kind === 'culprit' || found.kind === 'born') && found.candidates.includes(culprit)) right += 1;
    beyond += found.runs - Math.log2(size);
  }
  return { right: right / histories, beyondLog: beyond / histories };
}

describe('the search for a culprit', () => {
  it.each([
    ['one at a time', { parallel: 1 }],
    ['two at once', { parallel: 2 }],
    ['without a good end', { hasGood: false }],
  ])('finds it every time with a steady oracle, in at most log2(n) + 4 runs on average: %s', async (_, setup) => {
    const { right, beyondLog } = await simulate(setup);
    expect(right).toBe(1);
    expect(beyondLog).toBeLessThanOrEqual(4);
  });

  it('takes few runs where the culprit is one of some commits that change what the test reaches', async () => {
    const { right, beyondLog } = await simulate({ parallel: 2, near: 0.1 });
    expect(right).toBe(1);
    expect(beyondLog).toBeLessThanOrEqual(1.5);
  });

  it('finds a culprit that was held to be unlikely, in a long history, in few runs more', async () => {
    const near = Array.from({ length: 200 }, (_, index) => index * 100);
    const options = {
      size: 20_000,
      hasGood: false,
      parallel: 2,
      target: targetConfidence,
      likely: likelyOf(20_000, near),
    };
    const found = await findCulprit(options, async (at) => (at <= 12_345 ? 'failed' : 'passed'));
    expect(found).toMatchObject({ kind: 'culprit', candidates: [12_345] });
    expect(found.runs).toBeLessThanOrEqual(Math.log2(20_000) + 16);
  });

  it('names no commit that was not seen to fail after one that passes, however likely it was', async () => {
    const random = randomOf(3);
    for (let history = 0; history < 100; history += 1) {
      const size = 20 + Math.floor(random() * 100);
      const culprit = Math.floor(random() * size);
      const favourite = Math.floor(random() * size);
      const likely = Array.from({ length: size }, (_, at) => (at === favourite ? 0.999 : 0.001 / (size - 1)));
      const answers = new Map<number, string>();
      const options = { size, hasGood: true, parallel: 2, target: targetConfidence, likely };
      const found = await findCulprit(options, async (at) => {
        const answer = at <= culprit ? 'failed' : 'passed';
        answers.set(at, answer);
        return answer;
      });
      expect([found.kind, found.candidates]).toEqual(['culprit', [culprit]]);
      expect([answers.get(culprit), answers.get(culprit + 1)]).toEqual(['failed', 'passed']);
    }
  });

  it('learns beside its first run where to look', async () => {
    const asked: number[] = [];
    const learn = async () => Array.from({ length: 500 }, (_, at) => (at === 321 ? 1 : 0.001));
    const options = { size: 500, hasGood: true, parallel: 2, target: targetConfidence, learn };
    const found = await findCulprit(options, async (at) => {
      asked.push(at);
      return at <= 321 ? 'failed' : 'passed';
    });
    expect(found).toMatchObject({ kind: 'culprit', candidates: [321] });
    expect(asked.length).toBeLessThanOrEqual(5);
  });

  it('finds it with an oracle that fails at random 10 % of the time in at least 95 %, 30 % in at least 85 %', async () => {
    for (const parallel of [1, 2]) {
      expect((await simulate({ falseFailure: 0.1, parallel })).right).toBeGreaterThanOrEqual(0.95);
      expect((await simulate({ falseFailure: 0.3, parallel })).right).toBeGreaterThanOrEqual(0.85);
    }
  });

  it('finds it with a fault that shows itself 90 % of the time', async () => {
    expect((await simulate({ missedFailure: 0.1, parallel: 2 })).right).toBeGreaterThanOrEqual(0.9);
  });

  it('names it or the few that cannot be told apart, where one commit in six cannot be tested', async () => {
    expect((await simulate({ untestable: 1 / 6, parallel: 2 })).right).toBeGreaterThanOrEqual(0.95);
    expect((await simulate({ untestable: 1 / 6, falseFailure: 0.1, parallel: 2 })).right).toBeGreaterThanOrEqual(0.9);
  });

  it('names a commit seldom where there is none, and the test only fails at random', async () => {
    const random = randomOf(7);
    const kinds: Found['kind'][] = [];
    for (let history = 0; history < 60; history += 1)
      kinds.push((await search(() => (random() < 0.3 ? 'failed' : 'passed'))).kind);
    expect(kinds.filter((kind) => kind === 'culprit').length).toBeLessThanOrEqual(9);
    expect(kinds.filter((kind) => kind === 'flaky' || kind === 'notReproduced').length).toBeGreaterThanOrEqual(48);
  });

  const search = async (answer: (at: number) => 'passed' | 'failed' | 'untestable', size = 40): Promise<Found> =>
    await findCulprit({ size, hasGood: false, parallel: 2, target: targetConfidence }, async (at) => answer(at));

  it('skips a stretch that cannot be tested, and says which commits cannot be told apart', async () => {
    const found = await search((at) => (at >= 10 && at <= 14 ? 'untestable' : at < 10 ? 'failed' : 'passed'));
    expect(found).toMatchObject({ kind: 'culprit', candidates: [9, 10, 11, 12, 13, 14] });
    const behind = await search((at) => (at >= 10 && at <= 14 ? 'untestable' : at <= 25 ? 'failed' : 'passed'));
    expect(behind).toMatchObject({ kind: 'culprit', candidates: [25] });
  });

  it('is content with a long stretch that cannot be tested, when what is said to have worked does', async () => {
    const answer = (at: number) => (at < 40 ? 'failed' : at < 190 ? 'untestable' : 'passed');
    const options = { size: 200, hasGood: true, parallel: 2, target: targetConfidence };
    const found = await findCulprit(options, async (at) => answer(at));
    expect(found.kind).toBe('culprit');
    expect(found.candidates).toEqual(expect.arrayContaining([39, 189]));
    expect(found.runs).toBeLessThanOrEqual(45);
  });

  it('says that a symptom was born with its feature', async () => {
    const found = await search((at) => (at <= 17 ? 'failed' : 'untestable'));
    expect(found).toMatchObject({ kind: 'born', candidates: [17] });
    expect(found.runs).toBeLessThanOrEqual(14);
    expect(await search(() => 'failed')).toMatchObject({ kind: 'born', candidates: [39] });
  });

  it('claims nothing where nothing is to be claimed', async () => {
    expect(await search(() => 'passed')).toMatchObject({ kind: 'notReproduced', candidates: [] });
    expect(await search(() => 'untestable')).toMatchObject({ kind: 'untestable', candidates: [] });
    const open = { size: 20, hasGood: false, parallel: 2, target: targetConfidence, isOpen: true };
    expect(await findCulprit(open, async () => 'failed')).toMatchObject({ kind: 'older', candidates: [] });
    const older = await findCulprit(
      { size: 20, hasGood: true, parallel: 1, target: targetConfidence },
      async () => 'failed',
    );
    expect(older).toMatchObject({ kind: 'older' });
  });
});
