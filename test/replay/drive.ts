// Drives the real engine and the real workflow in the fake world, with a person who answers each open question.
import { Engine, type EngineEnd } from '../../src/controller/engine.ts';
import { executable } from '../../src/controller/workflow.ts';
import type { JournalEntry } from '../../src/protocol/journal.ts';
import type { PlanInput, RunView } from '../../src/protocol/run.ts';
import { activityOptions } from '../../src/workflows/activityOptions.ts';
import { planFeature } from '../../src/workflows/planFeature.ts';
import { evolve, type Fold } from '../../src/workflows/runView.ts';
import { type Answer, FakeWorld } from '../fakes/fakeWorld.ts';
import { person, planInput, planningAnswers, startEvent } from '../fakes/planningWorld.ts';

export interface Driven {
  readonly end: EngineEnd;
  readonly entries: JournalEntry[];
  readonly view: RunView;
  readonly executed: number[];
  readonly canceled: number[];
}

/** Runs to the end from `recorded` (from the start when it is empty). `until` detaches the host at an entry. */
export async function drive(
  recorded: readonly JournalEntry[],
  options: {
    answer?: Answer;
    until?: (entry: JournalEntry, engine: Engine) => void;
    says?: typeof person;
    input?: Partial<PlanInput>;
  } = {},
): Promise<Driven> {
  const world = new FakeWorld(recorded, options.answer ?? planningAnswers());
  if (recorded.length === 0) await world.append(startEvent({ ...planInput, ...options.input }));
  let fold: Fold | undefined;
  for (const entry of world.entries) fold = evolve(fold, entry);
  const engine = new Engine({
    workflow: executable(planFeature),
    recorded: [...world.entries],
    ports: world,
    options: activityOptions,
    host: 'test',
    budget: null,
    replayOnly: false,
  });
  const said = new Set(answered(world.entries, options.says ?? person));
  const answer = () => {
    const waitingFor = fold?.view.waitingFor;
    const next = (options.says ?? person).find((line, index) => line.when === waitingFor && !said.has(index));
    if (next === undefined) return;
    said.add((options.says ?? person).indexOf(next));
    void engine.signal(next.signal);
  };
  world.onAppend = (entry) => {
    fold = evolve(fold, entry);
    options.until?.(entry, engine);
    setImmediate(answer);
  };
  setImmediate(answer);
  const end = await engine.run();
  if (fold === undefined) throw new Error('nothing ran');
  return { end, entries: world.entries, view: fold.view, executed: world.executed, canceled: world.canceled };
}

/** Which of the person's lines the journal already holds: each signal answers the first line that is like it. */
function answered(entries: readonly JournalEntry[], says: typeof person): number[] {
  const found: number[] = [];
  for (const { event } of entries) {
    if (event.type !== 'signalReceived') continue;
    const like = JSON.stringify({ name: event.name, payload: event.payload });
    const index = says.findIndex((line, at) => !found.includes(at) && JSON.stringify(line.signal) === like);
    if (index >= 0) found.push(index);
  }
  return found;
}

/** The view without what may differ between two executions: times, and the count of attempts after a crash. */
export function timeless(view: RunView): unknown {
  const { startedAt, updatedAt, endedAt, workedMs, ...rest } = view;
  return {
    ...rest,
    isEnded: endedAt !== null && startedAt <= updatedAt && workedMs >= 0,
    activities: rest.activities.map(({ startedAt: _, endedAt: __, attempts: ___, ...activity }) => activity),
    judgements: rest.judgements.map(({ at: _, ...judgement }) => judgement),
  };
}
