// What a file says about tests, the same for every language. Only data: nothing here reads or judges.
import * as z from 'zod';

/** How much an assertion pins down. Half steps are differences that a reader may call a matter of style. */
export const strengths = { none: 0, presence: 1, partial: 2, custom: 2.5, exact: 3, strict: 3.5 } as const;

export const assertionFactSchema = z.object({
  /** The matcher as it is written: `toBe`, `assertEqual`, `assert_eq!`, `!=`. */
  kind: z.string(),
  /** The source of what is checked, whitespace and quotes made equal. */
  subject: z.string(),
  /** The source of what it is compared with; null when there is none. */
  expected: z.string().nullable(),
  strength: z.number(),
  /** Greater is looser; null when the assertion has none. */
  tolerance: z.number().nullable(),
  /** How often it is made: rows of a table that it is looped over. */
  times: z.number(),
  line: z.number(),
});
export type AssertionFact = z.infer<typeof assertionFactSchema>;

/** An assertion that cannot make its test fail, and why. */
export const deadAssertionSchema = z.object({ reason: z.string(), text: z.string(), line: z.number() });
export type DeadAssertion = z.infer<typeof deadAssertionSchema>;

export const testFactSchema = z.object({
  /** Titles of the enclosing suites and of the test, or the text of a computed title. */
  name: z.string(),
  line: z.number(),
  isSuite: z.boolean(),
  /** `skip`, `todo`, `only`, `fails` and `conditional` (skipped under a condition); others are ignored. */
  modifiers: z.array(z.string()),
  statements: z.number(),
  /** Rows that the test is declared for; 1 for an ordinary test. */
  cases: z.number(),
  /** The written rows of its tables. */
  rows: z.array(z.string()),
  /** What it asserts, with what local functions assert for it. */
  assertions: z.array(assertionFactSchema),
  dead: z.array(deadAssertionSchema),
  /** The language makes it fail without an assertion of its own, for instance by `unwrap`. */
  isImplicit: z.boolean(),
  /** Words and signs of the body, for the likeness of two tests. */
  body: z.string(),
});
export type TestFact = z.infer<typeof testFactSchema>;

export const suppressionSchema = z.object({ directive: z.string(), line: z.number(), text: z.string() });
export type Suppression = z.infer<typeof suppressionSchema>;

/** `subject` is set when what is replaced is what the file tests: then the test judges its own replacement. */
export const mockFactSchema = z.object({ target: z.string(), line: z.number(), subject: z.string().nullable() });
export type MockFact = z.infer<typeof mockFactSchema>;

export const fileFactsSchema = z.object({
  path: z.string(),
  /** Null when the file could be read; otherwise why not, and where. */
  problem: z.object({ message: z.string(), line: z.number() }).nullable(),
  tests: z.array(testFactSchema),
  /** Functions that assert and that no test of the file calls. */
  helpers: z.array(testFactSchema),
  suppressions: z.array(suppressionSchema),
  mocks: z.array(mockFactSchema),
  /** Names that the file declares. */
  defines: z.array(z.string()),
  /** Digest of what is not a test: equal when only tests were changed. */
  rest: z.string(),
});
export type FileFacts = z.infer<typeof fileFactsSchema>;
