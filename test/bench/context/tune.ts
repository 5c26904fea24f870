// Finds the weights of `src/policies/context/rank.ts` on the tuning half of the commits, by going up one weight at a time.
//   RATCHET_REAL_REPOS=DIR node test/bench/context/tune.ts
import { weights } from '../../../src/policies/context/rank.ts';
import type { Signal, Weights } from '../../../src/policies/context/signals.ts';
import { clonesIn, type MeasuredTask, measureTasks, ranking, recall } from './measureTasks.ts';
import { commitsEach, firsts, scoresOf } from './retrieval.ts';

const steps = [0, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.4, 2];
/** A step must gain so much in the sum of the recalls; less is noise. */
const leastGain = 2e-4;

const tasks: MeasuredTask[] = [];
for (const clone of clonesIn(process.env.RATCHET_REAL_REPOS ?? ''))
  for await (const measured of measureTasks(clone, commitsEach, 'tuning')) tasks.push({ ...measured, peers: {} });

function gain(by: Weights): number {
  let sum = 0;
  for (const measured of tasks) {
    const places = ranking(scoresOf(measured, by), measured.indexed);
    for (const first of firsts) sum += recall(measured, places, first);
  }
  return sum / tasks.length;
}

let best: Weights = weights;
let most = gain(best);
console.log(`${tasks.length} commits; as they are: ${most.toFixed(4)}`);
for (let before = 0; most > before; ) {
  before = most;
  for (const signal of Object.keys(best) as Signal[])
    for (const step of steps) {
      const candidate = { ...best, [signal]: step };
      const value = gain(candidate);
      if (value < most + leastGain) continue;
      best = candidate;
      most = value;
    }
  console.log(most.toFixed(4), JSON.stringify(best));
}
