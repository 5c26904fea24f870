// The integrity gate on its corpus: nothing that weakens JavaScript or Python tests goes unseen, little elsewhere, and honest
// work is let through.
import { afterAll, describe, expect, it } from 'vitest';
import { newEngine } from '../helpers/gates.ts';
import { go } from './integrityCorpus/go.ts';
import { java } from './integrityCorpus/java.ts';
import { javascript } from './integrityCorpus/javascript.ts';
import { measure } from './integrityCorpus/measure.ts';
import { python } from './integrityCorpus/python.ts';
import { rust } from './integrityCorpus/rust.ts';

const engine = newEngine();
afterAll(async () => await engine.dispose());

/** Changes of each kind that a language needs at least, so that the shares mean something. */
const fewest = 150;

describe('the integrity corpus', () => {
  const required = [
    [javascript, 1],
    [python, 1],
    [go, 0.95],
    [rust, 0.95],
    [java, 0.95],
  ] as const;
  for (const [corpus, share] of required)
    it(`of ${corpus.language}`, { timeout: 180_000 }, async () => {
      const { weakened, seen, failed, unseen, honest, flagged, unread } = await measure(corpus, engine);
      expect(weakened).toBeGreaterThanOrEqual(fewest);
      expect(honest).toBeGreaterThanOrEqual(fewest);
      expect(unread).toEqual([]);
      expect(seen / weakened, unseen.join('\n')).toBeGreaterThanOrEqual(share);
      // A warning is seen as well; nearly all of it fails the gate.
      expect(failed / weakened).toBeGreaterThanOrEqual(0.95);
      expect(flagged.length / honest, flagged.join('\n')).toBeLessThanOrEqual(0.05);
    });

  it('has no change twice', () => {
    for (const { weakened, honest } of [javascript, python, go, rust, java]) {
      const names = [...weakened, ...honest].map(({ name }) => name);
      expect(new Set([...weakened].map(({ change }) => JSON.stringify(change))).size).toBeGreaterThan(
        weakened.length * 0.9,
      );
      expect(names.length).toBeGreaterThan(2 * fewest);
    }
  });
});
