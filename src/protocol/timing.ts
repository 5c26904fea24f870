// Timings as data: runs of two commits in pairs, what they amount to, and functions of CPU profiles. No arithmetic.
import * as z from 'zod';

/** What is compared: instructions or CPU time of the whole process tree, the duration that the test runner gives,
 * the clock, or the time of all spans of one name. */
export const timingMeasures = ['instructions', 'cpu', 'test', 'wall', 'span'] as const;
export const timingMeasureSchema = z.enum(timingMeasures);
export type TimingMeasure = z.infer<typeof timingMeasureSchema>;

/** One run. Times in milliseconds; null where this machine or the test runner does not say. */
export const runTimeSchema = z.object({
  wall: z.number().nonnegative(),
  cpu: z.number().nonnegative().nullable(),
  instructions: z.number().nonnegative().nullable(),
  test: z.number().nonnegative().nullable(),
  /** Where the spans of one name were asked for. */
  span: z.number().nonnegative().optional(),
});
export type RunTime = z.infer<typeof runTimeSchema>;

/** A run of each side, one right after the other. */
export const timedPairSchema = z.object({
  first: z.enum(['before', 'after']),
  before: runTimeSchema,
  after: runTimeSchema,
});
export type TimedPair = z.infer<typeof timedPairSchema>;

/** `unfit`: the side on which the oracle cannot be run or fails, so that its time says nothing; `message` says why. */
export const timingBatchSchema = z.object({
  pairs: z.array(timedPairSchema),
  unfit: z.enum(['before', 'after']).nullable(),
  message: z.string(),
  command: z.string(),
  durationMs: z.number().nonnegative(),
});
export type TimingBatch = z.infer<typeof timingBatchSchema>;

/** `ends`: today against the revision; `commit`: a commit between against the revision; `culprit`: it against the one before;
 * `trial`: two trees of an experiment. */
export const timingKinds = ['ends', 'commit', 'culprit', 'trial'] as const;

export const timingVerdicts = ['slower', 'same', 'faster'] as const;
export type TimingVerdict = (typeof timingVerdicts)[number];

const sideSchema = z.object({ commit: z.string().nullable(), subject: z.string(), samples: z.array(z.number()) });

/** Two commits compared. `ratio` is that of the medians; 1.2 is 20 % slower. `low` and `high` bound it in 95 of 100 cases. */
export const timingSchema = z.object({
  kind: z.enum(timingKinds),
  measure: timingMeasureSchema,
  before: sideSchema,
  after: sideSchema,
  ratio: z.number(),
  low: z.number(),
  high: z.number(),
  /** null while it is not decided. */
  verdict: z.enum(timingVerdicts).nullable(),
  /** A slowdown above this ratio would have been seen. */
  visibleAbove: z.number(),
});
export type Timing = z.infer<typeof timingSchema>;

/** Of one profile: milliseconds in the function itself, with what of the runtime it calls, and in all that it calls. */
export const functionTimeSchema = z.object({
  path: z.string(),
  name: z.string(),
  line: z.number().int().positive(),
  selfMs: z.number(),
  totalMs: z.number(),
});
export type FunctionTime = z.infer<typeof functionTimeSchema>;

/** A function that takes longer than before; medians over several profiles a side. Lines are those of each side. */
export const grownFunctionSchema = z.object({
  path: z.string(),
  name: z.string(),
  line: z.number().int().positive(),
  /** null for a function that is new. */
  lineBefore: z.number().int().positive().nullable(),
  selfBefore: z.number(),
  selfAfter: z.number(),
  totalBefore: z.number(),
  totalAfter: z.number(),
});
export type GrownFunction = z.infer<typeof grownFunctionSchema>;
