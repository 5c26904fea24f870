// The list of real bugs that the ranking of suspects is measured on: hashes and commands, nothing of their code.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

export const bugSchema = z.object({
  repository: z.string(),
  /** Of the packages that are installed. */
  at: z.string(),
  fix: z.string(),
  /** The commit before the fix, whose code has the bug. */
  parent: z.string(),
  source: z.string(),
  tests: z.array(z.string()),
  command: z.string(),
  /** A test of the fix that fails before it. */
  failing: z.object({ file: z.string(), name: z.string() }),
  /** The functions that the fix changes, in the lines of the parent. */
  functions: z.array(z.object({ name: z.string(), startLine: z.number(), endLine: z.number() })),
});
export type Bug = z.infer<typeof bugSchema>;

export const bugListSchema = z.object({
  /** Commits that change one source file and tests, whose tests were run. */
  sifted: z.number(),
  bugs: z.array(bugSchema),
});

export const listPath = join(import.meta.dirname, 'bugs.json');
export const readBugs = (): z.infer<typeof bugListSchema> =>
  bugListSchema.parse(JSON.parse(readFileSync(listPath, 'utf8')));
