// A restore point: the working copy's very bytes at one moment, kept so that they can be brought back.
import * as z from 'zod';

/** Why it was taken: a person asked, hunks were about to be accepted, or a restore was about to be made. */
export const restoreReasonSchema = z.enum(['asked', 'acceptance', 'restore']);

export const restorePointSchema = z.object({
  /** `20261124-111418-3fa9c1` (UTC), sortable by time. */
  id: z.string().regex(/^[0-9]{8}-[0-9]{6}-[0-9a-f]{6}$/),
  /** Milliseconds since the epoch. */
  at: z.number().nonnegative(),
  reason: restoreReasonSchema,
  label: z.string(),
  runId: z.string().nullable(),
  tree: z.string(),
  /** Which working copy of the repository: a linked worktree has points of its own. */
  gitDir: z.string(),
});
export type RestorePoint = z.infer<typeof restorePointSchema>;

export const restorePointsDocumentSchema = z.object({ points: z.array(restorePointSchema) });

/**
 * What a restore does, or would do. `undo` is the id of the point that undoes it; null as long as nothing was done.
 * `leftAlone`: not in the point, and yet not removed, since nobody knows whether they were there (ignored files).
 * `notCovered`: submodules and repositories inside of the working copy.
 */
export const restoreDocumentSchema = z.object({
  point: restorePointSchema,
  undo: z.string().nullable(),
  written: z.array(z.string()).readonly(),
  removed: z.array(z.string()).readonly(),
  leftAlone: z.array(z.string()).readonly(),
  notCovered: z.array(z.string()).readonly(),
});
export type RestoreDocument = z.infer<typeof restoreDocumentSchema>;
