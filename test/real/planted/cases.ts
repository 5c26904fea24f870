// A planted regression as data. What is kept of a library is where the fault is and how it was made, never its code.
import * as z from 'zod';

export const plantedCaseSchema = z.object({
  repository: z.string(),
  /** The newest commit of the history that is built anew. */
  head: z.string(),
  /** The commit the new history begins on: the fault's line is in every commit after it. */
  base: z.string(),
  /** Commits after the base. */
  commits: z.number().int(),
  path: z.string(),
  /** Line in the newest commit, and the operator that is applied there. */
  line: z.number().int().positive(),
  operator: z.string(),
  test: z.string(),
  command: z.string(),
  /** How many of the commits are before the faulty one. */
  plantedAt: z.number().int(),
});
export type PlantedCase = z.infer<typeof plantedCaseSchema>;

export const plantedListSchema = z.object({ seed: z.number(), cases: z.array(plantedCaseSchema) });
