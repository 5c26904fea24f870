// How long each activity may take and how often it is tried. Times in milliseconds.
import type { ActivityOptions } from '../controller/workflow.ts';
import type { ActivityName } from '../protocol/activities.ts';

const minute = 60_000;

const once = (timeoutMs: number): ActivityOptions => ({
  timeoutMs,
  maxAttempts: 1,
  initialDelayMs: 0,
  backoff: 1,
  maxDelayMs: 0,
});

/** Paid work is tried again only for failures that say so; `retry-after` of the provider is honoured beyond the cap. */
const paid: ActivityOptions = {
  timeoutMs: 10 * minute,
  maxAttempts: 5,
  initialDelayMs: 1_000,
  backoff: 2,
  maxDelayMs: 30_000,
};

const options: Record<ActivityName, ActivityOptions> = {
  takeSnapshot: once(5 * minute),
  gatherContext: once(5 * minute),
  consider: paid,
  verifyViews: once(5 * minute),
  synthesise: paid,
  nextTurn: paid,
  noteChoice: once(minute),
  stepGym: once(60 * minute),
  judge: once(120 * minute),
  weighHunks: once(120 * minute),
  composeTree: once(5 * minute),
  propose: once(5 * minute),
  applyHunks: once(2 * minute),
  recordOutcome: once(2 * minute),
  findOracle: once(120 * minute),
  readHistory: once(10 * minute),
  probe: once(60 * minute),
  timePairs: once(120 * minute),
  profilePair: once(60 * minute),
  makeVariant: once(10 * minute),
  readHunks: once(5 * minute),
  coverTests: once(60 * minute),
  readChanges: once(5 * minute),
  readDrift: once(30 * minute),
  noteOutcome: once(minute),
  hypothesise: paid,
  doubt: paid,
  experiment: once(120 * minute),
  writeReport: once(2 * minute),
};

export function activityOptions(name: string): ActivityOptions {
  const known = Object.entries(options).find(([candidate]) => candidate === name);
  if (known === undefined) throw new Error(`There are no options for an activity named ${name}.`);
  return known[1];
}
