// The journal: an append-only, hash-chained record of a run. Everything that varies is in it, so it rebuilds the run.
import * as z from 'zod';
import { budgetSchema } from './config.ts';
import { failureSchema } from './failure.ts';
import { usageSchema } from './policy.ts';
import { spanRecordSchema } from './trace.ts';

/** Version of the journal's format. A reader refuses a newer one. */
export const journalVersion = 1;

const runStartedSchema = z.object({
  type: z.literal('runStarted'),
  journalVersion: z.number().int(),
  runId: z.string(),
  workflow: z.string(),
  workflowVersion: z.number().int(),
  title: z.string(),
  input: z.unknown(),
  budget: budgetSchema,
  policy: z.string(),
});
/** `budget` replaces the run's budget from here on: that is how a run that ran out of it goes on. */
const runResumedSchema = z.object({ type: z.literal('runResumed'), host: z.string(), budget: budgetSchema.nullable() });
const activityScheduledSchema = z.object({
  type: z.literal('activityScheduled'),
  activity: z.number().int().nonnegative(),
  name: z.string(),
  label: z.string(),
  inputDigest: z.string(),
  input: z.unknown(),
});
const activityAttemptFailedSchema = z.object({
  type: z.literal('activityAttemptFailed'),
  activity: z.number().int().nonnegative(),
  attempt: z.number().int().positive(),
  failure: failureSchema,
  /** Milliseconds until the next attempt. */
  delayMs: z.number().nonnegative(),
});
const activityCompletedSchema = z.object({
  type: z.literal('activityCompleted'),
  activity: z.number().int().nonnegative(),
  output: z.unknown(),
  usage: usageSchema.nullable(),
  spans: z.array(spanRecordSchema),
});
const activityFailedSchema = z.object({
  type: z.literal('activityFailed'),
  activity: z.number().int().nonnegative(),
  failure: failureSchema,
  spans: z.array(spanRecordSchema),
});
const signalReceivedSchema = z.object({ type: z.literal('signalReceived'), name: z.string(), payload: z.unknown() });
const runCompletedSchema = z.object({ type: z.literal('runCompleted'), output: z.unknown() });
const runFailedSchema = z.object({ type: z.literal('runFailed'), failure: failureSchema });
/** Not an end unless `failure.reason` is `canceled`: a stopped run can be resumed at the activity it stopped in. */
const runStoppedSchema = z.object({ type: z.literal('runStopped'), failure: failureSchema });

export const journalEventSchema = z.discriminatedUnion('type', [
  runStartedSchema,
  runResumedSchema,
  activityScheduledSchema,
  activityAttemptFailedSchema,
  activityCompletedSchema,
  activityFailedSchema,
  signalReceivedSchema,
  runCompletedSchema,
  runFailedSchema,
  runStoppedSchema,
]);
export type JournalEvent = z.infer<typeof journalEventSchema>;
export type JournalEventOf<T extends JournalEvent['type']> = Extract<JournalEvent, { type: T }>;

/**
 * One line of a journal file. `at` is milliseconds since the epoch. `previous` is the hash of the line before
 * (64 zeros at first); `hash` is SHA-256 in hex over the canonical JSON of the other fields.
 */
export const journalEntrySchema = z.object({
  index: z.number().int().nonnegative(),
  at: z.number(),
  previous: z.string(),
  hash: z.string(),
  event: journalEventSchema,
});
export type JournalEntry = z.infer<typeof journalEntrySchema>;
