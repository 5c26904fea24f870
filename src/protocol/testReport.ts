// What one execution of a test command reported.
import * as z from 'zod';
import { containmentSchema } from './verdict.ts';

export const testRunnerNames = [
  'vitest',
  'jest',
  'mocha',
  'node:test',
  'playwright',
  'pytest',
  'unittest',
  'go',
  'cargo',
  'maven',
  'gradle',
  'tap',
  'junit',
  'command',
] as const;
export const testRunnerNameSchema = z.enum(testRunnerNames);
export type TestRunnerName = z.infer<typeof testRunnerNameSchema>;

/** One test case. `id` is `file > suite > name`, stable over runs; `durationMs` in milliseconds. */
export const testResultSchema = z.object({
  id: z.string(),
  name: z.string(),
  file: z.string().optional(),
  line: z.number().int().positive().optional(),
  status: z.enum(['passed', 'failed', 'skipped']),
  durationMs: z.number().nonnegative().optional(),
  message: z.string().optional(),
  stack: z.string().optional(),
});
export type TestResult = z.infer<typeof testResultSchema>;

export const testReportSchema = z.object({
  runner: testRunnerNameSchema,
  /** The command as it was run, for a person to run again. */
  command: z.string(),
  /** `null` when the process was killed. */
  exitCode: z.number().int().nullable(),
  timedOut: z.boolean(),
  /** False when only the exit code is known: then `tests` is empty and the counts are 0. */
  perTest: z.boolean(),
  tests: z.array(testResultSchema),
  counts: z.object({ passed: z.number(), failed: z.number(), skipped: z.number() }),
  /** Failures outside any test: a file that does not load, an unhandled rejection, a crash of the runner. */
  errors: z.array(z.string()),
  /** The last characters of stdout and stderr together. */
  outputTail: z.string(),
  durationMs: z.number().nonnegative(),
  containment: containmentSchema.default({ contained: 'none', detail: 'It was not recorded.' }),
});
export type TestReport = z.infer<typeof testReportSchema>;
