// Fault ranking as data: what failing and passing tests ran through, who changed it, and the functions that it points at.
import * as z from 'zod';

const lineSchema = z.number().int().positive();
const countSchema = z.number().int().nonnegative();
const frameSchema = z.object({ path: z.string(), line: lineSchema });

/** Lines that the same numbers of failing and passing tests ran through. */
export const coveredSpanSchema = z.object({
  startLine: lineSchema,
  endLine: lineSchema,
  failed: countSchema,
  passed: countSchema,
});
export type CoveredSpan = z.infer<typeof coveredSpanSchema>;

/** A function that a failing test ran through. What runs while files are loaded counts for every test. */
export const coveredFunctionSchema = z.object({
  path: z.string(),
  /** Empty for the code of a file that is in no function. */
  name: z.string(),
  startLine: lineSchema,
  endLine: lineSchema,
  failed: countSchema,
  passed: countSchema,
  spans: z.array(coveredSpanSchema),
});
export type CoveredFunction = z.infer<typeof coveredFunctionSchema>;

/** `failing` is empty when the test does not fail, or nothing could be measured; then `notes` say why. */
export const coverageSchema = z.object({
  failing: z.array(z.string()),
  passing: countSchema,
  functions: z.array(coveredFunctionSchema),
  /** Where the failures say that they happened, the innermost first. */
  frames: z.array(frameSchema),
  /** Words of the failing tests: their names and what stands in them. */
  words: z.array(z.string()),
  notes: z.array(z.string()),
});
export type Coverage = z.infer<typeof coverageSchema>;

/** Who changed the lines of a file last, and how often it changed together with the failing test. */
export const fileChangesSchema = z.object({
  path: z.string(),
  /** `commit` is null for what is not committed yet; `at` in milliseconds since the epoch. */
  spans: z.array(
    z.object({ startLine: lineSchema, endLine: lineSchema, commit: z.string().nullable(), at: z.number() }),
  ),
  /** The share of the commits to the failing test's file that changed this file too. */
  together: z.number().min(0).max(1),
});
export type FileChanges = z.infer<typeof fileChangesSchema>;

export const suspectSchema = z.object({
  path: z.string(),
  function: z.string(),
  startLine: lineSchema,
  endLine: lineSchema,
  /** From 0 to 1; it orders suspects and is no probability. */
  score: z.number().min(0).max(1),
  /** The lines of it that a failing test ran through, with how suspicious each is by coverage alone. */
  lines: z.array(z.object({ startLine: lineSchema, endLine: lineSchema, heat: z.number().min(0).max(1) })),
  /** How many tests of each kind ran through it. */
  failed: countSchema,
  passed: countSchema,
  why: z.array(z.string()),
});
export type Suspect = z.infer<typeof suspectSchema>;

/** `note` says what was compared, or why there is nothing to rank. */
export const suspectsSchema = z.object({ suspects: z.array(suspectSchema), note: z.string().nullable() });
export type Suspects = z.infer<typeof suspectsSchema>;
