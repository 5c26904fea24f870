// A thousand episodes on one server: memory, worktrees, refs, temporary files, descriptors and objects after the warm-up
// and at the end, and what is left when the door is closed.
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { leftovers } from '../helpers/cli.ts';
import { GymClient } from '../helpers/gymClient.ts';
import { episodeRepository, type Held, heldBy, memoryOf, playEpisode } from '../helpers/gymEpisodes.ts';
import type { AddGymRow } from './gym.ts';

const episodes = 1_000;
const warmUp = 100;

export async function benchGrowth(add: AddGymRow): Promise<void> {
  const repository = episodeRepository();
  repository.write({ 'src/dirty.mjs': 'export const dirty = true;\n' });
  const temporary = readdirSync(tmpdir()).length;
  const client = new GymClient(repository.root);
  try {
    const memory: number[] = [];
    let first: Held | undefined;
    for (let index = 0; index < episodes; index += 1) {
      await playEpisode(client, index, index % 2 === 0 ? 'same' : `other${index}`);
      if (index >= warmUp) memory.push(memoryOf(client));
      if (index !== warmUp - 1) continue;
      await client.call('reset');
      first = heldBy(client, repository);
    }
    await client.call('reset');
    const last = heldBy(client, repository);
    const count = episodes.toLocaleString('en');
    for (const [name, then, now] of compared(first, last))
      add(
        `${name} after ${warmUp} and ${count} episodes`,
        `${then} ${now}`,
        notes[name],
        then === now ? 1 : now / then,
      );
    const megabytes = slope(memory) * 1_000;
    const [low, lowest] = [Math.min(...memory.slice(-100)), Math.min(...memory.slice(0, 100))];
    add(
      'memory, slope after the warm-up',
      `${megabytes.toFixed(1)} MB`,
      `in 1,000 episodes; least of the first and last 100 of them: ${lowest.toFixed(0)} and ${low.toFixed(0)} MB`,
      low / lowest,
    );
    await client.call('close');
    await client.exited;
    const refs = repository.git('for-each-ref', 'refs/ratchet/').trim();
    const left = [...leftovers(repository.root), ...(refs === '' ? [] : refs.split('\n'))].length;
    add('left after close', `${left + readdirSync(tmpdir()).length - temporary}`, 'worktrees, processes, refs, files');
  } finally {
    client.child.kill('SIGKILL');
    await client.exited;
    repository.remove();
  }
}

const notes: Partial<Record<string, string>> = {
  verdicts: 'one for each gate and tree that was judged, of at most 2,000 trees',
  objects: 'of the person',
};

function compared(first: Held | undefined, last: Held): [name: string, then: number, now: number][] {
  if (first === undefined) throw new Error('there was no warm-up');
  const before = new Map<string, number>(Object.entries(first));
  return Object.entries(last).map(([name, now]) => [name, before.get(name) ?? Number.NaN, now]);
}

/** Least squares: how much a value grows from one to the next. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  let [top, bottom] = [0, 0];
  for (const [index, value] of values.entries()) {
    top += (index - middle) * (value - mean);
    bottom += (index - middle) ** 2;
  }
  return top / bottom;
}
