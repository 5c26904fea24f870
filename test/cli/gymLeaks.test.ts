// Many episodes at the gym's door: whatever the server holds after the first of them, it does not hold more of after the last.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leftovers } from '../helpers/cli.ts';
import { GymClient } from '../helpers/gymClient.ts';
import { episodeRepository, type Held, heldBy, playEpisode } from '../helpers/gymEpisodes.ts';

/** A temporary folder of its own, so that nobody else's files are counted. */
const scratch = mkdtempSync(join(tmpdir(), 'ratchet-leaks-'));
const before = process.env.TMPDIR;
beforeAll(() => {
  process.env.TMPDIR = scratch;
});
afterAll(() => {
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  rmSync(scratch, { recursive: true, force: true });
});

describe.runIf(process.platform === 'linux')('forty episodes', () => {
  it('leave no more behind than ten, and nothing after the last', { timeout: 300_000 }, async () => {
    const repo = episodeRepository();
    const client = new GymClient(repo.root);
    try {
      const temporary = readdirSync(scratch).length;
      repo.write({ 'src/dirty.mjs': 'export const dirty = true;\n' });
      const objects = repo.git('count-objects', '-v');
      const held: Held[] = [];
      for (let index = 0; index < 40; index += 1) {
        // Half of them are equal, so that what only differs by its content is told from what grows with every one.
        await playEpisode(client, index, index % 2 === 0 ? 'same' : `other${index}`);
        if (index % 10 !== 9) continue;
        // What an episode has written is there until the next begins.
        await client.call('reset');
        held.push(heldBy(client, repo));
      }
      const [first, ...later] = held.map(({ verdicts, ...each }) => each);
      expect(later).toHaveLength(3);
      for (const each of later) expect(each).toEqual(first);
      expect(first).toMatchObject({ refs: 0, worktrees: 2 });
      expect(repo.git('count-objects', '-v')).toBe(objects);
      // Two gates, and one finished episode in ten.
      expect(held.map(({ verdicts }) => verdicts)).toEqual([2, 4, 6, 8]);
      await client.call('close');
      expect(await client.exited).toBe(0);
      expect(leftovers(repo.root)).toEqual([]);
      expect(readdirSync(scratch)).toHaveLength(temporary);
      expect(repo.git('for-each-ref', 'refs/ratchet/')).toBe('');
    } finally {
      client.child.kill('SIGKILL');
      await client.exited;
      repo.remove();
    }
  });
});
