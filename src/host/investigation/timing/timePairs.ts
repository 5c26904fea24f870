// Times two commits in turns. Both meet the same machine at almost the same moment, and a coin says who goes first; nothing of
// what comes out is kept for another run, since it is of this hour.
import type { ActivityInput } from '../../../protocol/activities.ts';
import { type Result, success } from '../../../protocol/result.ts';
import type { RunTime, TimedPair, TimingBatch } from '../../../protocol/timing.ts';
import { orderOfPairs } from '../../../workflows/investigation/timing/seededRandom.ts';
import type { ActivityContext } from '../../activityContext.ts';
import { onBothSides, type Side, type Sides, type SidesParts, sidesFrom } from './bothSides.ts';

export async function timePairs(
  input: ActivityInput<'timePairs'>,
  parts: SidesParts,
  context: ActivityContext,
): Promise<Result<TimingBatch>> {
  const started = performance.now();
  const ran = await onBothSides(input, parts, context, async (sides) => await turns(input, sides));
  if (!ran.ok) return ran;
  const batch =
    'value' in ran.value ? ran.value.value : { ...none, unfit: ran.value.unfit, message: ran.value.message };
  return success({ ...batch, durationMs: performance.now() - started });
}

type Turns = Omit<TimingBatch, 'durationMs'>;

const none: Turns = { pairs: [], unfit: null, message: '', command: '' };

async function turns({ pairs: count, seed, span }: ActivityInput<'timePairs'>, sides: Sides): Promise<Result<Turns>> {
  const pairs: TimedPair[] = [];
  let command = '';
  // The first run of each side reads files that later ones find in memory, so it is not counted.
  for (const side of ['before', 'after'] as const) {
    const warm = await sides.run(side, { span });
    if (!warm.ok) return warm;
    command = warm.value.command;
    if (warm.value.time === null) return success({ pairs, command, unfit: side, message: warm.value.message });
  }
  for (const first of orderOfPairs(count, seed)) {
    const times: Partial<Record<Side, RunTime>> = {};
    for (const side of sidesFrom(first)) {
      const ran = await sides.run(side, { span });
      if (!ran.ok) return ran;
      const { time, message } = ran.value;
      if (time === null) return success({ pairs, command, unfit: side, message });
      times[side] = time;
    }
    const { before, after } = times;
    if (before !== undefined && after !== undefined) pairs.push({ first, before, after });
  }
  return success({ ...none, pairs, command });
}
