// What becomes of a slowdown's experiments: pairs of runs by the measure and the looks of the search, refused or failed ones at their
// own cost alone, and each pair of trees timed once.
import { describe, expect, it } from 'vitest';
import { ActivityError } from '../../../controller/errors.ts';
import type { Activities } from '../../../controller/workflow.ts';
import type { ActivityInput, ActivityOutput } from '../../../protocol/activities.ts';
import type { HistoryCommit } from '../../../protocol/investigation.ts';
import { comparisonLooks } from '../timing/looks.ts';
import { TimedRuns } from '../timing/timedRuns.ts';
import type { SlowCase } from './readTimed.ts';
import { slowdownSubject } from './timedTrials.ts';

const commit = (name: string): HistoryCommit => ({
  ...{ commit: name.repeat(40), tree: name, parents: [], subject: name, author: 'a', at: 0 },
});
const hunk = (id: string) => ({ id, path: 'src/work.js', startLine: 3, lines: ['-a', '+b'], today: null });
const about: SlowCase = {
  oracle: { kind: 'command', command: 'node bench.js' },
  ...{ todayTree: 'today', ratio: 4, commits: [commit('c'), commit('b')] },
  culprit: { commit: commit('c'), before: commit('b'), baseTree: 'b', hunks: ['h1', 'h2'].map(hunk) },
};

/** Milliseconds that a tree takes, a little more in every second pair. */
const times: Readonly<Record<string, number>> = { b: 100, c: 400, today: 400, quick: 100, alike: 400 };
const time = (tree: string, pair: number) => {
  const cpu = (times[tree] ?? 0) * (1 + 0.01 * (pair % 2));
  return { wall: cpu, cpu, instructions: null, test: null };
};

function bench(answers: {
  variant?: (asked: ActivityInput<'makeVariant'>) => ActivityOutput<'makeVariant'>;
  timed?: () => never;
}) {
  const asked: ActivityInput<'timePairs'>[] = [];
  const labels: string[] = [];
  const known: Partial<Activities> = {
    makeVariant: async (input) => answers.variant?.(input) ?? { kind: 'made', tree: 'quick' },
    timePairs: async (input, label) => {
      asked.push(input);
      labels.push(label);
      answers.timed?.();
      const pairs = Array.from({ length: input.pairs }, (_, index) => ({
        ...{
          first: 'before' as const,
          before: time(input.before.tree, index),
          after: time(input.after.tree, index + 1),
        },
      }));
      return { pairs, unfit: null, message: '', command: 'node bench.js', durationMs: 1 };
    },
  };
  const act = known as Activities;
  const runs = new TimedRuns(act, { oracle: about.oracle, overlay: [], todayTree: 'today' });
  const subject = slowdownSubject(about, runs, act);
  return {
    asked,
    labels,
    run: async (experiment: unknown, id = 'h1') => subject.run({ id, prediction: 'p', experiment }),
  };
}

const revert = (hunks: string[], expects = 'faster') => ({ action: 'revertHunks', hunks, expects });

describe('the experiments of a slowdown', () => {
  it('are timed in turns at the looks of the search, and never at a number that a policy says', async () => {
    const { asked, labels, run } = bench({});
    const { trial } = await run(revert(['h1']));
    expect(trial).toMatchObject({ outcome: 'cameTrue', command: 'node bench.js', patch: null });
    expect(trial.detail).toMatch(
      /^it is slower: 4\.0 times CPU time .*8 pairs of runs\), about 100 % of the slowdown$/,
    );
    expect(asked).toMatchObject([
      { kind: 'trial', pairs: comparisonLooks[0]?.pairs, before: { tree: 'quick' }, after: { tree: 'c' } },
    ]);
    expect(labels[0]).toMatch(/^Experiment h1: Time cccccccccc against the same without its hunks at src\/work\.js:3$/);
  });

  it('are refuted when nothing can be seen, and looked at until that can be said', async () => {
    const { run } = bench({ variant: () => ({ kind: 'made', tree: 'alike' }) });
    expect((await run(revert(['h1']))).trial).toMatchObject({ outcome: 'didNot' });
    expect((await run(revert(['h2'], 'same'))).trial).toMatchObject({ outcome: 'cameTrue' });
  });

  it('count as one where they time the same trees, and are timed once in the same way', async () => {
    const { asked, run } = bench({ variant: () => ({ kind: 'made', tree: 'b' }) });
    const first = await run(revert([]));
    const timed = asked.length;
    const again = await run({ action: 'compareTrees', before: 'before', after: 'culprit', expects: 'slower' }, 'h2');
    expect([again.experiment, asked.length]).toEqual([first.experiment, timed]);
    const turned = await run({ action: 'compareTrees', before: 'before', after: 'culprit', expects: 'faster' }, 'h3');
    expect(turned).toMatchObject({ experiment: first.experiment, trial: { outcome: 'didNot' } });
  });

  it('time nothing when they are refused', async () => {
    const { asked, run } = bench({ variant: () => ({ kind: 'refused', why: 'Its patch leaves the repository.' }) });
    const patch = { action: 'tryPatch', patch: '--- a/../x', expects: 'faster' };
    expect(await run(patch)).toMatchObject({
      ...{
        experiment: null,
        trial: { outcome: 'refused', patch: patch.patch, detail: 'Its patch leaves the repository.' },
      },
    });
    expect(await run({ action: 'shell' })).toMatchObject({ experiment: null, trial: { outcome: 'refused' } });
    const idle = bench({ variant: () => ({ kind: 'made', tree: 'c' }) });
    expect(await idle.run(revert(['h1']))).toMatchObject({
      trial: { outcome: 'refused', detail: 'It changes nothing.' },
    });
    expect([...asked, ...idle.asked]).toEqual([]);
  });

  it('are inconclusive when they cannot be run, and count for nothing', async () => {
    const timed = (): never => {
      throw new ActivityError('timePairs', { reason: 'sandbox', message: 'There is no sandbox.', retryable: false });
    };
    expect(await bench({ timed }).run(revert(['h1']))).toMatchObject({
      ...{ experiment: null, trial: { outcome: 'inconclusive', detail: 'There is no sandbox.' } },
    });
  });
});
