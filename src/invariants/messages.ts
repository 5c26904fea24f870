// What the engine's client and its child process say to each other.
import * as z from 'zod';
import { invariantRuleSchema } from '../protocol/rules.ts';
import { rangeSchema } from '../protocol/verdict.ts';

/** `root` is a folder with the tree's files; `blob` is the git id of a file's content and the key of the cache. */
export const judgeRulesSchema = z.object({
  kind: z.literal('judgeRules'),
  id: z.number(),
  root: z.string(),
  files: z.array(z.object({ path: z.string(), blob: z.string() })),
  rules: z.array(invariantRuleSchema),
});

export const readTestsSchema = z.object({
  kind: z.literal('readTests'),
  id: z.number(),
  files: z.array(z.object({ path: z.string(), text: z.string() })),
});

export const engineRequestSchema = z.discriminatedUnion('kind', [judgeRulesSchema, readTestsSchema]);
export type EngineRequest = z.infer<typeof engineRequestSchema>;

/** `symbol` is the path of enclosing named functions and classes, or `-`. */
export const violationSchema = z.object({
  rule: z.string(),
  path: z.string(),
  range: rangeSchema,
  message: z.string(),
  text: z.string(),
  symbol: z.string(),
});
export type Violation = z.infer<typeof violationSchema>;

/** Why something could not be verified; never the same as being fine. */
export const problemSchema = z.object({
  rule: z.string().nullable(),
  path: z.string().nullable(),
  message: z.string(),
});
export type Problem = z.infer<typeof problemSchema>;

export const testFactSchema = z.object({
  /** Titles of the enclosing suites and of the test, or the text of a computed title. */
  name: z.string(),
  line: z.number(),
  isSuite: z.boolean(),
  modifiers: z.array(z.string()),
  statements: z.number(),
  assertions: z.number(),
});
export type TestFact = z.infer<typeof testFactSchema>;

export const suppressionSchema = z.object({ directive: z.string(), line: z.number(), text: z.string() });
export type Suppression = z.infer<typeof suppressionSchema>;

export const fileFactsSchema = z.object({
  path: z.string(),
  /** Null when the file could be read; otherwise why not. */
  problem: z.string().nullable(),
  tests: z.array(testFactSchema),
  suppressions: z.array(suppressionSchema),
});
export type FileFacts = z.infer<typeof fileFactsSchema>;

export const engineAnswerSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('rulesJudged'),
    id: z.number(),
    violations: z.array(violationSchema),
    problems: z.array(problemSchema),
  }),
  z.object({ kind: z.literal('testsRead'), id: z.number(), files: z.array(fileFactsSchema) }),
  z.object({ kind: z.literal('failed'), id: z.number(), message: z.string() }),
]);
export type EngineAnswer = z.infer<typeof engineAnswerSchema>;
