// A change waiting for a person: base tree, candidate tree, and the hunks between them.
import * as z from 'zod';

/**
 * One reviewable piece. `text` hunks carry lines; the other kinds stand for a whole file.
 * `lines` have the prefixes of a unified diff; numbers count from 1; a hunk without old lines inserts after `oldStart`.
 * `id` is a digest of path, kind, lines and ordinal, so it is the same hunk after a reload.
 */
export const hunkSchema = z.object({
  id: z.string(),
  path: z.string(),
  kind: z.enum(['text', 'create', 'delete', 'binary', 'mode']),
  oldStart: z.number().int().nonnegative(),
  oldLines: z.number().int().nonnegative(),
  newStart: z.number().int().nonnegative(),
  newLines: z.number().int().nonnegative(),
  lines: z.array(z.string()),
});
export type Hunk = z.infer<typeof hunkSchema>;

/** A file's change. A rename is a deletion and a creation. Modes are git's, for instance `100644`. */
export const fileChangeSchema = z.object({
  path: z.string(),
  kind: z.enum(['added', 'deleted', 'modified']),
  binary: z.boolean(),
  baseMode: z.string().nullable(),
  candidateMode: z.string().nullable(),
  baseBlob: z.string().nullable(),
  candidateBlob: z.string().nullable(),
  hunks: z.array(hunkSchema),
});
export type FileChange = z.infer<typeof fileChangeSchema>;

export const proposalSchema = z.object({
  id: z.string(),
  baseTree: z.string(),
  candidateTree: z.string(),
  files: z.array(fileChangeSchema),
  /** The whole change as `git diff` writes it. */
  patch: z.string(),
});
export type Proposal = z.infer<typeof proposalSchema>;

/**
 * What a hunk is good for, found by leaving it out: `tests` passed with it and did not pass without it (`count` of them in all).
 * `needed` is false when every test passes without it as well, and null when that was not looked at; `note` says why.
 */
export const hunkEvidenceSchema = z.object({
  hunkId: z.string(),
  needed: z.boolean().nullable(),
  tests: z.array(z.string()),
  count: z.number().int().nonnegative(),
  note: z.string().nullable(),
});
export type HunkEvidence = z.infer<typeof hunkEvidenceSchema>;

/** `stale`: the workspace no longer has the lines the hunk replaces; nothing was written. */
export const hunkStates = ['pending', 'accepted', 'rejected', 'stale'] as const;
export const hunkStateSchema = z.enum(hunkStates);
export type HunkState = z.infer<typeof hunkStateSchema>;

export const hunkOutcomeSchema = z.object({
  hunkId: z.string(),
  state: z.enum(['accepted', 'stale']),
  /** For a stale hunk: what stands in the way. */
  message: z.string().nullable(),
});
export type HunkOutcome = z.infer<typeof hunkOutcomeSchema>;
