// An investigation as data: the symptom it begins with, the runs that were made, and the report it ends in.
import * as z from 'zod';
import { budgetSchema } from './config.ts';
import { inquirySchema } from './hypotheses.ts';
import { suspectsSchema } from './suspects.ts';
import { grownFunctionSchema, timingSchema } from './timing.ts';

/** What a person saw. `test`: without a name, any test of the file; without a file, the file is looked for. */
export const symptomSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('test'), file: z.string().nullable(), name: z.string().nullable() }),
  z.object({ kind: z.literal('command'), command: z.string().min(1) }),
  z.object({ kind: z.literal('workedAt'), revision: z.string().min(1) }),
  /** A rule that held and does not any more; without a name, any rule of the file. */
  z.object({ kind: z.literal('drift'), rule: z.string().nullable() }),
  z.object({ kind: z.literal('words'), words: z.string() }),
  // By the time of a command, of a test, or of the tests around the file when neither is named.
  z.object({
    kind: z.literal('slowerThan'),
    revision: z.string().min(1),
    command: z.string().min(1).nullable(),
    test: z.string().min(1).nullable(),
    /** By the time of the spans with this name that the command or test exports, and not by its own. */
    span: z.string().min(1).optional(),
  }),
]);
export type Symptom = z.infer<typeof symptomSchema>;

/** A symptom, and a revision at which it worked; null to look for one. */
export const askedSymptomSchema = z.object({ symptom: symptomSchema, good: z.string().nullable() });
export type AskedSymptom = z.infer<typeof askedSymptomSchema>;

export const investigateInputSchema = z.object({
  /** The file that is looked at, relative to the repository. */
  file: z.string().min(1),
  symptom: symptomSchema,
  /** A revision at which it worked; null to look for one. */
  good: z.string().nullable(),
  /** Whether the report is written into the workspace. */
  writesReport: z.boolean(),
  /** Runs at once. */
  parallel: z.number().int().positive(),
  budget: budgetSchema,
  /** What the policy is asked for once the evidence is there; null asks no policy. */
  asks: z
    .object({
      /** The most hypotheses that are tried. */
      hypotheses: z.number().int().positive(),
      /** Who attacks the leading one. */
      sceptic: z.object({ name: z.string(), brief: z.string() }),
    })
    .nullable()
    .default(null),
});
export type InvestigateInput = z.infer<typeof investigateInputSchema>;

export const testOracleSchema = z.object({
  kind: z.literal('test'),
  file: z.string(),
  name: z.string().nullable(),
  /** The other tests of its file are left out: it fails in the same way without them, and sooner. */
  isAlone: z.boolean().optional(),
  /** What is asked is whether the file can be loaded: no test in it is reached. `name` is null. */
  isLoading: z.boolean().optional(),
});
export type TestOracle = z.infer<typeof testOracleSchema>;

/** What tells whether the symptom is there. */
export const oracleSchema = z.discriminatedUnion('kind', [
  testOracleSchema,
  z.object({ kind: z.literal('command'), command: z.string() }),
]);
export type Oracle = z.infer<typeof oracleSchema>;

/** A file of today that is laid over every commit that is tried. */
export const overlayFileSchema = z.object({ path: z.string(), mode: z.string(), blob: z.string() });
export type OverlayFile = z.infer<typeof overlayFileSchema>;

/** `commit` is null for what is not committed yet. */
export const historyCommitSchema = z.object({
  commit: z.string().nullable(),
  tree: z.string(),
  parents: z.array(z.string()),
  subject: z.string(),
  author: z.string(),
  /** Milliseconds since the epoch. */
  at: z.number(),
});
export type HistoryCommit = z.infer<typeof historyCommitSchema>;

/** A tree in the place of a commit: what is not committed, or what nobody knows the commit of. */
export const uncommitted = (tree: string): HistoryCommit => ({
  ...{ commit: null, tree, parents: [] },
  ...{ subject: '', author: '', at: 0 },
});

/** One run of the oracle. `signature` tells failures apart: another one is another failure. */
export const probeResultSchema = z.object({
  outcome: z.enum(['passed', 'failed', 'untestable']),
  message: z.string(),
  signature: z.string(),
  command: z.string(),
  durationMs: z.number(),
  /** Known from an earlier run on the same files. */
  cached: z.boolean(),
  /** Where the failure says that it happened, in order, the innermost first. */
  stack: z.array(z.object({ path: z.string(), line: z.number().int().positive() })),
});
export type ProbeResult = z.infer<typeof probeResultSchema>;

/** A hunk that matters, in the lines of the culprit, and where these lines are today. */
export const causeHunkSchema = z.object({
  id: z.string(),
  path: z.string(),
  startLine: z.number().int().positive(),
  lines: z.array(z.string()),
  today: z.object({ path: z.string(), startLine: z.number(), endLine: z.number() }).nullable(),
});
export type CauseHunk = z.infer<typeof causeHunkSchema>;

/** `otherFailure`: it failed, but not with the symptom. */
export const probeAnswers = ['passed', 'failed', 'untestable', 'otherFailure'] as const;

/** One run on a commit, as a person sees it. */
export const probeViewSchema = z.object({
  commit: z.string().nullable(),
  subject: z.string(),
  /** What is tried: the commit as it is, or a part of its hunks. */
  what: z.enum(['commit', 'hunks']),
  answer: z.enum(probeAnswers).nullable(),
  message: z.string(),
  cached: z.boolean(),
  durationMs: z.number(),
});
export type ProbeView = z.infer<typeof probeViewSchema>;

export const evidenceSchema = z.object({
  text: z.string(),
  commit: z.string().nullable(),
  path: z.string().nullable(),
  line: z.number().int().positive().nullable(),
  command: z.string().nullable(),
});
export type Evidence = z.infer<typeof evidenceSchema>;

/**
 * `cause`: the commit is known. `candidates`: one of several that cannot be told apart. `born`: it was never otherwise.
 * `unproven`: nothing was found, or the runs contradict each other.
 */
export const investigationOutcomeSchema = z.object({
  outcome: z.enum(['cause', 'candidates', 'born', 'unproven']),
  /** One sentence: the cause, or why there is none. */
  summary: z.string(),
  confidence: z.number().min(0).max(1),
  symptom: z.string(),
  culprits: z.array(historyCommitSchema),
  hunks: z.array(causeHunkSchema),
  evidence: z.array(evidenceSchema),
  ruledOut: z.array(z.string()),
  unknown: z.array(z.string()),
  /** Functions that the failing test points at, the likeliest first. */
  ranking: suspectsSchema.default({ suspects: [], note: null }),
  /** Executions of the oracle; those known from the cache are not counted. */
  runs: z.number().int(),
  cachedRuns: z.number().int(),
  /** Commits that could have been the culprit. */
  commits: z.number().int(),
  /** Of a slowdown: both ends first, then each commit that was timed. */
  timings: z.array(timingSchema).default([]),
  /** Functions that take longer in the culprit than before it, the largest growth first. */
  grown: z.array(grownFunctionSchema).default([]),
  /** What a policy thinks of the cause and what experiments said to that; null when none was asked. */
  inquiry: inquirySchema.nullable().default(null),
  /** Where the report was written, relative to the repository; null when it was not. */
  reportPath: z.string().nullable(),
});
export type InvestigationOutcome = z.infer<typeof investigationOutcomeSchema>;

/**
 * A run of an experiment: a commit or some of its hunks with today's tests laid over it, or the working copy with a patch on it.
 * `test`: the patch may change test files alone; `probe`: it may only add lines to code.
 */
export const experimentRunSchema = z.object({
  oracle: oracleSchema,
  overlay: z.array(overlayFileSchema),
  commit: historyCommitSchema,
  hunks: z.object({ baseTree: z.string(), ids: z.array(z.string()) }).nullable(),
  patch: z.object({ kind: z.enum(['test', 'probe']), text: z.string() }).nullable(),
});
export type ExperimentRun = z.infer<typeof experimentRunSchema>;

/** How a tree of a timing experiment differs from one that is known. */
export const variantSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hunks'), commit: historyCommitSchema, baseTree: z.string(), ids: z.array(z.string()) }),
  z.object({ kind: z.literal('patch'), text: z.string() }),
]);
export type Variant = z.infer<typeof variantSchema>;

/** Characters of what a run of an experiment printed: output of this length may have lost its beginning. */
export const keptOutput = 8_000;

/** `output` is the end of what was printed; it is kept of runs with a patch alone. */
export const experimentResultSchema = probeResultSchema.extend({ output: z.string() });
export type ExperimentResult = z.infer<typeof experimentResultSchema>;

export const investigationViewSchema = z.object({
  oracle: z.string().nullable(),
  /** Commits that may be the culprit. */
  commits: z.number().int().nullable(),
  /** What the symptom's failure looks like, once it was seen. */
  signature: z.string().nullable(),
  probes: z.array(probeViewSchema),
  /** Of a slowdown: what was timed so far. */
  timings: z.array(timingSchema).default([]),
  /** While the run goes on: what is known so far. */
  outcome: investigationOutcomeSchema.nullable(),
  /** The report as Markdown, when there is an outcome. */
  report: z.string().nullable(),
});
export type InvestigationView = z.infer<typeof investigationViewSchema>;
