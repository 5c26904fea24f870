// What the engine's client and its child process say to each other.
import * as z from 'zod';
import { ruleHistorySchema } from '../protocol/ruleDocuments.ts';
import { invariantRuleSchema } from '../protocol/rules.ts';
import { rangeSchema } from '../protocol/verdict.ts';
import { fileFactsSchema } from './testFacts/factSchemas.ts';

/** `root` is a folder with the tree's files; `blob` is the git id of a file's content and the key of the cache. */
export const judgeRulesSchema = z.object({
  kind: z.literal('judgeRules'),
  id: z.number(),
  root: z.string(),
  files: z.array(z.object({ path: z.string(), blob: z.string() })),
  rules: z.array(invariantRuleSchema),
  /** The files of the base, for rules that compare. */
  base: z.array(z.object({ path: z.string(), blob: z.string() })).optional(),
  /** A folder of the repository, where contents of the base are read. */
  repository: z.string().optional(),
  /** Contents that no repository has, by blob: those of examples. */
  contents: z.record(z.string(), z.string()).optional(),
  /** Where facts are kept between starts of the child. */
  cacheDirectory: z.string().optional(),
  /** The longest one rule may take in one file, in milliseconds. */
  ruleMs: z.number().optional(),
  /** What is left out since it took too long; an empty path is the whole rule. */
  skip: z.array(z.object({ rule: z.string(), path: z.string() })).optional(),
});

const fileRefSchema = z.object({ path: z.string(), blob: z.string() });

/** `start` are the files before the first commit; the commits come oldest first. */
export const judgeHistorySchema = z.object({
  kind: z.literal('judgeHistory'),
  id: z.number(),
  repository: z.string(),
  rules: z.array(invariantRuleSchema),
  start: z.array(fileRefSchema),
  commits: z.array(
    z.object({
      id: z.string(),
      time: z.number(),
      subject: z.string(),
      changes: z.array(z.object({ path: z.string(), blob: z.string().nullable() })),
    }),
  ),
  cacheDirectory: z.string().optional(),
});

export const readTestsSchema = z.object({
  kind: z.literal('readTests'),
  id: z.number(),
  files: z.array(z.object({ path: z.string(), text: z.string() })),
});

/** A tree in which single files will be judged; contents are read by their blobs, and never from the folder. */
export const openLiveSchema = z.object({
  kind: z.literal('openLive'),
  id: z.number(),
  /** Names the tree and the rules in later questions. */
  session: z.string(),
  /** The working copy, where imports are resolved. */
  root: z.string(),
  files: z.array(fileRefSchema),
  rules: z.array(invariantRuleSchema),
  base: z.array(fileRefSchema),
  repository: z.string(),
  cacheDirectory: z.string().optional(),
});

/** One file of that tree with another text. */
export const judgeTextSchema = z.object({
  kind: z.literal('judgeText'),
  id: z.number(),
  session: z.string(),
  path: z.string(),
  text: z.string(),
  ruleMs: z.number(),
  skip: z.array(z.object({ rule: z.string(), path: z.string() })),
});
/** Which of the test files `tests` have to do with the paths in `changed`, some of which may be gone. */
export const relatedTestsSchema = judgeRulesSchema
  .pick({ id: true, root: true, files: true, cacheDirectory: true })
  .extend({
    kind: z.literal('relatedTests'),
    changed: z.array(z.string()),
    tests: z.array(z.string()),
  });

export const engineRequestSchema = z.discriminatedUnion('kind', [
  judgeRulesSchema,
  judgeHistorySchema,
  readTestsSchema,
  openLiveSchema,
  judgeTextSchema,
  relatedTestsSchema,
]);
export type EngineRequest = z.infer<typeof engineRequestSchema>;

/** `symbol` is the path of enclosing named functions and classes, or `-`. */
export const violationSchema = z.object({
  rule: z.string(),
  path: z.string(),
  range: rangeSchema,
  message: z.string(),
  text: z.string(),
  symbol: z.string(),
  /** A digest of the enclosing declaration, or of the file, by which code is known again elsewhere. */
  context: z.string().optional(),
  /** What the rule would put in the place of the range. */
  fix: z.string().optional(),
});
export type Violation = z.infer<typeof violationSchema>;

/** Why something could not be verified; never the same as being fine. */
export const problemSchema = z.object({
  rule: z.string().nullable(),
  path: z.string().nullable(),
  message: z.string(),
});
export type Problem = z.infer<typeof problemSchema>;

export const engineAnswerSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('rulesJudged'),
    id: z.number(),
    violations: z.array(violationSchema),
    problems: z.array(problemSchema),
  }),
  z.object({
    kind: z.literal('historyJudged'),
    id: z.number(),
    rules: z.array(ruleHistorySchema),
    blobs: z.number(),
  }),
  z.object({ kind: z.literal('liveOpened'), id: z.number() }),
  z.object({
    kind: z.literal('textJudged'),
    id: z.number(),
    /** `unread`: it cannot be parsed; `noFile`, `noSession`: this child knows of no such file or tree. */
    state: z.enum(['judged', 'unread', 'noFile', 'noSession']),
    /** The git id of the text. */
    blob: z.string(),
    violations: z.array(violationSchema),
  }),
  z.object({ kind: z.literal('testsRead'), id: z.number(), files: z.array(fileFactsSchema) }),
  z.object({ kind: z.literal('testsRelated'), id: z.number(), paths: z.array(z.string()) }),
  z.object({ kind: z.literal('failed'), id: z.number(), message: z.string() }),
]);
export type EngineAnswer = z.infer<typeof engineAnswerSchema>;
